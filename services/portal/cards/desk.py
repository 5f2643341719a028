"""Who makes cards for which grower, and which cards there were (ADR 0089, 0114).

An office makes them for the growers of its county, a station for those who gave it a mandate to report. Every making
and ending is kept with who did it; a new card ends the one before at once, a station's that of stations alone: what a
grower answers through a station's card does not count, so nobody who pays takes away the one that does (ADR 0121).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from provenance.codes import tidy
from provenance.days import CHINA
from services.portal.payments.ports import CardLife, Cards
from services.portal.ports import Records
from services.portal.reporting.typed_codes import read_party_or_place
from services.portal.signing_in.caller import Caller
from services.portal.telling.naming import short
from wire.errors import Rejected, Unauthorised

ANY_COUNTY = frozenset({"registrar", "operator"})
OWN_COUNTY, MANDATED = frozenset({"brand_office"}), frozenset({"station", "packer"})
MOST_A_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Card:
    """Days, the maker and the ender as people read them, and their keys; `ended` is empty while it is good. `ends` says
    whether the next card of who asks, and a withdrawal, ends it. `mark` tells it from any other of the same grower."""

    made: str
    made_by: str
    until: str
    ended: str
    ended_by: str
    ends: bool
    mark: str
    maker: str
    ender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDesk:
    cards: Cards
    records: Records
    now: Callable[[], datetime]
    base: str
    public_url: str

    async def grower(self, typed: str, caller: Caller) -> str:
        """The grower's key, where this caller makes cards for it. Raises Rejected, NotFound, Unauthorised."""
        try:
            grower = read_party_or_place(tidy(typed), "grower", self.base)
        except ValueError as error:
            raise Rejected(f"grower: {typed!r} is no code or key of a grower.") from error
        record = await self.records.get("party", grower, "", token=caller.token)
        if record.get("kind") != "grower":
            raise Rejected(f"{short(grower)} is no grower.")
        if not await self._may(caller, grower, record):
            raise Unauthorised("Offices of the county make cards, and a station for growers who let it report.")
        return grower

    async def lives(self, grower: str, caller: Caller) -> tuple[Card, ...]:
        """Of all its cards, the newest first."""
        return tuple(self._told(life, trading=_is_trading(caller)) for life in await self.cards.lives(grower))

    async def make(self, grower: str, caller: Caller, *, ends: Sequence[Card]) -> tuple[str, str]:
        """The code of a new card and its last day; those before that it ends are dead. Raises StillGood where one
        of them is not among those that were shown."""
        marks = {one.mark for one in ends}
        trading = _is_trading(caller)
        code, expires_s = await self.cards.make(grower, by=caller.principal.party, trading=trading, ends=marks)
        return code, _day(expires_s)

    async def withdraw(self, grower: str, caller: Caller) -> int:
        """How many were good until now, of those this caller ends."""
        return await self.cards.withdraw(grower, by=caller.principal.party, trading=_is_trading(caller))

    def link(self, code: str) -> str:
        return f"{self.public_url.rstrip('/')}/g/{code}"

    async def _may(self, caller: Caller, grower: str, record: Mapping[str, Any]) -> bool:
        roles, own = caller.principal.roles, caller.principal.party
        if roles & ANY_COUNTY:
            return True
        if roles & OWN_COUNTY:
            office = (await self.records.several({own: "party"}, token=caller.token)).get(own) or {}
            return bool(record.get("county_code")) and office.get("county_code") == record.get("county_code")
        if not roles & MANDATED:
            return False
        return await self._lets_report(grower, own, caller)

    async def _lets_report(self, grower: str, station: str, caller: Caller) -> bool:
        page_token = ""
        while True:
            page = await self.records.list("mandate", "", MOST_A_PAGE, page_token, token=caller.token, naming=grower)
            if any(
                one["from_party"] == grower and one["to_party"] == station and "report" in one["actions"]
                for one in page.records
            ):
                return True
            if not (page_token := page.next_page_token):
                return False

    def _told(self, life: CardLife, *, trading: bool) -> Card:
        ended = life.revoked_s or (life.expires_s if life.expires_s <= self.now().timestamp() else 0)
        return Card(
            made=_day(life.made_s),
            made_by=short(life.made_by),
            until=_day(life.expires_s),
            ended=_day(ended),
            ended_by=short(life.revoked_by) if life.revoked_s else "",
            ends=not ended and (life.trading or not trading),
            mark=life.mark,
            maker=life.made_by,
            ender=life.revoked_by if life.revoked_s else "",
        )


def ending(lives: Sequence[Card]) -> list[Card]:
    """What a new card of who asked for them ends, and a withdrawal."""
    return [one for one in lives if one.ends]


def _is_trading(caller: Caller) -> bool:
    """Makes cards by a grower's mandate."""
    return not caller.principal.roles & (ANY_COUNTY | OWN_COUNTY)


def _day(at_s: int | float) -> str:
    return datetime.fromtimestamp(at_s, CHINA).date().isoformat() if at_s else ""
