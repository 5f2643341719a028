"""How single values and extensions are written in the pre-hash string (CBV 2.0, 8.9.2; standards.md 1.6, rules 3 to 8).

Owns times, numbers, URIs and the fields that are not the standard's. Leaves fields and their order to `event_hash`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from epcis.context import GS1, Context
from epcis.identifiers import canonical
from epcis.vocabulary import web_spelling

_HALF_A_MILLISECOND = timedelta(microseconds=500)


def utc_milliseconds(text: str) -> str:
    """A time in UTC with three decimals, the fourth rounded half up. Text that is no time stays as it is."""
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC) + _HALF_A_MILLISECOND
    except (ValueError, OverflowError):
        return text.strip()
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(value: float) -> str:
    """A number without trailing zeros and without an exponent (rule 6)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or value == 0:
        return str(int(value))
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def uri(value: str, names: Context) -> str:
    """A GS1 key in its canonical Digital Link, a CBV URN as web URI, a CURIE written out; any other URI as it is."""
    return canonical(web_spelling(names.expand(value.strip())))


def scalar(value: Any, names: Context) -> str:
    if isinstance(value, str):
        return uri(value, names)
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


def extensions(value: Mapping[str, Any], names: Context, known: frozenset[str], left_out: Iterable[str] = ()) -> str:
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
            inside = names.within(value["@context"]) if "@context" in value else names
            yield key + extensions(value, inside, _NO_FIELD)
        elif value is not None and key != _COMMENT:
            text = _loose(value)
            yield f"{key}={text}" if text else key


_COMMENT = "{http://www.w3.org/2000/01/rdf-schema#}comment"
_NO_FIELD = frozenset(("@context",))
