"""What must hold between the fields of an event: a table of small rules by event type.

Owns the combinations of EPCIS 2.0, 7.4.2 to 7.4.6, the `anyOf` of the JSON schema, and what the schema leaves unsaid.
A rule is given the event as an object whose fields may each hold any JSON value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from epcis.identifiers import canonical
from epcis.validation_inspection import Inspection
from epcis.validation_values import is_offset, time_problem

Event = dict[str, Any]
Rule = Callable[[Inspection, str, Event], None]


def _filled(event: Event, *fields: str) -> bool:
    """Whether one of these lists says something. What is there but no list was reported as that, and counts as said."""
    return any(field in event and event[field] != [] for field in fields)


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
    if not isinstance(children, list) or not isinstance(parent, str):
        return
    container = canonical(parent)  # a pallet's URN and its Digital Link are one pallet
    for index, child in enumerate(children):
        if isinstance(child, str) and (child == parent or canonical(child) == container):
            message = "childEPCs names the parentID itself; nothing is packed in itself"
            inspection.error(f"{pointer}/childEPCs/{index}", "own-child", message)


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
    if time_problem(when) is None and is_offset(local):
        message = f"eventTime is written at {when[-6:]}, eventTimeZoneOffset is {local}; check which the place had"
        inspection.warn(f"{pointer}/eventTimeZoneOffset", "offset-differs", message)


RULES: dict[str, tuple[Rule, ...]] = {
    "ObjectEvent": (_object_names_something, _ilmd_only_with_add, _offset_agrees_with_time),
    "AggregationEvent": (_has_parent, _has_children, _not_its_own_child, _offset_agrees_with_time),
    "AssociationEvent": (_has_children, _not_its_own_child, _offset_agrees_with_time),
    "TransactionEvent": (_transaction_names_something, _offset_agrees_with_time),
    "TransformationEvent": (_transformation_is_whole, _offset_agrees_with_time),
}
