"""Tokens given to an administrator's wish or for a card, and cards made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from services.identity.domain import HOUR_S, Denied, Grant, GrowerCard, Malformed, code_digest, spell
from services.identity.ports import Cards, GrowerCards, Signer

MOST_CARD_DAYS = 3 * 366
"""A grower's card is for some seasons; a lost one is revoked by making the next."""


@dataclass(frozen=True, slots=True)
class Token:
    token: str
    party: str
    roles: tuple[str, ...]
    expires_s: int


def give_token(grant: Grant, *, issuer: str, now_s: int, signer: Signer) -> Token:
    claims = grant.claims(issuer=issuer, now_s=now_s)
    return Token(signer.sign(claims), grant.party, tuple(sorted(grant.roles)), claims["exp"])


def redeem_card(code: str, *, issuer: str, now_s: int, cards: Cards, signer: Signer) -> Token:
    """Raises Denied; whoever holds a card's code learns whether it was used already, which is his to know."""
    digest = code_digest(code)
    grant = cards.take(digest, now_s)
    if grant is None:
        if used_s := cards.used_s(digest):
            raise Denied("this card was used already and is good once; ask for a new one", used_s)
        raise Denied("this card is not known here, or is too old; ask for a new one")
    return give_token(grant, issuer=issuer, now_s=now_s, signer=signer)


def make_card(grant: Grant, *, good_for_days: float, letters: str, now_s: int, cards: Cards) -> tuple[str, int]:
    """The code to print, which is kept nowhere, and when it becomes useless. Raises Malformed."""
    if not 0 < good_for_days <= 366:
        raise Malformed(f"days: {good_for_days} should be more than 0 and at most 366")
    expires_s = now_s + round(good_for_days * 24 * HOUR_S)
    cards.add(code_digest(letters), grant, expires_s)
    return spell(letters), expires_s


def make_grower_card(
    party: str,
    *,
    by: str,
    good_for_days: float,
    letters: str,
    now_s: int,
    cards: GrowerCards,
    trading: bool = False,
    ends: Collection[str] | None = None,
) -> tuple[str, int]:
    """The code of the card's link, kept nowhere; the earlier one that it may end is revoked. Raises Malformed, and
    StillGood where one is good that is not in `ends`."""
    if not 0 < good_for_days <= MOST_CARD_DAYS:
        raise Malformed(f"days: {good_for_days} should be more than 0 and at most {MOST_CARD_DAYS}")
    card = GrowerCard(party, now_s + round(good_for_days * 24 * HOUR_S), by, trading)
    cards.replace_grower_card(code_digest(letters), card, now_s, ends=ends)
    return letters, card.expires_s


def open_grower_card(code: str, *, issuer: str, now_s: int, cards: GrowerCards, signer: Signer) -> Token:
    """A token of a few minutes that reads this grower's payments and answers them. Raises Denied."""
    card = cards.grower_card(code_digest(code), now_s)
    if card is None:
        raise Denied("this card is not known here, was revoked or is too old; ask for a new one")
    return give_token(card.grant(), issuer=issuer, now_s=now_s, signer=signer)
