"""A consumer's parcel, known by hashes of its order and its waybill and by nothing else.

The events are kept for ever, so neither number stands in them. A waybill has twelve to fifteen digits, and whoever
knows one can ask the courier for a town: a fast hash would be tried through in minutes. scrypt (RFC 7914) with the
party as salt makes each guess cost milliseconds and megabytes, for each party anew.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import scrypt
from typing import Literal

from provenance.steps import NAMESPACE

Paper = Literal["order", "waybill"]

_LONGEST = 64
_PLAIN = re.compile(r"[0-9A-Z][0-9A-Z_./-]*")
_COST, _BLOCK, _LANES, _BYTES = 1 << 12, 8, 1, 24


def parcel_paper(paper: Paper, number: str, party: str) -> str:
    """The URI under which `party`'s order or waybill number is recorded; any way of typing the number gives the same.

    Raises ValueError for what is no such number.
    """
    plain = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    if len(plain) > _LONGEST or not _PLAIN.fullmatch(plain):
        raise ValueError(
            f"{number!r} is no {paper} number; it has up to {_LONGEST} letters and digits, such as SF1234567890"
        )
    salt = f"{NAMESPACE}{paper}|{party}".encode()
    hashed = scrypt(plain.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=_BYTES)
    return f"{NAMESPACE}{paper}/{hashed.hex()}"
