"""What the handlers need: somewhere to keep cards, and something that signs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from services.identity.domain import CardLife, Grant, GrowerCard


class Cards(Protocol):
    def add(self, digest: str, grant: Grant, expires_s: int) -> None: ...

    def take(self, digest: str, now_s: int) -> Grant | None:
        """The card's grant, once: of any number of callers at most one gets it. None for no, used or expired cards."""
        ...

    def used_s(self, digest: str) -> int:
        """When the card was redeemed, in seconds since 1970; 0 where it was not, or is none."""
        ...


class GrowerCards(Protocol):
    def replace_grower_card(
        self, digest: str, card: GrowerCard, now_s: int, *, ends: Collection[str] | None = None
    ) -> None:
        """From now on this is the grower's good card, the one of traders beside that of an office; at no time are there
        two of either, or none where there was one. Raises StillGood where it would end one whose mark is not in `ends`;
        None is any."""
        ...

    def grower_card(self, digest: str, now_s: int) -> GrowerCard | None:
        """The card, any number of times; None for no, revoked or expired cards."""
        ...

    def revoke(self, party: str, by: str, now_s: int, *, trading: bool = False) -> int:
        """What of this grower is good, for a trader (`trading`) the card of traders alone; how many that were: one that
        ran out is none of them."""
        ...

    def lives(self, party: str) -> Sequence[CardLife]:
        """Of every card this grower ever had, the newest first."""
        ...


class Signer(Protocol):
    def sign(self, claims: Mapping[str, Any]) -> str:
        """A compact JWT whose key stays published at least until its `exp`."""
        ...
