"""What is printed under a label's scratch-off field: a secret that its link does not tell.

It is a keyed hash of the serial, so that nothing of it is stored, and whoever reads the ledger knows none.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from provenance.label_link import in_alphabet

SECRET_LENGTH = 10
"""49 bits."""
MOST_WRONG = 5
"""Tries of a label that are wrong; whoever guesses finds it once in 10**14."""

SecretVerdict = Literal["confirmed_first", "already_confirmed", "wrong", "locked", "not_ours"]


class Tries(Protocol):
    """What of the ledger counts tries."""

    async def may_try(self, serial: str, *, most: int) -> bool | None:
        """Counts a try as wrong; False where there were `most` before, None where there is no such label."""
        ...

    async def confirm(self, serial: str, *, now_ms: int) -> int:
        """Counts the last try as right after all; when the label was first confirmed."""
        ...


@dataclass(frozen=True, slots=True)
class Tried:
    """`confirmed_ms` is since 1970, 0 where the secret is not the label's."""

    verdict: SecretVerdict
    confirmed_ms: int = 0


def secret(key: bytes, serial: str) -> str:
    return in_alphabet(hmac.digest(key, f"suyuan-scratch-v1\0{serial}".encode(), "sha256"), SECRET_LENGTH)


async def check_secret(serial: str, typed: str, *, key: bytes, tries: Tries, now_ms: Callable[[], int]) -> Tried:
    """A try is counted before it is looked at, so that no crowd of callers gets more of them."""
    if not (may := await tries.may_try(serial, most=MOST_WRONG)):
        return Tried("not_ours" if may is None else "locked")
    written = re.sub(r"[\s\-]", "", typed).upper().encode()
    if not hmac.compare_digest(written, secret(key, serial).encode()):
        return Tried("wrong")
    now = now_ms()
    first_ms = await tries.confirm(serial, now_ms=now)
    return Tried("confirmed_first" if first_ms == now else "already_confirmed", first_ms)
