"""What is known around a report just made: the names of whom and what it speaks of, and which of it nobody knows.

Asked for the receipt's sake, after the report is recorded: where a service does not answer, nothing is said of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from services.portal.caller import Caller
from services.portal.command_fields import Named, read_product
from services.portal.event_query import EventQuery
from services.portal.fields import Command, Field, Values
from services.portal.ports import Histories, Records
from wire.errors import NotFound, Overloaded, Rejected, Transient, Unauthenticated, Unauthorised

MOST_ASKED = 20
"""Lots and boxes looked up for one receipt."""

Record = Mapping[str, Any]

_KINDS: Mapping[str, str] = {"plot": "site", "site": "site", "grower": "party", "party": "party"}
AWAY = (Transient, Overloaded, Rejected, Unauthorised, Unauthenticated)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`records` by key, None for one that is not registered; `unheard` are the keys no other report names."""

    records: Mapping[str, Record | None] = field(default_factory=dict)
    unheard: frozenset[str] = frozenset()

    def record(self, key: str) -> Record:
        return self.records.get(key) or {}

    def is_unregistered(self, key: str) -> bool:
        return key in self.records and self.records[key] is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    records: Records
    histories: Histories

    async def around(self, command: Command, values: Values, event_id: str, caller: Caller) -> Surroundings:
        """Of a report just made; `event_id` is its own."""
        things = list(dict.fromkeys(_earlier(command, values)))[:MOST_ASKED]
        named, heard = await asyncio.gather(
            self.named(_registered(command, values), caller),
            asyncio.gather(*(self._is_heard_of(key, event_id, caller) for key in things)),
        )
        return replace(named, unheard=frozenset(key for key, is_ in zip(things, heard, strict=True) if not is_))

    async def named(self, wanted: Iterable[tuple[str, str]], caller: Caller) -> Surroundings:
        """The registry's records of these (kind, key)."""
        kinds = {key: kind for kind, key in wanted}
        found = await asyncio.gather(*(self._record(kind, key, caller) for key, kind in kinds.items()))
        answered = zip(kinds, found, strict=True)
        return Surroundings({key: record for key, record in answered if not isinstance(record, Exception)})

    async def _record(self, kind: str, key: str, caller: Caller) -> Record | Exception | None:
        try:
            return await self.records.get(kind, key, "", token=caller.token)
        except NotFound:
            return None
        except AWAY as error:
            return error

    async def _is_heard_of(self, key: str, but: str, caller: Caller) -> bool:
        """Whether any report besides this one names it; so it is held where nobody can say."""
        query = EventQuery(match_any_epc=(key,), per_page=2)
        of_class = EventQuery(match_any_epc_class=(key,), per_page=2)
        try:
            pages = [await self.histories.query(one, token=caller.token) for one in (of_class, query)]
        except AWAY:
            return True
        return any(orjson.loads(one.event).get("eventID") != but for page in pages for one in page.events)


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


def _earlier(command: Command, values: Values) -> Iterable[str]:
    for one, value in _fields(command, values):
        if one.earlier:
            yield from (value,) if isinstance(value, str) else value
