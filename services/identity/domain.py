"""What may be granted, for how long, and how a card's code is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from epcis.identifiers import canonical
from provenance.access.authority import ROLES

HOUR_S = 3600
LONGEST_HOURS = 366 * 24
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, so that a code read aloud or from a slip of paper is typed right; 20 of them are 100 bits."""
CODE_LENGTH = 20
CARDHOLDER = frozenset({"cardholder"})
OPEN_HOURS = 0.25
"""A token of a grower's card lives as long as somebody looks at a page."""
GRANTABLE = ROLES - {"public"}

_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


class Denied(Exception):
    """The secret or the card does not open anything; `used_s` is when the card did, where that is why."""

    def __init__(self, message: str, used_s: int = 0) -> None:
        super().__init__(message)
        self.used_s = used_s


class StillGood(Exception):
    """A card is good that the new one was not to end."""


class Malformed(ValueError):
    """What was asked for is not as it should be; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A party, its roles, and the hours a token for it is good for; who made the card it comes from. Raises
    Malformed."""

    party: str
    roles: frozenset[str]
    hours: float = 12
    card_by: str = ""

    def __post_init__(self) -> None:
        if not self.party or not (self.party.startswith("urn:") or "://" in self.party):
            raise Malformed(f"party: {self.party!r} should be a URI such as https://id.gs1.org/417/9520001000003")
        if not self.roles or self.roles - GRANTABLE:
            raise Malformed(f"roles: {sorted(self.roles)} should be some of {', '.join(sorted(GRANTABLE))}")
        if not 0 < self.hours <= LONGEST_HOURS:
            raise Malformed(f"hours: {self.hours} should be more than 0 and at most {LONGEST_HOURS}")
        object.__setattr__(self, "party", canonical(self.party))

    def claims(self, *, issuer: str, now_s: int) -> dict[str, Any]:
        """RFC 7519 claims; `roles` and `card_by` are ours."""
        expires = now_s + max(1, round(self.hours * HOUR_S))
        by = {"card_by": self.card_by} if self.card_by else {}
        return {"iss": issuer, "sub": self.party, "roles": sorted(self.roles), "iat": now_s, "exp": expires, **by}


@dataclass(frozen=True, slots=True)
class GrowerCard:
    """Whose payments a card shows, until when, in seconds since 1970, and the party that made it. Raises Malformed.

    One that a trader made (`trading`) ends those of traders alone, any other ends all (ADR 0121)."""

    party: str
    expires_s: int
    made_by: str = ""
    trading: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "party", Grant(self.party, CARDHOLDER).party)

    def grant(self) -> Grant:
        """What one opening of the card is good for."""
        return Grant(self.party, CARDHOLDER, OPEN_HOURS, self.made_by)


@dataclass(frozen=True, slots=True)
class CardLife:
    """What is kept of a card for whoever asks later: who made it, who ended it, and when, in seconds since 1970.

    `mark` tells it from any other, and says nothing of its code. One that ran out was ended by nobody."""

    mark: str
    made_by: str
    made_s: int
    expires_s: int
    revoked_by: str
    revoked_s: int
    trading: bool


def spell(letters: str) -> str:
    """A code as it is printed: groups of four."""
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def code_digest(code: str) -> str:
    """What is kept of a code: the hash of its letters, however they were typed."""
    return hashlib.sha256(code.upper().translate(_LOOK_ALIKES).encode()).hexdigest()
