"""The five event types of EPCIS 2.0 as tables: which fields each has, which it needs, and which combinations count.

Owns `EVENT_SHAPES`: fields and required fields by type (EPCIS 2.0, 7.4). Leaves what must hold between fields to
`validation_rules`, and the parts of an event to its other neighbours.
"""

from __future__ import annotations

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
from epcis.validation_inspection import Check, Inspection, Shape, shown
from epcis.validation_rules import RULES, Event
from epcis.validation_sensors import sensor_elements
from epcis.validation_values import identifier, is_uri, offset, time, uri
from epcis.validation_words import one_of, word_of
from epcis.vocabulary import BIZ_STEP, DISPOSITION


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


def _other(inspection: Inspection, pointer: str, shape: Shape, key: str, value: Any) -> None:
    """A member that this type does not have: another type's, or an extension."""
    owners = [other.name for other in EVENT_SHAPES.values() if key in other.fields]
    if owners:
        message = f"{key} stands on {' and '.join(owners)}, not on {shape.name}"
        inspection.error(pointer, "forbidden-field", message)
    else:
        extension(inspection, pointer, shape, key, value)


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
            _other,
        ),
        Shape("AggregationEvent", {**_COMMON, **_CIRCUMSTANCES, **_FAMILY}, (*_TIMES, "action"), _other),
        Shape("AssociationEvent", {**_COMMON, **_CIRCUMSTANCES, **_FAMILY}, (*_TIMES, "action", "parentID"), _other),
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
            _other,
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
            _other,
        ),
    )
}
EVENT_FIELDS = frozenset(field for shape in EVENT_SHAPES.values() for field in shape.fields) - {"@context", "type"}
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
        hint = inspection.did_you_mean(kind, EVENT_SHAPES) or f"; it must be one of {', '.join(EVENT_SHAPES)}"
        inspection.error(f"{pointer}/type", "unknown-event-type", f"{shown(kind)} is no event type{hint}")
    else:
        message = f"{shown(kind)} is no event type of EPCIS 2.0; only its time, id and declaration are understood here"
        inspection.warn(f"{pointer}/type", "further-event-type", message)
        _FURTHER_TYPE(inspection, pointer, event)
        return
    _FURTHER_TYPE(inspection, pointer, event)
