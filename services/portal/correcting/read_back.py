"""An event read back into the form it came from, and the form that was changed written back into the event.

An event that no form of ours could have written is said so, by building it again and comparing: it is corrected where
it came from. What is typed for each command is `event_rows`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from epcis.events import Event
from epcis.vocabulary import bare_word
from provenance import steps
from provenance.days import CHINA
from provenance.reports import Json
from services.portal.correcting.event_rows import ROWS, Given
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import Situation, read
from services.portal.reporting.typed import FieldError

_Typed = tuple[str | None, str]

_GOODS_STEPS: Mapping[str, str] = {
    "shipping": "shipments",
    "receiving": "receipts",
    "retail_selling": "sales",
    "destroying": "losses",
    "stock_taking": "stock-takes",
    "sampling": "samples",
    "inspecting": "inspections",
}
_OF_OUR_OWN: Mapping[str, str] = {
    steps.POOLING: "poolings",
    steps.CERTIFYING: "certificates",
    steps.APPLYING_INPUT: "farm-inputs",
}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The form an event belongs to, what would have to be typed into it, and the event that would make."""

    noun: str
    given: Given
    event: Json


def read_back(event: Event, base: str) -> ReadBack | None:
    """None where no form of ours says all of what the event says."""
    noun = noun_of(event)
    given = _present(ROWS[noun](event, base), COMMANDS[noun].field_names()) if noun else {}
    if noun is None or not given:
        return None
    at = Situation(_issuer(event), datetime.fromtimestamp(event.time_ms / 1000, UTC).astimezone(CHINA), base)
    reading = read(COMMANDS[noun].entries, given, at)
    if reading.problems:
        return None
    try:
        built = COMMANDS[noun].build(reading.values, at, event.event_id)
    except (FieldError, ValueError):
        return None
    return ReadBack(noun, given, dict(built)) if _says_the_same(event, Event(built)) else None


def corrected(original: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """`original` with what differs between the form as it was and as it was sent: what no form knows stays.

    The words of the scale (`suyuan:reported`) go where the amounts do.
    """
    made = _merged(original, before, after)
    if before.get("quantityList") != after.get("quantityList") and isinstance(made.get("ilmd"), dict):
        said = after.get("ilmd", {}).get("suyuan:reported")
        made["ilmd"] = {name: value for name, value in made["ilmd"].items() if name != "suyuan:reported"}
        made["ilmd"] |= {"suyuan:reported": said} if said else {}
    return made


_BY_KIND = ("sourceList", "destinationList", "bizTransactionList")
"""Lists in which a form knows some kinds and leaves the others."""


def _merged(original: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    made: Json = {}
    for name in dict.fromkeys((*original, *after)):
        was, is_ = before.get(name), after.get(name)
        if was == is_:
            value = original.get(name)
        elif isinstance(was, dict) and isinstance(is_, dict) and isinstance(original.get(name), dict):
            value = _merged(original[name], was, is_)
        elif name in _BY_KIND:
            value = _by_kind(original.get(name, ()), was or (), is_ or ()) or None
        else:
            value = is_
        if value is not None:
            made[name] = value
    return made


def _by_kind(original: Iterable[Json], before: Iterable[Json], after: Iterable[Json]) -> list[Json]:
    kinds = {bare_word(one.get("type")) for one in (*before, *after)}
    return [*(one for one in original if bare_word(one.get("type")) not in kinds), *after]


def noun_of(event: Event) -> str | None:
    """The command that writes events of this kind; None where none does."""
    step, kind = event.biz_step or "", event.type
    if kind == "ObjectEvent" and step in ("commissioning", "creating_class_instance") and event.action == "ADD":
        return "deliveries" if event.body.get("quantityList") else "labellings"
    if kind == "ObjectEvent" and step == "receiving" and event.disposition == "returned":
        return "returns"
    if kind == "ObjectEvent" and step == "holding":
        return "releases" if event.disposition == "available" else "holds"
    if kind == "ObjectEvent":
        return _GOODS_STEPS.get(step) or _OF_OUR_OWN.get(step)
    if kind == "TransformationEvent":
        return {"commissioning": "gradings", "packing": "packing"}.get(step) or _OF_OUR_OWN.get(step)
    if kind == "AggregationEvent":
        return {("ADD", "packing"): "pallets", ("DELETE", "unpacking"): "unpackings"}.get((event.action or "", step))
    return None


def _issuer(event: Event) -> str:
    return str(event.body.get("suyuan:issuer", ""))


def _present(given: Given, names: Sequence[str]) -> Given:
    """Only what is filled in, of the fields the command has."""
    return {name: given[name] for name in names if given.get(name) not in ("", [], None)}


def _says_the_same(original: Event, built: Event) -> bool:
    """What people would correct. What no form asks for (extensions, other partners and papers) stays as it was."""
    return (
        _facts(original) == _facts(built)
        and _agree(original.sources, built.sources)
        and _agree(original.destinations, built.destinations)
        and _agree(original.transactions, built.transactions)
    )


def _agree(original: Sequence[_Typed], built: Sequence[_Typed]) -> bool:
    """Of the kinds that the form writes, the event has no more and no others."""
    kinds = {kind for kind, _ in built}
    return Counter(one for one in original if one[0] in kinds) == Counter(built)


def _facts(event: Event) -> tuple[Any, ...]:
    named = (event.objects, event.inputs, event.outputs, event.children)
    return (
        event.type,
        event.action,
        event.biz_step,
        bare_word(event.body.get("disposition")),
        [sorted((i.key, i.of_class, i.uom or "", i.quantity or 0) for i in items) for items in named],
        event.parent,
        event.read_point,
        event.biz_location,
        _measured(event) if event.biz_step == "inspecting" else (),
    )


def _measured(event: Event) -> list[list[Json]]:
    """Every reading whole, element by element; only inspections are typed with theirs."""
    elements = event.body.get("sensorElementList", ())
    if any(element.keys() - {"sensorReport"} for element in elements):
        return [[dict(element)] for element in elements]
    return [[_reading(one) for one in element.get("sensorReport", ())] for element in elements]


def _reading(report: Mapping[str, Any]) -> Json:
    value = {"value": Decimal(str(report["value"]))} if "value" in report else {}
    return {**report, "type": bare_word(report.get("type")), **value}
