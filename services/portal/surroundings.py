"""What is known around a report just made: the names of whom and what it speaks of, and which of it nobody knows.

Asked for the receipt's sake, after the report is recorded: where a service does not answer, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.portal.caller import Caller
from services.portal.command_fields import Named, read_lot, read_product
from services.portal.fields import Command, Field, Values
from services.portal.ports import AWAY, Ambiguous, Histories, Records
from stream.receipts import Receipt
from wire.errors import NotFound

MOST_ASKED = 20
"""Lots and boxes looked up for one receipt."""

SELLING_GAPS = frozenset({"sold-twice", "returned-unsold"})
_SELLING = frozenset({"sales", "parcels", "returns"})

Record = Mapping[str, Any]

_KINDS: Mapping[str, str] = {"plot": "site", "site": "site", "grower": "party", "party": "party"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`records` by key, None for one that is not registered; `unheard` are the keys no other report names, `used` the
    new lots' that one does; `breaches` are (gap, box) of what this report makes doubtful of the boxes it names."""

    records: Mapping[str, Record | None] = field(default_factory=dict)
    unheard: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    breaches: frozenset[tuple[str, str]] = frozenset()

    def record(self, key: str) -> Record:
        return self.records.get(key) or {}

    def is_unregistered(self, key: str) -> bool:
        return key in self.records and self.records[key] is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    records: Records
    histories: Histories

    async def around(
        self, command: Command, values: Values, event_id: str, caller: Caller, after: Sequence[Receipt] = ()
    ) -> Surroundings:
        """Of a report just made; `event_id` is its own, `after` where it lies."""
        things = list(dict.fromkeys(_earlier(command, values)))[:MOST_ASKED]
        new = list(dict.fromkeys(_new(command, values)))[:MOST_ASKED]
        named = await self.named(_registered(command, values), caller)
        unheard = await self._unheard(things, event_id, caller)
        used = await self._heard(new, event_id, caller)
        boxes = [key for key in things if "/21/" in key and key not in unheard] if command.noun in _SELLING else []
        found = [await self._breaches(box, event_id, caller, after) for box in boxes]
        return replace(named, unheard=unheard, used=used, breaches=frozenset().union(*found))

    async def _breaches(
        self, box: str, event_id: str, caller: Caller, after: Sequence[Receipt]
    ) -> frozenset[tuple[str, str]]:
        """What the box's history has against this report; nothing where nobody can say."""
        try:
            history = await self.histories.history(box, "back", after=after, token=caller.token)
        except (NotFound, Ambiguous, *AWAY):
            return frozenset()
        told = (gap for gap in history.gaps if gap.code in SELLING_GAPS and event_id in gap.event_ids)
        return frozenset((gap.code, gap.key) for gap in told)

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


def _earlier(command: Command, values: Values) -> Iterable[str]:
    for one, value in _fields(command, values):
        if one.earlier:
            yield from (value,) if isinstance(value, str) else value


def _new(command: Command, values: Values) -> Iterable[str]:
    """Lots that this report begins."""
    for one, value in _fields(command, values):
        if one.read is read_lot and not one.earlier:
            yield value
