"""The pre-hash string of an event: CBV 2.0, 8.9.2, as a table of fields in their canonical order.

Owns which fields count, in which order and shape (standards.md 1.6; where implementations disagree: ADR 0010). Leaves
the writing of values to `event_hash_values`, and what becomes of the string to `event_id`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from epcis.context import Context, read_context
from epcis.event_hash_values import extensions, scalar, uri, utc_milliseconds
from epcis.vocabulary import (
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    COMPONENT,
    DISPOSITION,
    MEASUREMENT_TYPE,
    SENSOR_EXCEPTION,
    SOURCE_DEST_TYPE,
    Vocabulary,
)

Write = Callable[[Any, Context], str]
"""Writes one value, in the context that gives its names meaning."""


def pre_hash(event_body: Mapping[str, Any], *, context: object = None, ignored: Iterable[str] = ()) -> str:
    """The canonical string of a valid event (CBV 2.0, 8.9.2).

    `context` is the ``@context`` of the document around it; the event's own is read on top. `ignored` names extension
    keys, as prefixed there, that are bookkeeping of a repository and no part of the event.
    """
    names = read_context(context, event_body.get("@context"))
    left_out = {names.qualified(key) for key in ignored}
    parts = ["eventType=", names.expand(event_body["type"]).removeprefix(names.prefixes.get("epcis", "\0"))]
    for key, write in _EVENT:
        value = event_body.get(key)
        if value is not None:
            parts.append(write(value, names))
    parts.append(extensions(event_body, names, _EVENT_KEYS, left_out))
    return "".join(parts)


# --- the shapes fields have -------------------------------------------------------------------------------------------


def _field(key: str) -> Write:
    return lambda value, names: f"{key}={scalar(value, names)}"


def _text(key: str) -> Write:
    return lambda value, names: f"{key}={value.strip()}"


def _time(key: str) -> Write:
    return lambda value, names: f"{key}={utc_milliseconds(value)}"


def _word(key: str, vocabulary: Vocabulary) -> Write:
    return lambda value, names: f"{key}={vocabulary.web_uri(value) or uri(value, names)}"


def _many(key: str, write: Write) -> Write:
    """A list: its name once, then its members in code point order (rule 11)."""

    def written(values: Any, names: Context) -> str:
        members = values if isinstance(values, list) else [values]
        text = "".join(sorted(write(member, names) for member in members))
        return key + text if text else ""

    return written


def _object(key: str, fields: tuple[tuple[str, Write], ...]) -> Write:
    known = frozenset(name for name, _ in fields)

    def written(value: Any, names: Context) -> str:
        text = "".join(write(value[name], names) for name, write in fields if value.get(name) is not None)
        text += extensions(value, names, known)
        return key + text if text else ""

    return written


# --- the canonical order ----------------------------------------------------------------------------------------------

_EPC = _field("epc")
_QUANTITY = _many(
    "",
    _object(
        "quantityElement",
        (("epcClass", _field("epcClass")), ("quantity", _field("quantity")), ("uom", _text("uom"))),
    ),
)


def _quantities(key: str) -> Write:
    return lambda value, names: key + _QUANTITY(value, names) if value else ""


def _typed(key: str, member: str, vocabulary: Vocabulary) -> Write:
    """bizTransaction, source, destination: ``type=`` first, then the id, without a name of its own (issue #80)."""
    return _many(key, _object("", (("type", _word("type", vocabulary)), (member, _field(member)))))


_PLACE = (("id", _field("id")),)
_METADATA = (
    ("time", _time("time")),
    ("startTime", _time("startTime")),
    ("endTime", _time("endTime")),
    *((key, _field(key)) for key in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")),
)
_REPORT = (
    ("type", _word("type", MEASUREMENT_TYPE)),
    ("exception", _word("exception", SENSOR_EXCEPTION)),
    *((key, _field(key)) for key in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")),
    ("time", _time("time")),
    *((key, _field(key)) for key in ("microorganism", "chemicalSubstance", "value")),
    ("component", _word("component", COMPONENT)),
    ("stringValue", _text("stringValue")),
    ("booleanValue", _field("booleanValue")),
    ("hexBinaryValue", _text("hexBinaryValue")),
    *((key, _field(key)) for key in ("uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")),
    ("uom", _text("uom")),
    ("coordinateReferenceSystem", _field("coordinateReferenceSystem")),
)
_SENSOR = _object(
    "sensorElement",
    (
        ("sensorMetadata", _object("sensorMetadata", _METADATA)),
        ("sensorReport", _many("", _object("sensorReport", _REPORT))),
    ),
)
_SET_OR_UNSET = (
    ("set", _many("", _word("set", DISPOSITION))),
    ("unset", _many("", _word("unset", DISPOSITION))),
)
_EVENT: tuple[tuple[str, Write], ...] = (
    ("eventTime", _time("eventTime")),
    ("eventTimeZoneOffset", _text("eventTimeZoneOffset")),
    ("certificationInfo", _many("", _field("certificationInfo"))),
    ("epcList", _many("epcList", _EPC)),
    ("parentID", _field("parentID")),
    ("inputEPCList", _many("inputEPCList", _EPC)),
    ("childEPCs", _many("childEPCs", _EPC)),
    ("quantityList", _quantities("quantityList")),
    ("childQuantityList", _quantities("childQuantityList")),
    ("inputQuantityList", _quantities("inputQuantityList")),
    ("outputEPCList", _many("outputEPCList", _EPC)),
    ("outputQuantityList", _quantities("outputQuantityList")),
    ("action", _text("action")),
    ("transformationID", _field("transformationID")),
    ("bizStep", _word("bizStep", BIZ_STEP)),
    ("disposition", _word("disposition", DISPOSITION)),
    ("persistentDisposition", _object("persistentDisposition", _SET_OR_UNSET)),
    ("readPoint", _object("readPoint", _PLACE)),
    ("bizLocation", _object("bizLocation", _PLACE)),
    ("bizTransactionList", _typed("bizTransactionList", "bizTransaction", BIZ_TRANSACTION_TYPE)),
    ("sourceList", _typed("sourceList", "source", SOURCE_DEST_TYPE)),
    ("destinationList", _typed("destinationList", "destination", SOURCE_DEST_TYPE)),
    ("sensorElementList", _many("sensorElementList", _SENSOR)),
    ("ilmd", _object("ilmd", ())),
)
_EVENT_KEYS = frozenset(("@context", "type", "recordTime", "eventID", "errorDeclaration", *(key for key, _ in _EVENT)))
