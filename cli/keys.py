"""Parties, places, things and records in whatever spelling somebody has them, as keys; nobody is asked."""

from __future__ import annotations

import os
import re

from cli.failures import NO, Failure
from cli.language import say
from provenance import named_codes
from provenance.codes import read, tidy

BASE_VARIABLE = "SUYUAN_ID_BASE"
"""The address that short codes such as 7f3a are under, as for the portal."""
_OWN = "https://suyuan.example/"
_RECORD_KINDS = {"site": ("plot", "site"), "party": ("grower", "party")}
"""What a short code of ours may be one of, by the kind of record."""
_WHOLE = re.compile(r"(?:https?|urn|tag|ni):\S+")


def party(text: str, kind: str = "party") -> str:
    """The key of a party; `kind` is what a short code of ours is one of. Raises Failure."""
    return _key(
        text, kind, say("{code} is no party: give its GLN, a grower's code such as 7f3a, or its address", code=text)
    )


def grower(text: str) -> str:
    return party(text, "grower")


def place(text: str) -> str:
    """The key of a site. Raises Failure."""
    return _key(text, "site", say("{code} is no place: give its GLN or its address", code=text))


def asset(text: str) -> str:
    """The key of a pallet, truck or logger, as it is scanned or typed. Raises Failure."""
    keys = read(text).keys
    if not keys:
        raise Failure(say("{code} is no code of a pallet, truck or logger", code=text) + _why(text), NO)
    return keys[0]


def record_keys(text: str, kind: str) -> tuple[str, ...]:
    """What a code may be the id of, among the records of a kind: the first that is registered is meant."""
    kinds = _RECORD_KINDS.get(kind, (kind,))
    read_as = (named_codes.key_of(text, one, _base()) for one in kinds)
    return tuple(dict.fromkeys((*read_as, tidy(text))))


def _key(text: str, kind: str, wrong: str) -> str:
    found = named_codes.key_of(text, kind, _base())
    if not _WHOLE.fullmatch(found):
        raise Failure(wrong + _why(found), NO)
    return found


def _why(text: str) -> str:
    problem = read(text).problem
    return f" ({problem})" if problem else ""


def _base() -> str:
    return os.environ.get(BASE_VARIABLE, "") or _OWN
