"""The sentence of a cold chain's verdict, and who mends what is missing, in both languages."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from provenance.cold_chain.excursions import Excursion
from provenance.cold_chain.known import TakenBack, Uncalibrated
from provenance.cold_chain.limits import Limits
from provenance.cold_chain.two_places import Doubled
from provenance.cold_chain.verdict import LEAST_KNOWN, ColdChain, Why
from provenance.days import CHINA
from provenance.quantities import plain_text
from provenance.short_names import Words, listed, short

_NO_RANGE = Words(
    "没有为这种产品规定储运温度，因此不知道冷链是否完好。",
    "No temperature range is set for this product, so whether it was kept cold is not known.",
)
_NOT_BEGUN = Words(
    "还没到必须冷藏的时候（要求{range}）。", "It does not have to be cold yet (it is to be kept at {range})."
)
_JUST_BEGUN = Words(
    "必须冷藏的时候刚刚开始（要求{range}）。",
    "It has to be cold only since a short time ago (it is to be kept at {range}).",
)
_IN_SHOP_BEFORE = Words(
    "在必须冷藏（{range}）之前已到店，冷链到此为止。",
    "It came to a shop before it had to be cold ({range}); the cold chain ends there.",
)
_GONE_BEFORE = Words(
    "在必须冷藏（{range}）之前已售出或用完。", "It was sold or used up before it had to be cold ({range})."
)
_KEPT = Words(
    "全程保持在{range}，有温度记录的时间占{known}%。",
    "Kept at {range}; temperatures are known for {known} % of the time.",
)
_TOLERATED = Words(
    "保持在{range}，仅短时超出（{degrees}度·分钟，允许{tolerated}），有温度记录的时间占{known}%。",
    "Kept at {range} but for a short time that is tolerated ({degrees} of {tolerated} degree-minutes);"
    " temperatures are known for {known} % of the time.",
)
_BROKEN = Words(
    "冷链中断，要求{range}：{names}。共{degrees}度·分钟，允许{tolerated}。{late}",
    "Not kept at {range}: {names}. In all {degrees} degree-minutes, of which {tolerated} are tolerated.{late}",
)
_EXCURSION = Words(
    "{since}至{until}在{asset}最多{direction}{far}度",
    "{far} degrees too {direction} on {asset} from {since} to {until}",
)
_LATE = Words("采后未按时冷却（应在{by}前）。", " It was not cooled in time after picking (by {by}).")
_LITTLE = Words(
    "只有{known}%的时间有温度记录，至少要{least}%才能说冷链完好。",
    "Temperatures are known for only {known} % of the time; at least {least} % are needed to say it was kept cold.",
)
_TAKEN_BACK = Words(
    "超出{range}的读数被上报方撤回，而没有更正的读数，因此不知道当时的温度：{taken}。",
    "Readings outside of {range} were taken back by whoever reported them, and none given instead, so that nobody knows"
    " how warm it was: {taken}.",
)
_TAKEN = Words("{asset} {at}，{direction}{far}度", "{asset} at {at}, {far} degrees too {direction}")
_NOT_CALIBRATED = Words(
    "只有{known}%的时间有可信的温度记录：{loggers}，一年后的读数不能证明什么。",
    "Temperatures are known for only {known} % of the time: {loggers}, and what it measures more than a year after"
    " vouches for nothing.",
)
_CALIBRATED = Words("记录仪{device}上次校准是{on}", "logger {device} was last calibrated on {on}")
_TWO_PLACES = Words(
    "只有{known}%的时间有可信的温度记录：{doubled}；按登记它并非只在这里，那时的读数不能证明什么。",
    "Temperatures are known for only {known} % of the time: {doubled}; by the registry it was not here alone, and"
    " what it measured then vouches for nothing.",
)
_DOUBLED = Words(
    "记录仪{device}从{since}到{until}同时报在{place}",
    "logger {device} measured at {place} too, from {since} to {until}",
)
_SILENCE = Words(
    "有温度记录的时间占{known}%，但{since}至{until}没有任何记录；最多可以缺一天。",
    "Temperatures are known for {known} % of the time, but not from {since} to {until}; a day at most may be missing.",
)
_UNSEEN = Words(
    "有温度记录的时间占{known}%，但{since}至{until}在运输途中没有任何记录；途中最多可以缺四小时。",
    "Temperatures are known for {known} % of the time, but not on the way from {since} to {until}; of a way four hours"
    " at most may be missing.",
)
_SET_RANGE = Words("请品牌方在生产标准中登记储运温度。", "The brand registers the range in the production standard.")
_REPORT = Words(
    "请冷库和承运方补报温度记录仪的数据，并登记记录仪及其间隔。",
    "Cold stores and carriers report what their loggers measured, and have the loggers registered with their interval.",
)
_WARM = Words(
    "断链的果品不能用这个品牌；如系记录仪故障，请上报的一方撤回该读数或由检查员更正。",
    "Fruit that was not kept cold cannot carry this brand; a reading of a faulty logger is taken back by whoever"
    " reported it, or corrected by an inspector.",
)
_CORRECT = Words(
    "请上报方为撤回的读数补报更正，或由检查员确认记录仪故障。",
    "Whoever took readings back reports what it really was, or an inspector takes them back: the logger was faulty.",
)
_CALIBRATE = Words(
    "请校准记录仪并登记校准日期；当时若有校准的记录仪，请补报其数据。",
    "Have the logger calibrated and the day registered; report what a calibrated one measured then.",
)
_ONE_PLACE = Words(
    "请上报方撤回报错地点的读数，或登记记录仪所在的地点。",
    "Whoever reported readings at a place where the logger was not takes them back; have it registered where it is.",
)
_NOTHING = Words("", "")
_SENTENCES: dict[Why, Words] = {
    "in-range": _KEPT,
    "excursion": _BROKEN,
    "no-range": _NO_RANGE,
    "taken-back": _TAKEN_BACK,
    "little-known": _LITTLE,
    "two-places": _TWO_PLACES,
    "not-calibrated": _NOT_CALIBRATED,
    "long-silence": _SILENCE,
    "unseen-way": _UNSEEN,
    "not-begun": _NOT_BEGUN,
    "just-begun": _JUST_BEGUN,
    "in-shop-before": _IN_SHOP_BEFORE,
    "gone-before": _GONE_BEFORE,
}
_REMEDIES: dict[Why, Words] = {
    "no-range": _SET_RANGE,
    "excursion": _WARM,
    "taken-back": _CORRECT,
    "little-known": _REPORT,
    "two-places": _ONE_PLACE,
    "not-calibrated": _CALIBRATE,
    "long-silence": _REPORT,
    "unseen-way": _REPORT,
}


def remedy(found: ColdChain) -> Words:
    return _REMEDIES.get(found.why, _NOTHING)


def told(found: ColdChain) -> Words:
    """The sentence of a verdict."""
    said = _TOLERATED if found.why == "in-range" and found.excursions else _SENTENCES[found.why]
    parts = {
        "range": range_words(found.limits),
        "names": listed(map(_excursion, found.excursions)),
        "late": _late(found),
        "taken": listed(map(_taken, found.taken_back)),
        "loggers": listed(map(_calibrated, found.uncalibrated)),
        "doubled": listed(map(_measured_too, found.doubled)),
    }
    since, until = (found.unseen if found.why == "unseen-way" else found.silence) or (0, 0)
    numbers = {
        "known": percent(found.known or Fraction(0)),
        "least": percent(LEAST_KNOWN),
        "degrees": decimal(found.degree_minutes),
        "tolerated": decimal(found.limits.tolerated),
        "since": _moment(since),
        "until": _moment(until),
    }
    return Words(
        said.zh.format(**numbers, **{name: words.zh for name, words in parts.items()}),
        said.en.format(**numbers, **{name: words.en for name, words in parts.items()}),
    )


def range_words(limits: Limits) -> Words:
    least, most = (None if c is None else decimal(c) for c in (limits.least_c, limits.most_c))
    if least is None or most is None:
        return (
            Words(f"{most}°C以下", f"{most} °C or less")
            if least is None
            else Words(f"{least}°C以上", f"{least} °C or more")
        )
    return Words(f"{least}至{most}°C", f"{least} to {most} °C")


def percent(share: Fraction) -> str:
    """Never rounded up to what would suffice."""
    return str(int(share * 100))


def decimal(value: Fraction) -> str:
    """With at most one digit behind the point."""
    return plain_text(value, 1)


def _late(found: ColdChain) -> Words:
    if not (found.late and found.cool_by_ms):
        return _NOTHING
    by = _moment(found.cool_by_ms)
    return Words(_LATE.zh.format(by=by), _LATE.en.format(by=by))


def _excursion(one: Excursion) -> Words:
    return _out(_EXCURSION, one.asset, one.furthest_c, since=_moment(one.since_ms), until=_moment(one.until_ms))


def _taken(one: TakenBack) -> Words:
    return _out(_TAKEN, one.asset, one.excess, at=_moment(one.at_ms))


def _out(said: Words, asset: str, excess: Fraction, **times: str) -> Words:
    warm, filled = excess > 0, times | {"asset": short(asset), "far": _by_how_much(abs(excess))}
    return Words(
        said.zh.format(direction="高出" if warm else "低于", **filled),
        said.en.format(direction="warm" if warm else "cold", **filled),
    )


def _measured_too(one: Doubled) -> Words:
    times = {"since": _moment(one.since_ms), "until": _moment(one.until_ms)}
    filled = {"device": short(one.device), "place": short(one.place), **times}
    return Words(_DOUBLED.zh.format(**filled), _DOUBLED.en.format(**filled))


def _calibrated(one: Uncalibrated) -> Words:
    filled = {"device": short(one.device), "on": str(one.calibrated_on)}
    return Words(_CALIBRATED.zh.format(**filled), _CALIBRATED.en.format(**filled))


def _by_how_much(celsius: Fraction) -> str:
    """To the tenth, or finer where that would be none: it was out of range."""
    return next((text for places in (1, 2, 4) if (text := plain_text(celsius, places)) != "0"), "<0.0001")


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%m-%d %H:%M")
