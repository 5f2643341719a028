"""Checks of the documents around events: EPCISDocument and EPCISQueryDocument (EPCIS 2.0, 10.2).

Owns what a document needs, the master data in its header as far as the schema describes it, and what only the whole
shows, such as an event id given twice.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from epcis.context import GS1_CONTEXT, read_context
from epcis.validation_context import check_context
from epcis.validation_events import check_event
from epcis.validation_extensions import extension, foreign
from epcis.validation_inspection import Check, Inspection, Shape, TooManyProblems, each, shown
from epcis.validation_values import text, time, uri, version


def check_document(inspection: Inspection, document: Any) -> None:
    if not isinstance(document, dict):
        inspection.wrong_type("", "an object", document)
        return
    kind = document.get("type")
    shape = DOCUMENT_SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        _no_document_type(inspection, kind, "type" in document)
        shape = DOCUMENT_SHAPES["EPCISDocument"]
    inspection.document_context = document.get("@context")
    inspection.context = read_context(inspection.document_context)
    if "@context" in document and not inspection.context.gs1:
        message = f"@context does not name {GS1_CONTEXT}, which gives the fields of EPCIS their meaning"
        inspection.warn("/@context", "context-without-gs1", message)
    shape(inspection, "", document)


def _no_document_type(inspection: Inspection, kind: Any, there: bool) -> None:
    wanted = "it must be EPCISDocument, EPCISQueryDocument, or an event type"
    if not there:
        inspection.error("", "missing-field", f"the document needs type, which is not there; {wanted}")
    elif isinstance(kind, str):
        hint = inspection.did_you_mean(kind, DOCUMENT_SHAPES) or f"; {wanted}"
        inspection.error("/type", "unknown-document-type", f"{shown(kind)} is no type of document{hint}")
    else:
        inspection.wrong_type("/type", "a string", kind)


def _checked_before(inspection: Inspection, pointer: str, value: Any) -> None:
    """The type, by which the shape was chosen."""


def _remark(inspection: Inspection, pointer: str, shape: Shape, key: str, value: Any) -> None:
    """Beside the events a key that begins with _ is a remark by common habit; JSON-LD drops it, so it is only noted."""
    if key.startswith("_"):
        message = f"{shown(key)} has no namespace and is read as a remark, which means nothing"
        inspection.warn(pointer, "remark", message)
        foreign(inspection, pointer, value)
    else:
        extension(inspection, pointer, shape, key, value)


# --- events -----------------------------------------------------------------------------------------------------------


def _events(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, list):
        inspection.wrong_type(pointer, "an array of events", value)
        return
    outer = inspection.context
    for index, event in enumerate(value):
        with suppress(TooManyProblems):
            _event(inspection, f"{pointer}/{index}", event)
        inspection.context = outer
    _ids_given_twice(inspection, pointer, value)


def _event(inspection: Inspection, pointer: str, event: Any) -> None:
    if isinstance(event, dict) and "@context" in event:
        check_context(inspection, f"{pointer}/@context", event["@context"])
        inspection.context = read_context(inspection.document_context, event["@context"])
    check_event(inspection, pointer, event)


def _ids_given_twice(inspection: Inspection, pointer: str, events: list[Any]) -> None:
    """One id on two events is a repeat or a conflict; with an error declaration it is how EPCIS corrects (7.4.1.3)."""
    seen: dict[str, int] = {}
    for index, event in enumerate(events):
        id_ = event.get("eventID") if isinstance(event, dict) else None
        if not isinstance(id_, str) or "errorDeclaration" in event:
            continue
        if id_ in seen:
            message = f"eventID {shown(id_)} is already that of event {seen[id_]} in this document"
            inspection.warn(f"{pointer}/{index}/eventID", "duplicate-event-id", message)
        seen.setdefault(id_, index)


# --- master data ------------------------------------------------------------------------------------------------------


def _anything(inspection: Inspection, pointer: str, shape: Shape, key: str, value: Any) -> None:
    foreign(inspection, pointer, value)


def _attribute_value(inspection: Inspection, pointer: str, value: Any) -> None:
    if isinstance(value, (bool, list)) or value is None:
        inspection.wrong_type(pointer, "text, a number or an object", value)
    foreign(inspection, pointer, value)


_ATTRIBUTE = Shape("an attribute", {"id": uri, "attribute": _attribute_value}, ("id",), _anything)
_ELEMENT = Shape(
    "a vocabulary element", {"id": uri, "attributes": each(_ATTRIBUTE), "children": each(uri)}, ("id",), _anything
)
_VOCABULARY = Shape("a vocabulary", {"type": uri, "vocabularyElementList": each(_ELEMENT)}, ("type",), _anything)
_MASTER_DATA = Shape("epcisMasterData", {"vocabularyList": each(_VOCABULARY)}, (), _anything)
_HEADER = Shape("epcisHeader", {"epcisMasterData": _MASTER_DATA}, (), extension)

# --- the two documents ------------------------------------------------------------------------------------------------

_RESULTS_BODY = Shape(
    "resultsBody", {"eventList": _events, "vocabularyList": each(_VOCABULARY)}, ("eventList",), extension
)
_QUERY_RESULTS = Shape(
    "queryResults",
    {"queryName": text, "subscriptionID": text, "resultsBody": _RESULTS_BODY},
    ("queryName", "resultsBody"),
    extension,
)
_QUERY_BODY = Shape("epcisBody", {"queryResults": _QUERY_RESULTS}, ("queryResults",), extension)
_ANY_DOCUMENT: dict[str, Check] = {
    "@context": check_context,
    "id": uri,
    "type": _checked_before,
    "schemaVersion": version,
    "creationDate": time,
}
DOCUMENT_SHAPES: dict[str, Shape] = {
    "EPCISDocument": Shape(
        "an EPCISDocument",
        {
            **_ANY_DOCUMENT,
            "instanceIdentifier": text,
            "sender": text,
            "receiver": text,
            "epcisHeader": _HEADER,
            "epcisBody": Shape("epcisBody", {"eventList": _events}, ("eventList",), _anything),
        },
        ("@context", "schemaVersion", "creationDate", "epcisBody"),
        _remark,
    ),
    "EPCISQueryDocument": Shape(
        "an EPCISQueryDocument",
        {
            **_ANY_DOCUMENT,
            "epcisBody": _QUERY_BODY,
        },
        ("@context", "epcisBody"),
        _remark,
    ),
}
