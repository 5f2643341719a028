"""Looks around a report before it is sent: asks the other services what its `Surroundings` are.

Where a service does not answer, nothing is said of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson

from epcis.events import Event
from services.portal.epcis_door.event_query import EventQuery
from services.portal.ports import AWAY, Ambiguous, Histories, Records
from services.portal.reporting.command_fields import Named, read_lot, read_product, read_subjects
from services.portal.reporting.fields import Command, Field, Values
from services.portal.reporting.goods_before import (
    blocked,
    coming,
    heavier,
    is_alike,
    left_kg,
    out_of_order,
    selling,
    speaking,
)
from services.portal.reporting.surroundings import Surroundings
from services.portal.signing_in.caller import Caller
from services.portal.telling.balances import BalanceSheet
from services.portal.telling.histories import History
from wire.errors import NotFound, Rejected

MOST_ASKED = 20
"""Lots and boxes looked up for one receipt."""

LOOKS_S = 8.0
"""Every look of its own may take as long as a reader waits, and one comes after the other."""

SELLING = frozenset({"sales", "parcels", "returns"})
PASSING_ON = frozenset({"sales", "parcels", "shipments", "poolings", "gradings", "packing", "labellings"})
"""What must not be done with goods that are recalled or held."""
TAKING = frozenset({"poolings", "gradings", "packing", "sales", "losses", "shipments", "stock-takes"})
"""What takes kilograms of a lot from where it is, or says how many are there."""
ARRIVING = frozenset({"receipts"})
TESTING = frozenset({"inspections"})
HOLDING = frozenset({"holds", "releases"})
HANDING_OVER = frozenset({"shipments", "receipts"})
ALIKE_WITHIN = timedelta(minutes=10)
"""A grower weighs in no two loads of one weight, from one plot, so close together."""

_KINDS: Mapping[str, str] = {"plot": "site", "site": "site", "grower": "party", "party": "party"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    records: Records
    histories: Histories

    async def around(
        self, command: Command, values: Values, event_id: str, caller: Caller, corrects: str = ""
    ) -> Surroundings:
        """Of a report about to be sent; `event_id` is its own. What it `corrects` has begun its lots.

        A true report does not wait for those who read: what is not known by LOOKS_S is not asked about.
        """
        try:
            async with asyncio.timeout(LOOKS_S):
                return await self._around(command, values, event_id, caller, corrects)
        except TimeoutError:
            return Surroundings(party="" if corrects else caller.principal.party, corrects=bool(corrects))

    async def _around(
        self, command: Command, values: Values, event_id: str, caller: Caller, corrects: str
    ) -> Surroundings:
        things = list(dict.fromkeys(_earlier(command, values)))[:MOST_ASKED]
        new = [] if corrects else list(dict.fromkeys(_new(command, values)))[:MOST_ASKED]
        found = await self.named(_registered(command, values), caller)
        unheard = await self._unheard(things, event_id, caller)
        used = await self._heard(new, event_id, caller)
        known = [one for one in things if one not in unheard]
        but = {event_id, corrects}
        goods = await asyncio.gather(*(self._goods(command.noun, one, values, but, caller) for one in known))
        breaches = frozenset((what, key) for key, whats, _ in goods for what in whats)
        left = {key: kg for key, _, kg in goods if kg is not None}
        party = "" if corrects else caller.principal.party  # an inspector corrects what others did at theirs
        around = replace(
            found, unheard=unheard, used=used, breaches=breaches, left=left, party=party, corrects=bool(corrects)
        )
        return await self._of_delivery(around, values, but, caller) if command.noun == "deliveries" else around

    async def names(self, command: Command, values: Values, caller: Caller) -> Surroundings:
        """The registry's records of whom and what the report speaks of, for its receipt."""
        return await self.named([*_registered(command, values), *_subjects(command, values)], caller)

    async def _goods(
        self, noun: str, key: str, values: Values, but: Collection[str], caller: Caller
    ) -> tuple[str, Sequence[str], Decimal | None]:
        """What speaks against this report of these goods, and what is left of them; nothing where nobody can say."""
        wanted = PASSING_ON | SELLING | TAKING | ARRIVING | TESTING | HOLDING
        history = await self._history(key, caller) if noun in wanted else None
        if history is None:
            return key, (), None
        found = [*blocked(key, history, but)] if noun in PASSING_ON else []
        if noun in SELLING and "/21/" in key:
            found += selling(noun, values, history, but, caller.principal.party)
        if noun in HOLDING:
            found += speaking(noun, key, history, but, caller.principal.party, await self._kind_of(caller))
        found += coming(noun, key, values, history, but)
        found += [*out_of_order(noun, key, values, history, but), *heavier(noun, key, values, history, but)]
        weighs = noun in TAKING and "/10/" in key and "/21/" not in key
        return (
            key,
            found,
            (left_kg(history, await self._balances(key, caller), but, values["site"]) if weighs else None),
        )

    async def _kind_of(self, caller: Caller) -> str:
        """Of the caller, by the registry."""
        party = caller.principal.party
        return str((await self.named([("party", party)], caller)).record(party).get("kind", ""))

    async def _of_delivery(
        self, around: Surroundings, values: Values, but: Collection[str], caller: Caller
    ) -> Surroundings:
        """With the season of its product, whose the plot and the place are, and how many others of these minutes are
        like it."""
        standard = str(around.record(values["product"]).get("production_standard", ""))
        known = await self.named([("production_standard", standard)], caller) if standard else Surroundings()
        season = tuple(str(known.record(standard).get(name) or "") for name in ("season_from", "season_to"))
        keepers = [("party", str(around.record(values[name]).get("party") or "")) for name in ("plot", "site")]
        owners = await self.named([one for one in keepers if one[1] and one[1] not in around.records], caller)
        records = {**around.records, **{key: record for key, record in owners.records.items() if record}}
        alike = sum(is_alike(one, values) for one in await self._beside(values, caller) if one.event_id not in but)
        return replace(around, records=records, season=(season[0], season[1]), alike=alike)

    async def _beside(self, values: Values, caller: Caller) -> Sequence[Event]:
        """What was picked on the plot within minutes."""
        at, within = values["at"], ALIKE_WITHIN
        start, end = (round(moment.timestamp() * 1000) for moment in (at - within, at + within))
        query = EventQuery(read_points=(values["plot"],), ge_event_time_ms=start, lt_event_time_ms=end)
        try:
            page = await self.histories.query(query, token=caller.token)
        except (NotFound, Rejected, *AWAY):
            return ()
        return [one for one in (Event(orjson.loads(stored.event)) for stored in page.events)
                if start <= one.time_ms < end]  # fmt: skip

    async def _history(self, key: str, caller: Caller) -> History | None:
        try:
            return await self.histories.history(key, "back", after=(), token=caller.token)
        except (NotFound, Ambiguous, *AWAY):
            return None

    async def _balances(self, key: str, caller: Caller) -> BalanceSheet | None:
        try:
            return await self.histories.balance_sheet(key, after=(), token=caller.token)
        except (NotFound, Ambiguous, *AWAY):
            return None

    async def named(self, wanted: Iterable[tuple[str, str]], caller: Caller) -> Surroundings:
        """The registry's records of these (kind, key)."""
        return Surroundings(await self.records.several({key: kind for kind, key in wanted}, token=caller.token))

    async def _unheard(self, things: Sequence[str], but: str, caller: Caller) -> frozenset[str]:
        """Those no report names besides this one; none where nobody can say."""
        try:
            heard = await self.histories.named_by_others(things, but, token=caller.token) if things else frozenset()
        except AWAY:
            return frozenset()
        return frozenset(things) - heard

    async def _heard(self, things: Sequence[str], but: str, caller: Caller) -> frozenset[str]:
        """Those another report names; none where nobody can say."""
        try:
            return await self.histories.named_by_others(things, but, token=caller.token) if things else frozenset()
        except AWAY:
            return frozenset()


def _fields(command: Command, values: Values) -> Iterator[tuple[Field, Any]]:
    """(field, value) of every field that was filled in, rows included."""
    for entry in command.entries:
        rows = [values] if isinstance(entry, Field) else values.get(entry.name) or ()
        fields = (entry,) if isinstance(entry, Field) else entry.fields
        yield from ((one, row[one.name]) for row in rows for one in fields if row.get(one.name))


def _registered(command: Command, values: Values) -> Iterator[tuple[str, str]]:
    """(kind of record, key) of what should be registered."""
    for one, value in _fields(command, values):
        if isinstance(one.read, Named) and one.read.kind in _KINDS:
            yield _KINDS[one.read.kind], value
        elif one.read is read_product:
            yield "product", value


def _subjects(command: Command, values: Values) -> Iterator[tuple[str, str]]:
    """What a certificate is for, by the shape of its key."""
    for one, value in _fields(command, values):
        for key in value if one.read is read_subjects else ():
            is_party = "/417/" in key or "/grower/" in key or "/party/" in key
            yield "product" if "/01/" in key else "party" if is_party else "site", key


def _earlier(command: Command, values: Values) -> Iterable[str]:
    for one, value in _fields(command, values):
        if one.earlier:
            yield from (value,) if isinstance(value, str) else value


def _new(command: Command, values: Values) -> Iterable[str]:
    """Lots and boxes that this report begins."""
    if command.noun == "packing":
        yield from values["boxes"] or ()
    for one, value in _fields(command, values):
        if one.read is read_lot and not one.earlier:
            yield value
