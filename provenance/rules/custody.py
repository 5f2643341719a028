"""Rule 7, custody: every shipment so far was received by whom it names, or may still be on its way.

A dock is a part of its house, and a room of the same party is as good. A sale where it was sent ends the way. What two
who had to do with it report to have made may be either's. Nobody's site is named in the sentences: who trades with whom
is in the reports, for those who may read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from provenance.access.acting import with_whole
from provenance.balances.tolerances import standard_of
from provenance.days import china_day, day_of
from provenance.graph.gaps import Gap
from provenance.graph.shipments import DRIES, Arrival, Shipment
from provenance.graph.two_makers import claimed_twice
from provenance.histories.history import Step
from provenance.registry.known_parties import party_words
from provenance.rules.case import Case
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short

TRANSIT_DAYS = 7
"""Of goods without a production standard."""

Found = Literal[
    "elsewhere",
    "late",
    "short",
    "nobody",
    "unweighed",
    "twice",
    "not_sent",
    "sold_twice",
    "gone",
    "unsold",
    "two_makers",
    "open",
    "good",
]

_OUTCOME: Mapping[Found, Outcome] = {
    "elsewhere": "failed",
    "late": "failed",
    "short": "failed",
    "unweighed": "unknown",
    "twice": "unknown",
    "nobody": "unknown",
    "not_sent": "unknown",
    "sold_twice": "unknown",
    "gone": "unknown",
    "unsold": "unknown",
    "two_makers": "unknown",
    "open": "passed",
    "good": "passed",
}
_GAPS: Mapping[str, Found] = {
    "missing-shipment": "not_sent",
    "sold-twice": "sold_twice",
    "gone-before": "gone",
    "returned-unsold": "unsold",
}
_WORST_FIRST: tuple[Outcome, ...] = ("failed", "unknown", "passed")

_NONE = Words("没有上报过运输。", "No shipment is reported so far.")
_GOOD = Words(
    "每次发货都由所写的收货方收到（共{count}次）。", "Every shipment so far ({count}) was received by whom it names."
)
_SENTENCES: Mapping[Found, Words] = {
    "elsewhere": Words(
        "收到货的不是发货单上的收货方：{names}。", "Received by another than the one it was sent to: {names}."
    ),
    "late": Words(
        "已发货，运输期限已过，仍没有人上报收到：{names}。",
        "Shipped, and not reported as received within the days it may be on its way: {names}.",
    ),
    "nobody": Words(
        "发货时没有写发给谁，也没有人上报收到：{names}。",
        "Shipped without saying to whom, and nobody reported receiving it: {names}.",
    ),
    "not_sent": Words(
        "有人收到，却没有人上报发货：{names}。", "Received, although nobody reported sending it: {names}."
    ),
    "sold_twice": Words("没有退回过，却又卖了一次：{names}。", "Sold again without having come back: {names}."),
    "gone": Words(
        "已上报销毁，之后又被卖出或运走：{names}。", "Reported as destroyed, and sold or moved after that: {names}."
    ),
    "unsold": Words(
        "有人退回，却没有人上报卖出：{names}。", "Brought back, although nobody reported selling it: {names}."
    ),
    "two_makers": Words("不止一家上报说是自己做的：{names}。", "More than one reports having made it: {names}."),
    "short": Words(
        "已发货，运输期限已过，有一部分没有人上报收到：{names}。",
        "Shipped, and part of it not reported as received within the days it may be on its way: {names}.",
    ),
    "unweighed": Words(
        "收到时没有全部过秤，不知道是否到齐：{names}。",
        "Not all of it was weighed when it was received, so whether all of it came is not known: {names}.",
    ),
    "twice": Words(
        "只收到一次，可能是同一次发货报了两遍：{names}。",
        "Received once; the one shipment may have been reported twice: {names}.",
    ),
    "open": Words("还在路上：{names}。其余都已收到。", "Still on its way: {names}. All else was received."),
}
_REMEDIES: Mapping[Found, Words] = {
    "elsewhere": Words(
        "请真正的收货方上报收货；发货单写错的，请发货方更正。",
        "Whom it was sent to reports receiving it; if the shipment names the wrong one, the shipper corrects it.",
    ),
    "late": Words("请收货方补报收货。", "Whom it was sent to reports receiving it."),
    "nobody": Words(
        "请发货方更正，写明发给谁；请收货方补报收货。", "The shipper says to whom; the receiver reports receiving it."
    ),
    "short": Words(
        "请收货方补报其余的收货；路上损耗的，请上报损耗。",
        "Whom it was sent to reports receiving the rest; what was lost on the way is reported as lost.",
    ),
    "unweighed": Words(
        "请收货方撤回后重新上报，写明重量。",
        "Who received it takes the report back and reports it again with the weight.",
    ),
    "twice": Words(
        "只发了一次的，请发货方撤回多报的一条；确实发了两次的，请收货方补报收货。",
        "If it went once, the shipper takes one of the reports back; if it went twice, the receiver reports the other.",
    ),
    "not_sent": Words("请发货方补报发货。", "Who sent it reports the shipment."),
    "sold_twice": Words(
        "报错的一方请撤回或更正；退回过的，请补报退货。",
        "Who reported wrongly takes it back or corrects it; if it came back, the return is reported.",
    ),
    "gone": Words(
        "报错的一方请撤回或更正；箱号用在别的箱上的，那一箱不能再卖。",
        "Who reported wrongly takes it back or corrects it; if its number is on another box, that box is not sold.",
    ),
    "two_makers": Words(
        "号码用错的一方请撤回或更正；说不清的，请检查员更正。",
        "Who used the wrong number takes the report back or corrects it; where they do not agree, an inspector does.",
    ),
    "unsold": Words("请卖出的一方补报销售。", "Who sold it reports the sale."),
}


def custody(case: Case) -> RuleResult:
    """Judged by the site records of the day of arrival, and the transit days of today's production standard."""
    judged = [(shipment, _judge(shipment, case)) for shipment in case.history.shipments]
    doubtful = [gap for gap in case.history.gaps if gap.code in _GAPS]
    rivals = claimed_twice(case.history)
    found: list[Found] = [word for _, word in judged] + [_GAPS[gap.code] for gap in doubtful]
    found += ["two_makers"] * bool(rivals)
    outcome: Outcome = next(
        (worst for worst in _WORST_FIRST if any(_OUTCOME[word] == worst for word in found)), "passed"
    )
    words = [word for word in _SENTENCES if word in found and _OUTCOME[word] == outcome]
    meant = [shipment for shipment, word in judged if _OUTCOME[word] == outcome]
    ids = [id_ for shipment in meant for id_ in (shipment.event_id, *(a.event_id for a in shipment.arrivals))]
    if not words:
        said = Words(_GOOD.zh.format(count=len(meant)), _GOOD.en.format(count=len(meant))) if meant else _NONE
        return RuleResult("custody", "passed", said.zh, said.en, tuple(dict.fromkeys(ids)))
    names = {word: [_named(shipment) for shipment, one in judged if one == word] for word in words}
    if outcome == "unknown":
        for gap in doubtful:
            names[_GAPS[gap.code]].append(Words(short(gap.key), short(gap.key)))
            ids += gap.event_ids
        for gap, makers in rivals:
            names["two_makers"].append(_claimed_by(gap, makers, case))
            ids += (step.event_id for step in makers)
    said = _joined([_filled(_SENTENCES[word], names[word]) for word in words])
    remedy = _joined([_REMEDIES[word] for word in words if word in _REMEDIES])
    concerns = [thing for shipment in meant for thing in shipment.things] if outcome != "passed" else []
    concerns += [gap.key for gap in (*doubtful, *(gap for gap, _ in rivals))] if outcome == "unknown" else []
    evidence, keys = tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(concerns))
    return RuleResult("custody", outcome, said.zh, said.en, evidence, remedy.zh, remedy.en, keys)


def _judge(shipment: Shipment, case: Case) -> Found:
    if shipment.closed:
        return "good"
    is_meant = any(_is_meant(arrival, shipment, case) for arrival in shipment.arrivals)
    if not is_meant and any(arrival.received for arrival in shipment.arrivals):
        return "elsewhere"
    standards = (standard_of(key, case.registry, case.today) for key in (*shipment.things, case.history.key))
    standard = next((one for one in standards if one is not None), None)
    dries = max(Fraction(standard.balance_tolerance) if standard else DRIES, DRIES)
    if is_meant and (shipment.missing is None or shipment.missing <= dries):
        return "good" if shipment.missing is not None else "unweighed"
    days = timedelta(days=standard.transit_days if standard else TRANSIT_DAYS)
    if case.now_ms <= shipment.time_ms + days // timedelta(milliseconds=1):
        return "open"
    if shipment.twice and shipment.arrivals:
        return "twice"
    if shipment.arrivals and 0 < (shipment.missing or 0) < 1:
        return "short"
    return "late" if shipment.site or shipment.party else "nobody"


def _is_meant(arrival: Arrival, shipment: Shipment, case: Case) -> bool:
    """Whether it arrived at the site, or with the party, that the shipment names; anybody's where it names nobody."""
    if not (shipment.site or shipment.party):
        return arrival.received
    if arrival.site and with_whole(arrival.site)[-1] == with_whole(shipment.site)[-1]:
        return True
    on = china_day(arrival.time_ms)
    meant = {shipment.party, _keeper(shipment.site, on, case)} - {""}
    return not meant.isdisjoint({_keeper(arrival.site, on, case) or arrival.party})


def _keeper(site: str, on: date, case: Case) -> str:
    found = case.site(site, on) if site else None
    return found.party if found else ""


def _named(shipment: Shipment) -> Words:
    first, more = short(shipment.things[0]), len(shipment.things) - 1
    day = china_day(shipment.time_ms).isoformat()
    zh, en = (f"{first}等{more + 1}件", f"{first} and {more} more") if more else (first, first)
    return Words(f"{zh}（{day}发出）", f"{en} (shipped {day})")


def _claimed_by(gap: Gap, makers: Sequence[Step], case: Case) -> Words:
    who = listed(party_words(case.registry, one.document.first.capturer, day_of(one.event)) for one in makers)
    return Words(f"{short(gap.key)}（{who.zh}）", f"{short(gap.key)} ({who.en})")


def _filled(text: Words, names: Sequence[Words]) -> Words:
    said = listed(names)
    return Words(text.zh.format(names=said.zh), text.en.format(names=said.en))


def _joined(sentences: Sequence[Words]) -> Words:
    return Words("".join(one.zh for one in sentences), " ".join(one.en for one in sentences))
