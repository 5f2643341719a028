"""What the store said of each name, kept while the feed says nothing of it.

A history rests on hundreds of names, and lots share most of their ancestors. When one of them changes, or another lot
is asked about, the store is asked for what is not known here. Whoever traces back says how one name leads to the next
(`Follow`), and those are read in the same turn: a history twenty deep needs one answer after the other, and every
turn through the event loop costs as much as the answer does.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from epcis.readings import asset_and_day
from provenance.graph.gathering import Follow, Wanted, is_reused
from services.traceability.histories.building import Naming, in_turn
from services.traceability.ports import Ahead, StoredEvent

MOST_AHEAD = 500
"""Events read of one turn; what they lead to is read in the next."""

MOST_NAMED = 500
"""Events that name one thing; of a name that more events name, nothing is kept."""

NAME_BYTES = 300
EVENT_BYTES, PARSED_BYTES = 3_500, 7
"""Measured: what a name takes, and an event that is parsed, beside each byte of it."""


class Gathered(Protocol):
    async def __call__(self, wanted: Wanted, ahead: Ahead | None = None, /) -> Sequence[StoredEvent]: ...


@dataclass(eq=False, slots=True)
class _Reading:
    """A read under way, and what has changed since it began."""

    changed: set[str] = field(default_factory=set)


class KeptNames:
    """As true as the feed, like every kept answer. `bytes` never exceeds `max_bytes`."""

    def __init__(self, gathered: Gathered, *, max_bytes: int) -> None:
        self._gathered = gathered
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._events: dict[str, StoredEvent] = {}
        self._uses: Counter[str] = Counter()
        self._readings: set[_Reading] = set()
        self._following = False
        self.bytes = 0

    def naming(self, follow: Follow | None = None) -> Naming:
        """What a build asks; with `follow`, what it leads to is read along with it."""
        return partial(self._named, follow)

    def feed_begins(self) -> None:
        self._following = True

    def feed_breaks(self) -> None:
        """A read under way is not kept, even if the feed begins again before it ends."""
        self._following = False
        self._readings.clear()
        self._kept.clear()
        self._events.clear()
        self._uses.clear()
        self.bytes = 0

    def changed(self, keys: Collection[str]) -> None:
        for reading in self._readings:
            reading.changed.update(keys)
        for key in keys:
            if key in self._kept:
                self._drop(key)

    async def _named(self, follow: Follow | None, wanted: Wanted) -> Sequence[StoredEvent]:
        if wanted.first:
            return await self._gathered(wanted)
        known = [key for key in wanted.keys if key in self._kept]
        found = {id_: self._events[id_] for key in known for id_ in self._kept[key]}
        for key in known:
            self._kept.move_to_end(key)
        rest = replace(wanted, keys=wanted.keys.difference(known))
        if rest.names:
            found |= {event.record_id: event for event in await self._read(rest, follow)}
        return tuple(found.values())

    async def _read(self, wanted: Wanted, follow: Follow | None) -> Sequence[StoredEvent]:
        if not self._following:
            return await self._gathered(wanted)
        leading = _Leading(wanted.keys, self._kept, follow) if follow else None
        reading = _Reading()
        self._readings.add(reading)
        try:
            found = self._known(await self._gathered(wanted, leading))
            keys = leading.asked if leading else wanted.keys
            by_name = await in_turn(partial(_by_name, found, keys), len(found))
            if reading in self._readings:
                for key in keys - reading.changed:
                    self._keep(key, by_name.get(key, ()))
        finally:
            self._readings.discard(reading)
        names = wanted.names
        return [event for event in found if not names.isdisjoint(event.parsed.found_by)]

    def _known(self, found: Sequence[StoredEvent]) -> list[StoredEvent]:
        """Those that are kept as they are kept: they are parsed."""
        kept = ((self._events.get(event.record_id), event) for event in found)
        return [known if known is not None and known.first == event.first else event for known, event in kept]

    def _keep(self, key: str, events: Sequence[StoredEvent]) -> None:
        if len(events) > MOST_NAMED or asset_and_day(key):
            return
        if key in self._kept:
            self._drop(key)
        self._kept[key] = tuple(event.record_id for event in events)
        self.bytes += NAME_BYTES
        for event in events:
            if not self._uses[event.record_id]:
                self.bytes += event_size(event)
            self._uses[event.record_id] += 1
            self._events[event.record_id] = event
        while self.bytes > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        self.bytes -= NAME_BYTES
        for id_ in self._kept.pop(key):
            self._uses[id_] -= 1
            if not self._uses[id_]:
                self.bytes -= event_size(self._events.pop(id_))
                del self._uses[id_]


class _Leading:
    """What those lead to that were found, once; called in the thread that reads. `asked` are all names that were read
    whole, those asked for at first too."""

    def __init__(self, keys: Collection[str], kept: Container[str], follow: Follow) -> None:
        self.asked = set(keys)
        self._kept = kept
        self._follow = follow
        self._seen: set[str] = set()

    def __call__(self, events: Sequence[StoredEvent]) -> Collection[str]:
        fresh = [event for event in events if event.record_id not in self._seen]
        self._seen.update(event.record_id for event in fresh)
        if len(self._seen) > MOST_AHEAD:
            return ()
        leads = {key for event in fresh for key in self._leads(event)}
        more = {key for key in leads - self.asked if key not in self._kept and not is_reused(key)}
        self.asked |= more
        return more

    def unread(self, names: Collection[str]) -> None:
        self.asked.difference_update(names)

    def _leads(self, event: StoredEvent) -> Iterator[str]:
        """Whoever asks for an event asks by its id for other reports of it, too."""
        yield event.parsed.event_id
        for key in event.parsed.found_by:
            if key in self.asked:
                yield from self._follow(event.parsed, key)


def _by_name(found: Sequence[StoredEvent], keys: Collection[str]) -> Mapping[str, Sequence[StoredEvent]]:
    named: defaultdict[str, list[StoredEvent]] = defaultdict(list)
    for event in found:
        for key in event.parsed.found_by:
            if key in keys:
                named[key].append(event)
    return named


def event_size(event: StoredEvent) -> int:
    """Bytes of memory, about, once it was parsed."""
    return EVENT_BYTES + PARSED_BYTES * len(event.event)
