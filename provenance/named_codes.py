"""Parties, places and certificates in whatever spelling somebody has them: what stands for the whole key.

Owns the reading, which is pure. A GLN alone is of a party or of a place, which only the question can say; a short code
such as ``7f3a`` stands for an address under the base that this system gives its own names.
"""

from __future__ import annotations

import re

from epcis.check_digits import has_check_digit
from epcis.identifiers import canonical
from provenance.codes import tidy

_GLN = re.compile(r"[0-9]{13}")
_GDTI = re.compile(r"[0-9]{13}[0-9A-Za-z._-]{1,17}")
_SHORT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
_PARTIES = frozenset({"party", "grower"})
_OF_OURS = _PARTIES | {"site", "plot"}
_MOST_OF_OURS = 8
"""Digits that may be a grower's or a plot's short code; more are a GLN of which some are missing."""


def in_full(text: str, kind: str, base: str) -> str:
    """What is typed of a party or place, written out: a GLN as an element string, ``7f3a`` as ``<base><kind>/7f3a``.

    Anything else as it is, tidied; whether that is a code is not said.
    """
    typed = tidy(text)
    if _GLN.fullmatch(typed):
        return f"({'417' if kind in _PARTIES else '414'}){typed}"
    of_ours = not typed.isdigit() or (kind in _OF_OURS and len(typed) <= _MOST_OF_OURS)
    return f"{base}{kind}/{typed}" if _SHORT.fullmatch(typed) and of_ours else typed


def key_of(text: str, kind: str, base: str) -> str:
    """Its canonical key; what is none stays as it was typed, for the question to be refused."""
    return canonical(in_full(text, kind, base))


def gdti(typed: str) -> str | None:
    """The canonical key of a GDTI that was typed without its application identifier; None where it is none."""
    return canonical(f"(253){typed}") if _GDTI.fullmatch(typed) and has_check_digit(typed[:13]) else None
