"""What is recorded of goods before a report about them is: whether they are recalled, held or sold, how much is left.

Read of their histories and balances; where nobody can say, nothing is said. `but` are the ids of reports that do not
count: the one about to be sent, and the one that it corrects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import orjson

from epcis.events import Event
from epcis.identifiers import whole_place
from provenance.access.say import EVERYBODYS
from provenance.histories.history import Step
from provenance.quality import holds
from provenance.standing import First, Reported
from services.portal.reporting.fields import Values
from services.portal.reporting.typed import net_kg
from services.portal.telling import histories
from services.portal.telling.balances import BalanceSheet
from services.portal.telling.histories import History

CLOCKS_DIFFER_MS = 15 * 60_000
SCALES_DIFFER = Decimal("0.02")
"""Part of a weight."""
_COUNTS = ("in_force", "disputed")


def blocked(key: str, history: History, but: Collection[str]) -> Iterator[str]:
    """`recalled` where all of it is, `recalled-in-part` where nobody knows which part, `held`; as the history judges
    it, who may read all of it."""
    found = [one for one in history.holds if one.kind != "release" and one.keys and one.event_id not in but]
    recalls = {(one.event_id, key) for one in found if one.kind == "recall" for key in one.keys}
    parts = {(step.event_id, one.key) for step in history.steps for one in step.objects if one.quantity}
    if any((id_, key) not in parts or key == history.key for id_, key in recalls):
        yield "recalled"
    elif recalls:
        yield "recalled-in-part"
    if any(one.kind == "hold" for one in found):
        yield "held"


def selling(noun: str, values: Values, history: History, but: Collection[str], party: str) -> Iterator[str]:
    """What a sale or a return of a numbered box, by this party, would contradict."""
    counting = [one for one in history.steps if one.standing in _COUNTS and one.event_id not in but]
    at_ms = round(_moment(values).timestamp() * 1000)
    sales = [one.time_ms for one in counting if one.kind == "sale"]
    back = [one.time_ms for one in counting if one.kind == "return"]
    if noun == "returns":
        since = max((time_ms for time_ms in back if time_ms <= at_ms), default=0)
        sent = [one.time_ms for one in counting if one.kind == "shipping" and values["site"] in _places(one)]
        if not any(since <= time_ms <= at_ms for time_ms in (*sales, *sent)):
            yield "returned-unsold"
        if _is_of_another_order(values.get("order"), [one for one in counting if since <= one.time_ms <= at_ms], party):
            yield "other-order"
    elif any(not _between(back, at_ms, sold) for sold in _beside(sales, at_ms)):
        yield "sold-twice"


def _is_of_another_order(order: str | None, steps: Collection[histories.Step], party: str) -> bool:
    """Of orders only hashes are kept, by each party its own: those of others cannot be compared."""
    sales = [one for one in steps if one.kind == "sale" and one.capturer == party and one.event]
    papers = orjson.loads(max(sales, key=lambda one: one.time_ms).event).get("bizTransactionList", ()) if sales else ()
    orders = {paper["bizTransaction"] for paper in papers if str(paper.get("type", "")).endswith("po")}
    return bool(order and orders) and order not in orders


def coming(noun: str, key: str, values: Values, history: History, but: Collection[str]) -> Iterator[str]:
    """`gone` of a box that was destroyed or lost; of what nobody says came here, `not-here` where it goes on, and
    `not-sent` where it arrives."""
    counting = [one for one in history.steps if one.standing in _COUNTS and one.event_id not in but]
    if "/21/" in key and any(one.kind in ("destroying", "loss") and not one.carried for one in counting):
        yield "gone"
    lifts = noun != "inspections" or all(values.get(name) for name in ("reason", "seal", "report_number"))
    if not lifts and any(one.blocking and one.event_id not in but for one in history.tests):
        yield "failed-before"
    site = whole_place(values["site"]) if values.get("site") else ""
    if noun in ("sales", "parcels") and counting and not any(site in _stood_at(one) for one in counting):
        yield "not-here"
    if noun == "receipts" and counting and not any(_was_sent_to(one, site) for one in counting):
        yield "not-sent"


BESIDE = ("made-later", "sent-later", "here-already", "more-than-sent")
"""Said beside the receipt, and not asked before: which of two reports is wrong is not known."""


def out_of_order(noun: str, key: str, values: Values, history: History, but: Collection[str]) -> Iterator[str]:
    """What a shipment or an arrival says of the order of things that other reports say otherwise; of `BESIDE`."""
    if noun not in ("shipments", "receipts"):
        return
    counting = [one for one in history.steps if one.standing in _COUNTS and one.event_id not in but]
    at_ms = round(_moment(values).timestamp() * 1000)
    if _only_after(at_ms, (one.time_ms for one in counting if _makes(one, key))):
        yield "made-later"
    if noun == "shipments":
        return
    site = whole_place(values["site"])
    if _only_after(at_ms, (one.time_ms for one in counting if one.kind == "shipping" and _goes_to(one, site))):
        yield "sent-later"
    here = [one.time_ms for one in counting if one.kind == "receiving" and not one.carried and site in _stood_at(one)]
    since = max((time_ms for time_ms in here if time_ms <= at_ms), default=None)
    left = (one.time_ms for one in counting if one.kind in _LEAVES)
    if "/21/" in key and since is not None and not any(since <= time_ms <= at_ms for time_ms in left):
        yield "here-already"


def heavier(noun: str, key: str, values: Values, history: History, but: Collection[str]) -> Iterator[str]:
    """`more-than-sent`, of `BESIDE`: more kilograms of a lot arrive than all reports together sent here; nothing where
    one of them says no weight, no place, or a pallet."""
    if noun != "receipts" or "/21/" in key:
        return
    counting = [one for one in history.steps if one.standing in _COUNTS and one.event_id not in but]
    site = whole_place(values["site"])
    sent = summed(_kg(one, key) for one in counting if one.kind == "shipping" and _may_go_to(one, site))
    before = [_kg(one, key) for one in counting if one.kind == "receiving" and site in _stood_at(one)]
    came = summed([*before, *(row["mass"] for row in values["lots"] if row["lot"] == key)])
    if sent and came and came > sent * (1 + SCALES_DIFFER):
        yield "more-than-sent"


def _may_go_to(step: histories.Step, site: str) -> bool:
    return _goes_to(step, site) or not _is_directed(step)


def _is_directed(step: histories.Step) -> bool:
    return any(end.type == "location" for end in step.destinations)


def _kg(step: histories.Step, key: str) -> Decimal | None:
    """Of the lot, by itself; None where that is not said, or of a shipment not to where."""
    said = [one for one in step.objects if one.key == key]
    vague = step.carried or (step.kind == "shipping" and not _is_directed(step))
    if vague or not said or any(one.uom != "KGM" or not one.quantity for one in said):
        return None
    return sum((Decimal(one.quantity) for one in said), Decimal(0))


def summed(masses: Iterable[Decimal | None]) -> Decimal | None:
    """None where one of them is not known."""
    known = list(masses)
    return None if None in known else sum((one for one in known if one is not None), Decimal(0))


_MAKES = frozenset({"harvest", "pooling", "transformation", "packing"})
_LEAVES = frozenset({"shipping", "sale", "return", "loss", "destroying"})


def _makes(step: histories.Step, key: str) -> bool:
    things = (*step.outputs, *(step.objects if step.action == "ADD" else ()))
    return step.kind in _MAKES and any(one.key == key for one in things)


def _only_after(at_ms: int, times_ms: Iterable[int]) -> bool:
    first = min(times_ms, default=at_ms)
    return first - at_ms > CLOCKS_DIFFER_MS


def _goes_to(step: histories.Step, site: str) -> bool:
    return site in {whole_place(end.id) for end in step.destinations if end.type == "location"}


NO_EFFECT = ("recall-stays", "hold-stays", "nothing-held", "no-say")


def speaking(noun: str, key: str, history: History, but: Collection[str], party: str, kind: str) -> Iterator[str]:
    """Why a hold or release of these goods, by this party of this kind, would change nothing; of `NO_EFFECT`."""
    steps = [one for one in history.steps if one.event_id not in but]
    if noun == "holds":
        if kind not in EVERYBODYS | {"brand_office"} and not any(_takes_part(one, party, history) for one in steps):
            yield "no-say"
        return
    told = [_step(one) for one in steps if one.event]
    found = holds.in_force(told, lambda one, day: kind if one == party else _kind(one, day, history))
    if not found:
        yield "nothing-held"
    if any(one.kind == "recall" for one in found) and kind not in holds.MAY_LIFT_RECALLS:
        yield "recall-stays"
    if any(one.kind == "hold" and one.by != party for one in found) and kind not in holds.MAY_LIFT_HOLDS:
        yield "hold-stays"


def _takes_part(step: histories.Step, party: str, history: History) -> bool:
    """As who reported it, gave or got the goods, or keeps the place."""
    ends = {end.id for end in (*step.sources, *step.destinations)}
    places = {whole_place(place) for place in (*_places(step), *ends) if place and "geo:" not in place}
    keepers = {history.places[place].party for place in places if place in history.places}
    return party in {step.capturer, *ends, *keepers}


def is_alike(event: Event, values: Values) -> bool:
    """Whether it tells of as much of the same product, by the same grower."""
    kg = net_kg(values)
    same = any(item.key.startswith(f"{values['product']}/10/") and item.quantity == kg for item in event.objects)
    return same and any(id_ == values["grower"] for _, id_ in event.sources)


def _stood_at(step: histories.Step) -> set[str]:
    return {whole_place(place) for place in (step.read_point, step.biz_location) if place and "geo:" not in place}


def _was_sent_to(step: histories.Step, site: str) -> bool:
    """Or was there before, as what comes back is."""
    return _goes_to(step, site) or site in _stood_at(step)


def left_kg(history: History, sheet: BalanceSheet | None, but: Collection[str], site: str = "") -> Decimal | None:
    """Of the lot at the site, else wherever it is. None where that is not known, or what is known counts a report that
    does not."""
    drawn = [one for one in sheet.balances if one.key == history.key] if sheet else []
    here = [one for one in drawn if one.kind == "site" and site and whole_place(one.site) == whole_place(site)]
    told = sorted(here, key=lambda one: one.since_ms)[-1:] or [one for one in drawn if one.kind == "lot"]
    if any(not set(but).isdisjoint(one.event_ids) for one in told):
        return None
    known = told[0].left_kg if told else history.kilograms
    return Decimal(known) if known else None


def _beside(times: Collection[int], at_ms: int) -> list[int]:
    """The last before, the first after."""
    before, after = [one for one in times if one <= at_ms], [one for one in times if one > at_ms]
    return [*(before and [max(before)]), *(after and [min(after)])]


def _between(times: Collection[int], one: int, other: int) -> bool:
    return any(min(one, other) <= time_ms <= max(one, other) for time_ms in times)


def _places(step: histories.Step) -> tuple[str, ...]:
    return (step.read_point, step.biz_location, *(one.id for one in step.sources))


def _moment(values: Values) -> datetime:
    found: datetime = values["at"]
    return found


def _kind(party: str, day: date, history: History) -> str:
    return history.parties[party].kind if party in history.parties else ""


def _step(one: histories.Step) -> Step:
    """As the rule reads it."""
    first = First(one.record_time_ms, "", 0, 0, one.capturer)
    document = Reported(one.record_id, Event(orjson.loads(one.event)), b"", first)
    return Step(document, one.kind, one.carried, "in_force" if one.standing in _COUNTS else "corrected")
