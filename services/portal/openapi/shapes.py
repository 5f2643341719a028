"""What answers look like: the schemas of the dataclasses that they are written from."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from epcis.problems import Problem
from services.portal.openapi.parts import ANYTHING, NUMBER, TEXT, TIME, Json, by_key, many, record
from stream.receipts import Receipt

_PLAIN: Mapping[Any, Json] = {str: TEXT, int: NUMBER, bool: {"type": "boolean"}, bytes: ANYTHING}
_MILLISECONDS = "_ms"


def shape(of: type, *, times: bool = True) -> Json:
    """The members of a dataclass, as `history_json` writes them; `times`: milliseconds are written as times.

    None is required: what is empty is left out.
    """
    hints = typing.get_type_hints(of)
    return record(dict(_member(one.name, hints[one.name], times) for one in fields(of)))


def _member(name: str, hint: Any, times: bool) -> tuple[str, Json]:
    if times and hint is int and name.endswith(_MILLISECONDS):
        return name.removesuffix(_MILLISECONDS), TIME
    return name, _schema(hint, times)


def _schema(hint: Any, times: bool) -> Json:
    if hint in _PLAIN:
        return _PLAIN[hint]
    outer, inner = typing.get_origin(hint), typing.get_args(hint)
    if outer is tuple:
        return many(_schema(inner[0], times))
    if outer is Mapping:
        return by_key(_schema(inner[1], times))
    if outer is types.UnionType:
        return {"anyOf": [_schema(one, times) for one in inner if one is not types.NoneType] + [{"type": "null"}]}
    if outer is typing.Literal:
        return {"enum": list(inner)}
    return shape(hint, times=times)


RECEIPT = shape(Receipt)
PROBLEM = shape(Problem)
