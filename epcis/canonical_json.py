"""RFC 8785 bytes of a JSON value: the form in which an event is stored, sent and named.

Owns the choice between two encoders. orjson with sorted keys is twenty times faster than a pure-Python encoder and
writes the same bytes *except* for floats that are whole or very large or small, and for keys beyond the ASCII range
(RFC 8785 sorts by UTF-16 code unit, orjson by code point). Whole floats are written as integers first; the other cases
go to the `rfc8785` package. ADR 0012 has the argument, a property test the proof by trial.
"""

from __future__ import annotations

from typing import Any

import orjson
import rfc8785

# Between these, the shortest decimal of a float has no exponent in either encoder.
_PLAIN_FLOAT = (1e-4, 1e15)
LARGEST_EXACT_INTEGER = 2**53 - 1
LEAST_WITH_EXPONENT = 1e21
"""A float below it that is beyond the largest exact integer is written as an integer, and read again as one."""


class NotCanonicalError(ValueError):
    """The value has no RFC 8785 form: NaN, an infinity, an integer beyond 2**53-1, or text that is not Unicode."""


class _NotPlainError(Exception):
    """Only the slow encoder writes this value rightly."""


def canonical_bytes(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value. Raises NotCanonicalError where there is none."""
    try:
        return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS)
    except (_NotPlainError, TypeError, RecursionError):
        pass
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonicalError(f"this value has no canonical JSON form: {error}") from error


def part_bytes(part: Any, whole: Any, written: bytes) -> bytes:
    """The RFC 8785 form of some members of a value that was read from `written`, which is its own. Where orjson writes
    the whole as it stands there, it writes any part of it rightly: that is asked in a quarter of the time."""
    if orjson.dumps(whole, option=orjson.OPT_SORT_KEYS) == written:
        return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
    return canonical_bytes(part)


def _plain(value: Any) -> Any:
    """The value as orjson may write it: whole floats as integers. Raises _NotPlainError when orjson would differ."""
    kind = type(value)
    if kind is str:
        return value
    if kind is dict:
        if not all(map(str.isascii, value)):
            raise _NotPlainError
        return {key: member if type(member) is str else _plain(member) for key, member in value.items()}
    if kind is list:
        return [member if type(member) is str else _plain(member) for member in value]
    if kind is float:
        return _plain_float(value)
    if kind is int and -LARGEST_EXACT_INTEGER <= value <= LARGEST_EXACT_INTEGER:
        return value
    if value is None or kind is bool:
        return value
    raise _NotPlainError


def _plain_float(value: float) -> float | int:
    if value.is_integer() and abs(value) < _PLAIN_FLOAT[1]:
        return int(value)
    if _PLAIN_FLOAT[0] <= abs(value) < _PLAIN_FLOAT[1]:
        return value
    raise _NotPlainError
