"""What an event can be found by: the names in its JSON object, each with its role, and which of them are classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from epcis import readings
from epcis.events import RECALLS, Event, Role, applies_input, declared, is_container, picked_on, picks, put_in, recalls
from epcis.identifiers import canonical
from epcis.vocabulary import bare_word


class Name(NamedTuple):
    """A thing an event names, as a query sees it. `is_class` is true for members of a quantity list."""

    role: Role
    key: str
    is_class: bool


def names(body: Mapping[str, Any]) -> tuple[Name, ...]:
    """What an event's JSON object can be found by: `Event.keys`, and which of them are classes.

    Read straight from the object, because this is done for every event that is stored, and the caches of an `Event`
    that is used once cost several times as much (docs/performance.md).
    """
    return tuple(dict.fromkeys(_names(body)))


_LISTS: tuple[tuple[Role, str, str], ...] = (
    ("object", "epcList", "quantityList"),
    ("child", "childEPCs", "childQuantityList"),
    ("in", "inputEPCList", "inputQuantityList"),
    ("out", "outputEPCList", "outputQuantityList"),
)
_IDS: tuple[tuple[Role, str], ...] = (("parent", "parentID"), ("transformation", "transformationID"))
_ENDS = (("sourceList", "source"), ("destinationList", "destination"))


def _names(body: Mapping[str, Any]) -> Iterator[Name]:
    return _names_of_reading(body) if readings.only_reads(body) else _plain_names(body)


def _names_of_reading(body: Mapping[str, Any]) -> Iterator[Name]:
    """What it measured by names of their own, and each of them by day."""
    assets: dict[str, None] = {}
    for name in _plain_names(body):
        if name.role in _MEASURED:
            assets[name.key] = None
            yield Name(name.role, readings.readings_of(name.key), name.is_class)
        else:
            yield name
    yield from (Name("reading", key, False) for key in readings.names_by_day(body, assets))


_MEASURED = frozenset({"object", "site", "device"})


def _plain_names(body: Mapping[str, Any]) -> Iterator[Name]:
    yield Name("event", body["eventID"], False)
    for role, instances, classes in _LISTS:
        for epc in body.get(instances, ()):
            key = canonical(epc)
            yield Name(role, key, False)
            if role == "child" and is_container(key):
                yield Name("within", put_in(key), False)
        for element in body.get(classes, ()):
            yield Name(role, canonical(element["epcClass"]), True)
    for role, field_name in _IDS:
        if field_name in body:
            yield Name(role, canonical(body[field_name]), False)
    for place in ("readPoint", "bizLocation"):
        if place in body:
            yield Name("site", canonical(body[place]["id"]), False)
    for listed, end in _ENDS:
        for member in body.get(listed, ()):
            if bare_word(member["type"]) == "location":
                yield Name("site", canonical(member[end]), False)
    if any("ilmd" in body or ("/10/" in epc and "/21/" in epc) for epc in _instances(body) if epc):
        yield from (Name("lot", key, False) for key in Event(body).lot_keys)
    if bare_word(body.get("bizStep")) == "inspecting":
        yield from (Name("tested", key, False) for key in Event(body).tested_keys)
    if "readPoint" in body and applies_input(body):
        yield from (Name("applied", key, False) for key in Event(body).applied_keys)
    if "readPoint" in body and "errorDeclaration" not in body and picks(body):
        yield Name("picked", picked_on(canonical(body["readPoint"]["id"]), body["eventTime"][:4]), False)
    if recalls(body):
        yield Name("recall", RECALLS, False)
    if body["type"] == "AssociationEvent":
        yield from (Name("joined", key, False) for key in Event(body).joined_keys)
    if body.get("action") == "DELETE" and "parentID" in body:
        yield from (Name("emptied", key, False) for key in Event(body).emptied_keys)
    if not _RARE.isdisjoint(body):
        yield from _rare_names(body)


def _instances(body: Mapping[str, Any]) -> Iterator[str]:
    for _, instances, _ in _LISTS:
        yield from body.get(instances, ())
    yield body.get("parentID", "")


_RARE = frozenset({"sensorElementList", "certificationInfo", "bizTransactionList", "errorDeclaration"})


def _rare_names(body: Mapping[str, Any]) -> Iterator[Name]:
    event = Event(body)
    if "sensorElementList" in body:
        yield from (Name("device", key, False) for key in event.devices)
    if "certificationInfo" in body or "bizTransactionList" in body:
        yield from (Name("certificate", key, False) for key in event.certificates)
    if event.error_declaration:
        yield Name("declared", declared(event.event_id), False)
        yield from (Name("corrective", key, False) for key in event.error_declaration.corrective_event_ids)
