"""JSON read so that nothing is lost unseen: no member given twice, no integer rounded, no text that is not Unicode.

Owns the limits of I-JSON (RFC 7493), which RFC 8785 builds on. orjson reads; the few documents in which it might have
dropped or rounded something are read again by the slow, exact parser, which then says what.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

MAX_DEPTH = 64
_LONG_INTEGER = re.compile(rb"[:,\[]\s*-?\d{16,}\s*[,}\]]")
_MEMBER = re.compile(rb'"\s*:')


class NotJsonError(ValueError):
    """The bytes are not JSON of the kind that can be kept exactly; the message says what and where."""


def read_json(raw: bytes) -> Any:
    """The JSON value. Integers beyond 64 bits stay exact Python integers, for validation to refuse by name.

    Raises NotJsonError for malformed JSON, a name given twice in one object, and nesting deeper than `MAX_DEPTH`.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotJsonError(f"this is not JSON: {error}") from error
    members, depth = _shape(value)
    if depth > MAX_DEPTH:
        raise NotJsonError(f"this JSON is nested {depth} deep; {MAX_DEPTH} is the most that is read")
    if members != len(_MEMBER.findall(raw)) or _LONG_INTEGER.search(raw):
        return json.loads(raw, object_pairs_hook=_distinct)
    return value


def _shape(value: Any) -> tuple[int, int]:
    """How many members all objects have together, and how deep the value is nested."""
    members, depth = 0, 0
    level = [value]
    while level:
        depth += 1
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                members += len(item)
                below += item.values()
            elif isinstance(item, list):
                below += item
        level = [item for item in below if isinstance(item, (dict, list))]
    return members, depth


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJsonError(f"{twice!r} is given twice in one object; a reader cannot tell which is meant")
    return found
