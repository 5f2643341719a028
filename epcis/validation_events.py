"""The five event types of EPCIS 2.0 as tables: which fields each has, which it needs, and which combinations count.

Owns `EVENT_SHAPES` (fields and required fields by type) and `RULES` (what must hold between fields: EPCIS 2.0, 7.4.2 to
7.4.6, the `anyOf` of the schema, and what the schema leaves unsaid). Leaves the parts of an event to its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from epcis.validation_elements import (
    biz_transactions,
    certification_info,
    destinations,
    error_declaration,
    ilmd,
    not_empty,
    persistent_disposition,
    place,
    quantities,
    sources,
    unique,
)
from epcis.validation_extensions import extension
from epcis.validation_inspection import Check, Inspection, Shape, did_you_mean, shown
from epcis.validation_sensors import sensor_elements
from epcis.validation_values import identifier, is_uri, offset, one_of, time, uri, word_of
from epcis.vocabulary import BIZ_STEP, DISPOSITION

Event = dict[str, Any]
Rule = Callable[[Inspection, str, Event], None]


def _accepted(inspection: Inspection, pointer: str, value: Any) -> None:
    """A member that is checked elsewhere."""


def _forbidden(why: str) -> Check:
    """A field that exists in the standard, but not on this type."""

    def check(inspection: Inspection, pointer: str, value: Any) -> None:
        inspection.error(pointer, "forbidden-field", why)

    return check


_epcs = unique(identifier)
_epcs_advised = unique(identifier, severity="warning")
_COMMON: dict[str, Check] = {
    "@context": _accepted,
    "type": _accepted,
    "eventTime": time,
    "recordTime": time,
    "eventTimeZoneOffset": offset,
    "eventID": uri,
    "certificationInfo": certification_info,
    "errorDeclaration": error_declaration,
}
_CIRCUMSTANCES: dict[str, Check] = {
    "bizStep": word_of(BIZ_STEP),
    "disposition": word_of(DISPOSITION),
    "readPoint": place,
    "bizLocation": place,
    "bizTransactionList": biz_transactions,
    "sourceList": sources,
    "destinationList": destinations,
    "sensorElementList": sensor_elements,
}
_ACTION: dict[str, Check] = {"action": one_of(frozenset(("ADD", "OBSERVE", "DELETE")))}
_NO_ILMD: dict[str, Check] = {
    "ilmd": _forbidden(
        "ilmd describes things that begin to exist: only ObjectEvent ADD and TransformationEvent have it"
    )
}
_NO_PERSISTENT: dict[str, Check] = {
    "persistentDisposition": _forbidden("persistentDisposition stands only on ObjectEvent and TransformationEvent")
}
_NO_ACTION: dict[str, Check] = {"action": _forbidden("a TransformationEvent has no action; inputs end, outputs begin")}
_FAMILY: dict[str, Check] = {
    "parentID": identifier,
    "childEPCs": _epcs_advised,
    "childQuantityList": quantities,
    **_ACTION,
    **_NO_ILMD,
    **_NO_PERSISTENT,
}
_TIMES = ("eventTime", "eventTimeZoneOffset")

EVENT_SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape(
            "ObjectEvent",
            {
                **_COMMON,
                **_CIRCUMSTANCES,
                **_ACTION,
                "epcList": _epcs,
                "quantityList": quantities,
                "ilmd": ilmd,
                "persistentDisposition": persistent_disposition,
            },
            (*_TIMES, "action"),
            extension,
        ),
        Shape("AggregationEvent", {**_COMMON, **_CIRCUMSTANCES, **_FAMILY}, (*_TIMES, "action"), extension),
        Shape("AssociationEvent", {**_COMMON, **_CIRCUMSTANCES, **_FAMILY}, (*_TIMES, "action", "parentID"), extension),
        Shape(
            "TransactionEvent",
            {
                **_COMMON,
                **_CIRCUMSTANCES,
                **_ACTION,
                "bizTransactionList": not_empty(biz_transactions),
                "parentID": identifier,
                "epcList": _epcs_advised,
                "quantityList": quantities,
                **_NO_ILMD,
                **_NO_PERSISTENT,
            },
            (*_TIMES, "action", "bizTransactionList"),
            extension,
        ),
        Shape(
            "TransformationEvent",
            {
                **_COMMON,
                **_CIRCUMSTANCES,
                "inputEPCList": _epcs,
                "inputQuantityList": quantities,
                "outputEPCList": _epcs,
                "outputQuantityList": quantities,
                "transformationID": identifier,
                "ilmd": ilmd,
                "persistentDisposition": persistent_disposition,
                **_NO_ACTION,
            },
            _TIMES,
            extension,
        ),
    )
}
# EPCIS 2.0 lets a community define further types under a URI of its own; only what all events share is checked.
_FURTHER_TYPE = Shape("an event", _COMMON, _TIMES, lambda inspection, pointer, shape, key, value: None)


def check_event(inspection: Inspection, pointer: str, value: Any) -> None:
    """Every problem of one event in a context that is already in `inspection`."""
    if not isinstance(value, dict):
        inspection.wrong_type(pointer, "an object", value)
        return
    kind = value.get("type")
    shape = EVENT_SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        _check_further_type(inspection, pointer, value)
        return
    shape(inspection, pointer, value)
    for rule in RULES[shape.name]:
        rule(inspection, pointer, value)


def _check_further_type(inspection: Inspection, pointer: str, event: Event) -> None:
    kind = event.get("type")
    if "type" not in event:
        inspection.error(pointer, "missing-field", f"an event needs type, one of {', '.join(EVENT_SHAPES)}")
    elif not isinstance(kind, str):
        inspection.wrong_type(f"{pointer}/type", "the name of an event type", kind)
    elif not is_uri(kind):
        hint = did_you_mean(kind, frozenset(EVENT_SHAPES)) or f"; it must be one of {', '.join(EVENT_SHAPES)}"
        inspection.error(f"{pointer}/type", "unknown-event-type", f"{shown(kind)} is no event type{hint}")
    else:
        message = f"{shown(kind)} is no event type of EPCIS 2.0; only its time, id and declaration are understood here"
        inspection.warn(f"{pointer}/type", "further-event-type", message)
        _FURTHER_TYPE(inspection, pointer, event)
        return
    _FURTHER_TYPE(inspection, pointer, event)


# --- rules between fields ---------------------------------------------------------------------------------------------


def _filled(event: Event, *fields: str) -> bool:
    return any(isinstance(event.get(field), list) and event[field] for field in fields)


def _object_names_something(inspection: Inspection, pointer: str, event: Event) -> None:
    if _filled(event, "epcList", "quantityList"):
        return
    if not _filled(event, "sensorElementList"):
        message = "this ObjectEvent names nothing; it needs epcList, quantityList, or sensor readings at a readPoint"
        inspection.error(pointer, "names-nothing", message)
    elif "readPoint" not in event:
        message = "sensor readings of no object need a readPoint, to say where they were taken"
        inspection.error(pointer, "names-nothing", message)


def _ilmd_only_with_add(inspection: Inspection, pointer: str, event: Event) -> None:
    if "ilmd" in event and event.get("action") in ("OBSERVE", "DELETE"):
        message = f"ilmd describes things that begin to exist; with action {event['action']} it may not be there"
        inspection.error(f"{pointer}/ilmd", "forbidden-field", message)


def _has_children(inspection: Inspection, pointer: str, event: Event) -> None:
    if not _filled(event, "childEPCs", "childQuantityList") and event.get("action") != "DELETE":
        message = f"this {event['type']} names no children; only with action DELETE may they be left out, meaning all"
        inspection.error(pointer, "missing-children", message)


def _has_parent(inspection: Inspection, pointer: str, event: Event) -> None:
    """EPCIS 2.0, 7.4.3: the parent may be left out only when a grouping is observed."""
    if "parentID" not in event and event.get("action") in ("ADD", "DELETE"):
        verb = "added to" if event["action"] == "ADD" else "taken out of"
        message = f"this AggregationEvent has no parentID; it must say what the children are {verb}"
        inspection.error(pointer, "missing-parent", message)


def _not_its_own_child(inspection: Inspection, pointer: str, event: Event) -> None:
    children, parent = event.get("childEPCs"), event.get("parentID")
    if isinstance(children, list) and isinstance(parent, str) and parent in children:
        where = f"{pointer}/childEPCs/{children.index(parent)}"
        inspection.error(where, "own-child", "childEPCs names the parentID itself; nothing is packed in itself")


def _transaction_names_something(inspection: Inspection, pointer: str, event: Event) -> None:
    if event.get("action") == "DELETE" or _filled(event, "epcList", "quantityList"):
        return
    if not ("epcList" in event and "parentID" in event):
        message = "this TransactionEvent names nothing; only DELETE may leave out epcList and quantityList, meaning all"
        inspection.error(pointer, "names-nothing", message)


def _transformation_is_whole(inspection: Inspection, pointer: str, event: Event) -> None:
    inputs = _filled(event, "inputEPCList", "inputQuantityList")
    outputs = _filled(event, "outputEPCList", "outputQuantityList")
    if (inputs and outputs) or ((inputs or outputs) and "transformationID" in event):
        return
    missing = "outputs" if inputs else "inputs" if outputs else "inputs or outputs"
    also = "" if inputs or outputs else ", which at least one of its events needs"
    code = f"missing-{missing}" if inputs or outputs else "names-nothing"
    message = f"this TransformationEvent has no {missing}{also}; it may be in parts only under a transformationID"
    inspection.error(pointer, code, message)


def _offset_agrees_with_time(inspection: Inspection, pointer: str, event: Event) -> None:
    """EPCIS 2.0, 7.3.2: the time may be in any zone, so another offset is only strange; UTC says nothing."""
    when, local = event.get("eventTime"), event.get("eventTimeZoneOffset")
    if not isinstance(when, str) or not isinstance(local, str) or when.endswith((local, "Z", "+00:00", "-00:00")):
        return
    if len(local) == 6 and when[-6:-5] in ("+", "-"):
        message = f"eventTime is written at {when[-6:]}, eventTimeZoneOffset is {local}; check which the place had"
        inspection.warn(f"{pointer}/eventTimeZoneOffset", "offset-differs", message)


RULES: dict[str, tuple[Rule, ...]] = {
    "ObjectEvent": (_object_names_something, _ilmd_only_with_add, _offset_agrees_with_time),
    "AggregationEvent": (_has_parent, _has_children, _not_its_own_child, _offset_agrees_with_time),
    "AssociationEvent": (_has_children, _not_its_own_child, _offset_agrees_with_time),
    "TransactionEvent": (_transaction_names_something, _offset_agrees_with_time),
    "TransformationEvent": (_transformation_is_whole, _offset_agrees_with_time),
}
