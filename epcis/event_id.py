"""Names for events: the CBV 2.0 event hash id, and the name of a stored record.

Owns the pre-hash string of CBV 2.0, 8.9.2 (rules and order: standards.md 1.6; choices where implementations disagree:
ADR 0010) and the bytes an event is recorded as. The two names differ on purpose: the hash id is the same for every
spelling of an event and leaves out its id and error declaration; the record id is that of the exact bytes.
Leaves validity to `epcis.validation`; an event that passed it always has an id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from epcis.canonical_json import canonical_bytes
from epcis.context import GS1, Context, read_context
from epcis.identifiers import canonical
from epcis.vocabulary import (
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    COMPONENT,
    DISPOSITION,
    MEASUREMENT_TYPE,
    SENSOR_EXCEPTION,
    SOURCE_DEST_TYPE,
    Vocabulary,
    web_spelling,
)

VERSION = "CBV2.0"

Write = Callable[[Any, Context], str]


def event_hash_id(event_body: Mapping[str, Any], *, context: object = None, ignored: Iterable[str] = ()) -> str:
    """``ni:///sha-256;<hex>?ver=CBV2.0`` (RFC 6920) of an event; arguments as for `pre_hash`."""
    digest = content_hash(event_body, context=context, ignored=ignored).hex()
    return f"ni:///sha-256;{digest}?ver={VERSION}"


def content_hash(event_body: Mapping[str, Any], *, context: object = None, ignored: Iterable[str] = ()) -> bytes:
    """The 32 bytes inside the hash id."""
    return hashlib.sha256(pre_hash(event_body, context=context, ignored=ignored).encode()).digest()


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
    parts.append(_extensions(event_body, names, _EVENT_KEYS, left_out))
    return "".join(parts)


def record_id(event_bytes: bytes) -> str:
    """The ``_id`` of a recorded event: SHA-256 of its bytes, in hexadecimal (architecture.md, rule 3)."""
    return hashlib.sha256(event_bytes).hexdigest()


def recorded_bytes(event_body: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of a self-contained event as accepted: with an id (its hash id if it came without), without
    record time. Raises `epcis.canonical_json.NotCanonicalError` for values JSON cannot say."""
    body = {key: value for key, value in event_body.items() if key != "recordTime"}
    if body.get("eventID") is None:
        body["eventID"] = event_hash_id(body)
    return canonical_bytes(body)


# --- values ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def utc_milliseconds(text: str) -> str:
    """A time in UTC with three decimals, the fourth rounded half up. Text that is no time stays as it is."""
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC)
        instant += timedelta(microseconds=500)
    except (ValueError, OverflowError):
        return text.strip()
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z".rjust(24, "0")


def number(value: float) -> str:
    """A number without trailing zeros and without an exponent (rule 6)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = f"{Decimal(repr(value)):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _uri(value: str, names: Context) -> str:
    """A GS1 key in its canonical Digital Link, a CBV URN as web URI, a CURIE written out; any other URI as it is."""
    return canonical(web_spelling(names.expand(value.strip())))


def _scalar(value: Any, names: Context) -> str:
    if isinstance(value, str):
        return _uri(value, names)
    return number(value)


def _loose(value: Any) -> str:
    """A value of an extension. XML has no types, so text that is a decimal is written as a number too (ADR 0010)."""
    if not isinstance(value, str):
        return number(value)
    text = value.strip()
    if _DECIMAL.fullmatch(text):
        return text.rstrip("0").removesuffix(".")
    if _GS1_CURIE.fullmatch(text):
        return GS1.expand(text)
    return canonical(web_spelling(text)) if text.startswith(_KEY_URIS) else text


# Bare digits in an extension may be anything, so only URIs are looked at for GS1 keys and CBV words.
_KEY_URIS = ("https://", "http://", "urn:epc")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_GS1_CURIE = re.compile(r"(?:gs1|cbv|epcis):[A-Za-z0-9_-]+")

# --- the shapes fields have -------------------------------------------------------------------------------------------


def _field(key: str) -> Write:
    return lambda value, names: f"{key}={_scalar(value, names)}"


def _text(key: str) -> Write:
    return lambda value, names: f"{key}={value.strip()}"


def _time(key: str) -> Write:
    return lambda value, names: f"{key}={utc_milliseconds(value)}"


def _word(key: str, vocabulary: Vocabulary) -> Write:
    return lambda value, names: f"{key}={vocabulary.web_uri(value) or _uri(value, names)}"


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
        text += _extensions(value, names, known)
        return key + text if text else ""

    return written


def _extensions(value: Mapping[str, Any], names: Context, known: frozenset[str], left_out: Iterable[str] = ()) -> str:
    """The members that are not `known`, as ``{namespace}name=value``, in code point order (rules 19 to 21)."""
    if known.issuperset(value):
        return ""
    extra = [(names.qualified(key), member) for key, member in value.items() if key not in known]
    return "".join(sorted(_extension_texts((pair for pair in extra if pair[0] not in left_out), names)))


def _extension_texts(members: Iterable[tuple[str, Any]], names: Context) -> Iterator[str]:
    """One text for each value: the members of an array are each written with its key, as XML repeats an element."""
    for key, value in members:
        if isinstance(value, list):
            yield from _extension_texts(((key, member) for member in value), names)
        elif isinstance(value, dict):
            yield key + _extensions(value, names, _NOTHING)
        elif value is not None and key != _COMMENT:
            text = _loose(value)
            yield f"{key}={text}" if text else key


_COMMENT = "{http://www.w3.org/2000/01/rdf-schema#}comment"
_NOTHING: frozenset[str] = frozenset()

# --- the canonical order (CBV 2.0, 8.9.2) -----------------------------------------------------------------------------

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
