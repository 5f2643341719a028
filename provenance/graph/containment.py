"""What was inside what, and when.

Things are inside a container only between packing and unpacking. A DELETE that names no children empties it. A thing
is in one aggregation at a time, so packing it elsewhere ends its stay; amounts of a lot may be in several. A thing
that is consumed, sold or destroyed is in nothing any more, nor is what was in it. What is received by its own number is
on no truck any more (`provenance.graph.unloading`).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from types import MappingProxyType
from typing import TypeAlias

from epcis.events import JOINING, Event, Item
from provenance.graph.unloading import place_of, rides, taken_off, takes_off
from provenance.spans import earlier
from provenance.standing import Reported

Amounts = dict[str | None, Decimal | None]
"""By unit; None where somebody did not say how much."""

NOBODY: Mapping[str, Collection[str]] = MappingProxyType({})
"""By record id, the things its teller had nothing to do with: nobody."""

Aside: TypeAlias = Callable[[str, str], Collection[str]]
"""Record ids of what is reported of containers and does not count for a thing in them, put in by this report."""


def nothing(_thing: str, _put_in: str) -> Collection[str]:
    """Of goods of one party."""
    return ()


@dataclass(slots=True)
class Stay:
    """A thing in a container, from and to inclusive (milliseconds); `until_ms` None while it is still there.

    `by` is the report that put it in, `loaded` when, where and by which report it was told to be put in. `packed` is
    what was put in, by unit, `amounts` that less what was named when some was taken out, `changes` each of these as it
    was told. `alone` where it cannot be in another one meanwhile: aggregation, not association with an asset.
    """

    thing: str
    container: str
    of_class: bool
    alone: bool
    since_ms: int
    by: str = ""
    until_ms: int | None = None
    amounts: Amounts = field(default_factory=dict)
    packed: Amounts = field(default_factory=dict)
    changes: list[tuple[int, str | None, Decimal | None]] = field(default_factory=list)
    loaded: list[tuple[int, str, str]] = field(default_factory=list)

    def covers(self, time_ms: int) -> bool:
        return self.since_ms <= time_ms and (self.until_ms is None or time_ms <= self.until_ms)

    def seen_at(self, time_ms: int) -> Amounts:
        """What somebody saw in there then: what was put in at the same time is, what was taken out too."""
        seen: Amounts = {}
        for changed_ms, uom, quantity in self.changes:
            put_in = quantity is None or quantity >= 0
            if changed_ms < time_ms or (changed_ms == time_ms and put_in):
                seen[uom] = _sum(seen.get(uom, Decimal(0)), quantity)
        return seen


class Containment:
    """Every stay that events in force, in order, tell of, by thing and by container."""

    def __init__(
        self,
        documents: Sequence[Reported],
        strange: Mapping[str, Collection[str]] = NOBODY,
        aside: Aside = nothing,
    ) -> None:
        self._aside = aside
        self._of_thing: defaultdict[str, list[Stay]] = defaultdict(list)
        self._in_container: defaultdict[str, list[Stay]] = defaultdict(list)
        self._open_of: defaultdict[str, list[Stay]] = defaultdict(list)
        self._open_within: defaultdict[str, list[Stay]] = defaultdict(list)
        self._latest: dict[str, list[float]] = {}
        self._received: defaultdict[str, list[Reported]] = defaultdict(list)
        self._lots = _used_as_lots(documents)
        for document in documents:
            if _matters(document.event):
                self._apply(document, strange.get(document.record_id, ()))

    def is_pooling(self, event: Event) -> bool:
        """Whether it puts things into a bin whose content is used as a lot: named by amount, it is no container."""
        adds = event.type == "AggregationEvent" and event.action == "ADD"
        return adds and event.parent in self._lots

    def stays(self, thing: str) -> list[Stay]:
        return self._of_thing.get(thing, [])

    def aside(self, thing: str) -> Collection[str]:
        """Record ids of what is reported of what it was in, and is not about it."""
        return self._aside(thing, "")

    def until(
        self, stay: Stay, aside: Collection[str] = (), carried: Iterable[str] = (), since_ms: int = 0
    ) -> int | None:
        """The end of a stay for goods of which what is `aside` says nothing: it was taken out, or, on a truck, it or
        what it carried from then on was received elsewhere."""
        if not (self._received and rides(stay.thing, stay.container, alone=stay.alone)):
            return stay.until_ms
        off = self._off(stay, stay.thing, stay.since_ms, aside)
        for thing in carried:
            off = earlier(off, self._off(stay, thing, max(since_ms, stay.since_ms), aside))
        return earlier(off, stay.until_ms)

    def _off(self, stay: Stay, thing: str, since_ms: int, aside: Collection[str]) -> int | None:
        for document in self._received.get(thing, ()):
            time_ms = document.event.time_ms
            if time_ms > since_ms and document.record_id not in aside:
                # The last loading counts, however many before were read.
                counted = (one for one in stay.loaded if one[2] == stay.by or one[2] not in aside)
                last_ms, at, _ = max(one for one in counted if one[0] <= time_ms)
                if last_ms < time_ms and takes_off(document.event, stay.container, at):
                    return time_ms
        return None

    def is_received(self, thing: str) -> bool:
        """Whether it was anywhere by its own number."""
        return thing in self._received

    def contents(self, container: str, time_ms: int) -> list[Stay]:
        """Goes back from the last stay that had begun to the first that may have lasted so long: few of very many."""
        stays = self.ever_in(container)
        place = bisect_right(stays, time_ms, key=lambda stay: stay.since_ms)
        first = bisect_left(self._latest_ends(container), time_ms, hi=place)
        return [stay for stay in stays[first:place] if stay.covers(time_ms)]

    def _latest_ends(self, container: str) -> list[float]:
        """Of each stay in it, in order, the latest end of it and all before; asked for when all is applied."""
        if container not in self._latest:
            ends = (math.inf if stay.until_ms is None else stay.until_ms for stay in self.ever_in(container))
            self._latest[container] = list(accumulate(ends, max))
        return self._latest[container]

    def ever_in(self, container: str) -> list[Stay]:
        return self._in_container.get(container, [])

    def _apply(self, document: Reported, strange: Collection[str]) -> None:
        """Who used up what was never his took nothing out."""
        event = document.event
        if event.type in JOINING:
            if event.parent not in self._lots:
                self._aggregate(document)
        else:
            for item in (*event.inputs, *(event.objects if event.action == "DELETE" else ())):
                if item.key not in strange:
                    self._gone(item, document)
            for item in taken_off(event):
                if item.key not in strange:
                    self._received[item.key].append(document)

    def _aggregate(self, document: Reported) -> None:
        event, container = document.event, document.event.parent
        if event.action != "DELETE" and container:
            for item in event.children:
                # Seen inside without having been put in: its packing was not reported.
                if event.action == "ADD" or not any(s.container == container for s in self._open(item.key)):
                    self._put(item, container, document)
        elif event.action == "DELETE":
            self._take(document, container)

    def _put(self, item: Item, container: str, document: Reported) -> None:
        time_ms, alone = document.event.time_ms, document.event.type == "AggregationEvent"
        stay = next((s for s in self._open(item.key) if s.container == container), None)
        if stay is not None and (off := self.until(stay)) is not None:
            stay.until_ms, stay = off, None
        if alone and not item.of_class:
            self._close((s for s in self._open(item.key) if s.alone and s.container != container), document)
        if stay is None:
            stay = Stay(item.key, container, item.of_class, alone, time_ms, document.record_id)
            for of_thing, within in ((self._of_thing, self._in_container), (self._open_of, self._open_within)):
                of_thing[item.key].append(stay)
                within[container].append(stay)
        for amounts in (stay.amounts, stay.packed):
            amounts[item.uom] = _sum(amounts.get(item.uom, Decimal(0)), item.quantity)
        stay.changes.append((time_ms, item.uom, item.quantity))
        stay.loaded.append((time_ms, place_of(document.event), document.record_id))

    def _take(self, document: Reported, container: str | None) -> None:
        event = document.event
        if container and not event.children:
            self._close(self._open_in(container), document)
        for item in event.children:
            for stay in self._open(item.key):
                named = container in (None, stay.container) and self._may_take(stay, document)
                if named and _emptied(stay, item, event.time_ms):
                    stay.until_ms = event.time_ms

    def _may_take(self, stay: Stay, document: Reported) -> bool:
        """Goods that are taken out by name say themselves who may; of a container, it is asked of what is in there."""
        return stay.thing not in self._in_container or document.record_id not in self._aside(stay.thing, stay.by)

    def _gone(self, item: Item, document: Reported) -> None:
        self._close(self._open_in(item.key), document)
        if not item.of_class:
            self._close(self._open(item.key), document)

    def _close(self, stays: Iterable[Stay], document: Reported) -> None:
        """Those that the report is about."""
        for stay in stays:
            if document.record_id not in self._aside(stay.thing, stay.by):
                stay.until_ms = document.event.time_ms

    def _open(self, thing: str) -> list[Stay]:
        return _still_open(self._open_of, thing)

    def _open_in(self, container: str) -> list[Stay]:
        return _still_open(self._open_within, container)


def _matters(event: Event) -> bool:
    kind = event.type
    if kind == "ObjectEvent":
        return event.action == "DELETE" or bool(taken_off(event))
    return kind in JOINING or kind == "TransformationEvent"


def _used_as_lots(documents: Sequence[Reported]) -> set[str]:
    """Of what things were put into, what is named by amount somewhere: a bin whose content is used as one lot."""
    bins = {d.event.parent for d in documents if d.event.type == "AggregationEvent" and d.event.parent}
    return {
        key
        for document in documents
        for key in document.event.items_by_key.keys() & bins
        if any(item.of_class for item in document.event.items_by_key[key])
    }


def _still_open(stays: dict[str, list[Stay]], key: str) -> list[Stay]:
    """Forgets those that have ended meanwhile, so that each is looked at once after its end."""
    if key not in stays:
        return []
    stays[key] = [stay for stay in stays[key] if stay.until_ms is None]
    return stays[key]


def _sum(held: Decimal | None, more: Decimal | None) -> Decimal | None:
    return None if held is None or more is None else held + more


def _emptied(stay: Stay, item: Item, time_ms: int) -> bool:
    """Whether nothing of it is left after this much was taken out; all is gone where amounts cannot be compared."""
    held = stay.amounts.get(item.uom)
    if not stay.of_class or held is None or item.quantity is None or len(stay.amounts) > 1:
        return True
    stay.amounts[item.uom] = held - item.quantity
    stay.changes.append((time_ms, item.uom, -item.quantity))
    return held <= item.quantity
