"""Reads the summaries of assets' days, and makes anew those that are in doubt (architecture.md, rule 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from epcis.events import declared
from epcis.readings import readings_on
from provenance.cold_chain.asset_days import ToldDay, summary
from provenance.cold_chain.loggers import AskLogger
from provenance.graph.gathering import During, Wanted
from provenance.standing import MayDeclare, Reported
from services.traceability.ports import EventStore, KeptDay, StoredEvent
from services.traceability.store.day_documents import day_of_bytes, light_bytes, points_bytes
from wire.errors import Rejected

Day = tuple[str, date]
MADE_AT_ONCE = 2
"""Days made anew side by side; each reads a logger's whole day."""
MOST_ON_THE_LOOP = 100
"""Readings added up between two turns of the event loop; more go into a thread."""


@dataclass(frozen=True, slots=True)
class ColdDays:
    """`ask` and `may_declare` ask the registry as it is now; a summary that was made of other answers is not true
    any more."""

    store: EventStore
    ask: AskLogger
    may_declare: MayDeclare

    async def read(self, wanted: Collection[Day], *, points: bool, all_told: bool = True) -> Mapping[Day, ToldDay]:
        """Of these days those on which anything was measured. Raises `wire.errors.Transient`, and Rejected where so
        much is told of one that it is not read, unless it is to be left out then."""
        names = {readings_on(*day): day for day in wanted}
        kept = await self.store.days(names, points=points)
        in_turn = asyncio.Semaphore(MADE_AT_ONCE)

        async def one(name: str, found: KeptDay) -> ToldDay | None:
            known = self._known(names[name], found)
            if known is not None:
                return known
            async with in_turn:
                try:
                    made = await self._made(name, names[name], found)
                except Rejected:
                    if all_told:
                        raise
                    return None
                return made if points else made.without_points()

        days = await asyncio.gather(*(one(name, found) for name, found in kept.items()))
        return {(day.asset, day.day): day for day in days if day is not None}

    def _known(self, of: Day, found: KeptDay) -> ToldDay | None:
        if found.token is not None or found.light is None:
            return None
        day = day_of_bytes(*of, found.light, found.points)
        return day if day is not None and day.asked_alike(self.ask, self.may_declare) else None

    async def _made(self, name: str, of: Day, found: KeptDay) -> ToldDay:
        """The token is read before the events: where another comes meanwhile, what was made is told and not kept."""
        token = found.token or await self.store.doubt_day(name)
        documents = await self._documents(name)
        add_up = partial(self._summary, of, documents)
        day = await asyncio.to_thread(add_up) if len(documents) > MOST_ON_THE_LOOP else add_up()
        await self.store.keep_day(name, KeptDay(token, light_bytes(day), points_bytes(day)))
        return day

    def _summary(self, of: Day, documents: Iterable[StoredEvent]) -> ToldDay:
        reported = [Reported(e.record_id, e.parsed, e.content_hash, e.first) for e in documents]
        return summary(*of, reported, ask=self.ask, may_declare=self.may_declare)

    async def _documents(self, name: str) -> Sequence[StoredEvent]:
        """The day's readings, and where any is declared wrong, all that bears on whether it is."""
        measured = await self.store.measured(name)
        found = {event.record_id: event for event in measured}
        wrong = set(await self.store.declared_of({event.parsed.event_id for event in measured}))
        wrong |= {event.parsed.event_id for event in measured if event.parsed.error_declaration}
        declaring = await self._naming(map(declared, wrong)) if wrong else ()
        asked: set[str] = set()
        while declaring:
            found |= {event.record_id: event for event in declaring}
            ids = {id_ for event in declaring for id_ in _ids(event)} - asked
            asked |= ids
            declaring = [event for event in await self._naming(ids) if event.record_id not in found] if ids else []
        return tuple(found.values())

    async def _naming(self, names: Iterable[str]) -> Sequence[StoredEvent]:
        """Of a crowd the first that each reporter told (docs/adr/0126)."""
        return await self.store.gathered(Wanted(frozenset(), first=frozenset(map(During, names))))


def _ids(event: StoredEvent) -> tuple[str, ...]:
    declaration = event.parsed.error_declaration
    return (event.parsed.event_id, *(declaration.corrective_event_ids if declaration else ()))
