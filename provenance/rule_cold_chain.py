"""Rule 8, cold chain: kept in its range from the time it had to be cold to the shop, as far as loggers say."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from provenance.case import Case
from provenance.cold_chain import LEAST_KNOWN, ColdChain, Excursion, Limits
from provenance.cold_history import cold_chain as judged
from provenance.cold_history import cold_plan
from provenance.days import CHINA
from provenance.quantities import plain_text
from provenance.short_names import Words, listed, short
from provenance.verdicts import Outcome, RuleResult

_NO_RANGE = Words(
    "没有为这种产品规定储运温度，因此不知道冷链是否完好。",
    "No temperature range is set for this product, so whether it was kept cold is not known.",
)
_NOT_BEGUN = Words(
    "还没到必须冷藏的时候，或刚刚开始（要求{range}）。",
    "It does not have to be cold yet, or only since a short time ago (it is to be kept at {range}).",
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
_REMEDIES = {"no-range": _SET_RANGE, "little-known": _REPORT, "excursion": _WARM}
_OUTCOMES: dict[str, Outcome] = {"kept": "passed", "broken": "failed", "unknown": "unknown"}


def cold_chain(case: Case) -> RuleResult:
    """By the range of the production standard, over all that its lots were in and wherever these were."""
    found = judged(cold_plan(case.history, case.registry, case.now_ms), case.beside.cold.days, case.now_ms)
    said, remedy = told(found), _REMEDIES.get(found.why, Words("", ""))
    concerns = tuple(dict.fromkeys(e.thing for e in found.excursions)) if found.verdict == "broken" else ()
    outcome = _OUTCOMES[found.verdict]
    evidence = found.event_ids if found.verdict != "broken" else _ids(found)
    return RuleResult("cold_chain", outcome, said.zh, said.en, evidence, remedy.zh, remedy.en, concerns)


def told(found: ColdChain) -> Words:
    """The sentence of a verdict."""
    if found.why == "no-range":
        return _NO_RANGE
    names = listed(map(_excursion, found.excursions))
    ends = [_moment(found.cool_by_ms)] * 2 if found.late and found.cool_by_ms else ["", ""]
    late = Words(*(said.format(by=by) if by else "" for said, by in zip((_LATE.zh, _LATE.en), ends, strict=True)))
    limits = range_words(found.limits)
    known = found.known if found.known is not None else Fraction(0)
    templates = {"not-begun": _NOT_BEGUN, "excursion": _BROKEN, "little-known": _LITTLE}
    said = templates.get(found.why, _TOLERATED if found.excursions else _KEPT)
    filled = {
        "known": percent(known),
        "least": percent(LEAST_KNOWN),
        "degrees": decimal(found.degree_minutes),
        "tolerated": decimal(found.limits.tolerated),
    }
    return Words(
        said.zh.format(range=limits.zh, names=names.zh, late=late.zh, **filled),
        said.en.format(range=limits.en, names=names.en, late=late.en, **filled),
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


def _by_how_much(celsius: Fraction) -> str:
    """To the tenth, or finer where that would be none: it was out of range."""
    return next((text for places in (1, 2, 4) if (text := plain_text(celsius, places)) != "0"), "<0.0001")


def _excursion(one: Excursion) -> Words:
    warm = one.furthest_c > 0
    filled = {"since": _moment(one.since_ms), "until": _moment(one.until_ms), "far": _by_how_much(abs(one.furthest_c))}
    asset = short(one.asset)
    return Words(
        _EXCURSION.zh.format(asset=asset, direction="高出" if warm else "低于", **filled),
        _EXCURSION.en.format(asset=asset, direction="warm" if warm else "cold", **filled),
    )


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%m-%d %H:%M")


def _ids(found: ColdChain) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for one in found.excursions for id_ in one.event_ids))
