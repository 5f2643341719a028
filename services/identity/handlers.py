"""Tokens given to an administrator's wish or for a card, and cards made."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.domain import HOUR_S, Denied, Grant, Malformed, code_digest, spell
from services.identity.ports import Cards, Signer


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
