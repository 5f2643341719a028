"""JSON read so that no number is rounded unseen.

orjson reads; a text with an integer that orjson might have rounded is read again by the exact parser, and validation
refuses that integer by name (I-JSON, RFC 7493, 2.2). A name given twice in one object counts as it last stands, as for
every common reader (ADR 0013).
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# An integer of sixteen digits or more where a JSON value may stand; inside a string it costs a second reading, no more.
_LONG_INTEGER = re.compile(rb"[:,\[]\s*-?[0-9]{16,}\s*[,}\]]")
# The pattern is dear, so it is asked only of a text with sixteen digits in a row: all digits as zeros show them.
_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_SIXTEEN_ZEROS = b"0" * 16


class NotJsonError(ValueError):
    """The bytes are no JSON; the message says what and where."""


def read_json(raw: bytes) -> Any:
    """The JSON value. Raises NotJsonError for malformed JSON."""
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    try:
        value = orjson.loads(raw)
        if _SIXTEEN_ZEROS in raw.translate(_AS_ZEROS) and _LONG_INTEGER.search(raw):
            value = json.loads(raw)
    except ValueError as error:
        raise NotJsonError(f"this is not JSON: {error}") from error
    return value
