"""Checks of single values: text, numbers, times, offsets, URIs, units.

Each takes any JSON value. Owns the forms EPCIS 2.0 gives these values (JSON schema 2.0, `definitions`) where the
schema's `format` is only advice to most validators, and the limits of exact JSON. Leaves objects to its neighbours.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any

from epcis.canonical_json import LARGEST_EXACT_INTEGER, LEAST_WITH_EXPONENT
from epcis.units import UNITS, is_unit
from epcis.validation_gs1 import gs1_problem
from epcis.validation_inspection import Inspection, last, shown

# RFC 3986: a scheme, then only the characters a URI may have, each % followed by two hexadecimal digits.
_PLAIN = r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=-]"
_PART = rf"{_PLAIN}*(?:%[0-9A-Fa-f]{{2}}{_PLAIN}*)*"
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?!#|\Z){_PART}(?:#{_PART})?")
_ZONE = r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)"
_TIME = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|{_ZONE})?", re.ASCII)
_OFFSET = re.compile(_ZONE, re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_VERSION = re.compile(r"\d+(?:\.\d+)*", re.ASCII)


def text(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, str):
        inspection.wrong_type(pointer, "a string", value)
    elif not _is_unicode(value):
        inspection.error(pointer, "not-unicode", f"{last(pointer)} has half of a surrogate pair, which is no character")


def boolean(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, bool):
        inspection.wrong_type(pointer, "true or false", value)


def number(inspection: Inspection, pointer: str, value: Any) -> None:
    kind = type(value)
    if kind not in (int, float):
        inspection.wrong_type(pointer, "a number, written without quotes", value)
    elif kind is float and not math.isfinite(value):
        inspection.error(pointer, "not-a-number", f"{last(pointer)} is not a finite number, which JSON cannot say")
    elif abs(value) > LARGEST_EXACT_INTEGER and (kind is int or abs(value) < LEAST_WITH_EXPONENT):
        _too_large(inspection, pointer)


def _too_large(inspection: Inspection, pointer: str) -> None:
    inspection.error(
        pointer,
        "number-too-large",
        f"{last(pointer)} is an integer beyond 9007199254740991, which JSON readers round; send it as a string",
    )


def is_uri(value: str) -> bool:
    """Whether this is a URI of RFC 3986, or a CURIE, which looks the same."""
    return _URI.fullmatch(value) is not None


def uri(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, str):
        inspection.wrong_type(pointer, "a URI", value)
    elif not is_uri(value):
        inspection.error(pointer, "not-a-uri", f"{last(pointer)} is {shown(value)}, which is no URI{_uri_hint(value)}")


def _uri_hint(value: str) -> str:
    if not value.strip():
        return "; leave the field out when there is nothing to say"
    if not value.isascii():
        return "; percent-encode the characters beyond ASCII"
    return "; write it like https://id.gs1.org/01/09521141012345/21/2017 or urn:example:thing:1"


def identifier(inspection: Inspection, pointer: str, value: Any) -> None:
    """A URI that may be a GS1 key; one that breaks GS1's own rules is a warning, strictly an error."""
    if not isinstance(value, str) or not is_uri(value):
        uri(inspection, pointer, value)
        return
    problem = gs1_problem(value)
    if problem is not None:
        note = inspection.error if inspection.strict else inspection.warn
        note(pointer, "gs1-identifier", f"{last(pointer)} looks like a GS1 key but breaks GS1's rules: {problem}")


def time_problem(value: str) -> tuple[str, str] | None:
    """(code, what is wrong) with an xsd:dateTimeStamp, None when it is right."""
    form = _TIME.fullmatch(value)
    if form is None:
        return "not-a-time", "no time of the form 2026-07-22T06:45:00+08:00"
    if form[1] is None:
        return "time-without-zone", "a time without its zone; add Z or an offset like +08:00"
    try:
        datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        return "not-a-time", f"no time that exists ({error})"
    return None


def time(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, str):
        inspection.wrong_type(pointer, "a time with zone, like 2026-07-22T06:45:00+08:00", value)
        return
    problem = time_problem(value)
    if problem is not None:
        inspection.error(pointer, problem[0], f"{last(pointer)} is {shown(value)}, {problem[1]}")


def is_offset(value: str) -> bool:
    return _OFFSET.fullmatch(value) is not None


def offset(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, str):
        inspection.wrong_type(pointer, "an offset like +08:00", value)
    elif not is_offset(value):
        message = f"{last(pointer)} is {shown(value)}; it must be sign, hours and minutes up to 14:00, like +08:00"
        inspection.error(pointer, "not-an-offset", message)


def hex_binary(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, str):
        inspection.wrong_type(pointer, "hexadecimal digits", value)
    elif _HEX.fullmatch(value) is None:
        inspection.error(pointer, "not-hexadecimal", f"{last(pointer)} is {shown(value)}; only 0-9, A-F may stand here")


def unit(inspection: Inspection, pointer: str, value: Any) -> None:
    """A Recommendation 20 common code; the schema's pattern is a rule, the list of known codes advice."""
    if not isinstance(value, str):
        inspection.wrong_type(pointer, "a unit code like KGM", value)
    elif value not in UNITS:
        if is_unit(value):
            message = f"{last(pointer)} {shown(value)} is no UN/ECE Rec 20 code known here; kilograms are KGM"
            inspection.warn(pointer, "unknown-unit", message)
        else:
            message = f"{last(pointer)} is {shown(value)}; it must be a UN/ECE Rec 20 code such as KGM, CEL or P1"
            inspection.error(pointer, "not-a-unit", message)


def version(inspection: Inspection, pointer: str, value: Any) -> None:
    if not isinstance(value, str) or _VERSION.fullmatch(value) is None:
        inspection.error(pointer, "not-a-version", f'{last(pointer)} must be a string of numbers and dots, like "2.0"')
    elif value.partition(".")[0] != "2":
        inspection.error(pointer, "unsupported-version", f"{last(pointer)} is {value}; JSON documents are of EPCIS 2")


def _is_unicode(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
