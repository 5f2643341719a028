"""What is told of one container, by who tells it: of each thing in there only those are looked at who speak of it.

A packer who scans box by box makes a thousand reports on a pallet; each says nothing of any box but its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from epcis.events import JOINING, Event
from provenance.graph.unloading import empties
from provenance.graph.voices import Voices, into
from provenance.order import in_order, order, time_ms
from provenance.standing import Reported

MOST_LOOKS = 4_000_000
"""Times that what one party reports of containers is looked at for what another puts in there by reports of their own,
some two seconds' work: beyond it, what whichever of them reports more often on containers is not followed. The least
that this takes is 2,000 reports of each on one container."""

LOOKS_OF_OUTER = 40
"""As many as one look, by its time, at what puts the container into another one, which is followed in its turn. Counted
of who puts the things in himself: another's is followed where he has to do with them, and mostly he has not."""


class Told(NamedTuple):
    """By the same parties, in order: all, and what is followed. `telling` is None for what the registry lets its
    reporter say of the container, whoever had to do with the goods."""

    telling: frozenset[str] | None
    documents: Sequence[Reported]
    followed: Sequence[Reported]

    def speaks(self, names: Collection[str]) -> bool:
        return self.telling is None or not self.telling.isdisjoint(names)

    def part(self, since_ms: int, end: Reported | None) -> Part:
        """From an instant on, before what ends it."""
        stop = bisect_left(self.documents, order(end), key=order) if end else len(self.documents)
        return Part(self, bisect_left(self.documents, since_ms, key=time_ms), stop)


class Part(NamedTuple):
    """Of what the same parties tell, from and to, exclusive."""

    told: Told
    start: int
    stop: int


def documents_of(parts: Iterable[Part]) -> Iterator[Reported]:
    """Each once, however many parts it is in."""
    by_told: defaultdict[int, list[Part]] = defaultdict(list)
    for part in parts:
        by_told[id(part.told)].append(part)
    for several in by_told.values():
        done = 0
        for told, start, stop in sorted(several, key=lambda part: part.start):
            yield from told.documents[max(start, done) : stop]
            done = max(done, stop)


class ContainerReports:
    def __init__(self, container: str, voices: Voices, crowding: Collection[str]) -> None:
        documents = voices.naming.get(container, ())
        by_telling: defaultdict[frozenset[str] | None, list[Reported]] = defaultdict(list)
        moving: defaultdict[str, list[Reported]] = defaultdict(list)
        for document in documents:
            licensed = voices.speaks(document, container)
            by_telling[None if licensed else voices.telling(document)].append(document)
            for thing in document.event.items_by_key if moves_things(document.event, container) else ():
                moving[thing].append(document)
        self.moving = moving
        """By thing, what puts it in there by name, and takes it out."""
        self.carrying = [d for d in documents if d.event.type in JOINING and container in d.event.items_by_key]
        """What puts it into another one, and takes it out."""
        self.emptying = [d for d in documents if empties(d.event, container)]
        self.told = tuple(
            Told(telling, told, tuple(d for d in told if _is_followed(d, container, crowding)))
            for telling, told in by_telling.items()
        )
        self._speaking: dict[tuple[int, ...], list[Reported]] = {}

    def of_all_in_there(self, names: Collection[str], since_ms: int) -> list[Reported]:
        """What these tell of whatever is in there, from then on, in order."""
        speaking = tuple(n for n, one in enumerate(self.told) if one.speaks(names))
        if (found := self._speaking.get(speaking)) is None:
            found = in_order(chain.from_iterable(self.told[n].followed for n in speaking))
            self._speaking[speaking] = found
        return found[bisect_left(found, since_ms, key=time_ms) :]


def crowding(voices: Voices) -> frozenset[str]:
    """Who reports so often on containers that nobody could look at all that is told of them for each thing in there."""
    looks: Counter[tuple[str, str]] = Counter()
    often: Counter[str] = Counter()
    for container in sorted(voices.carriers):
        moves: Counter[str] = Counter()
        others: Counter[str] = Counter()
        outer: Counter[str] = Counter()
        for document in voices.naming[container]:
            moving = moves_things(document.event, container)
            (moves if moving else others)[document.first.capturer] += 1
            outer[document.first.capturer] += bool(into(document.event, container))
        often += moves + others
        for party, times in moves.items():
            looks[party, party] += times * outer[party] * (LOOKS_OF_OUTER - 1)
            for teller, looked_at in others.items():
                looks[party, teller] += times * looked_at
    return frozenset(max(pair, key=lambda one: (often[one], one)) for pair, many in looks.items() if many > MOST_LOOKS)


def moves_things(event: Event, container: str) -> bool:
    """Whether it puts things in there by name, or takes them out: of any other thing in there it says nothing."""
    return event.type in JOINING and event.parent == container and bool(event.children)


def _is_followed(document: Reported, container: str, crowding: Collection[str]) -> bool:
    return not moves_things(document.event, container) and document.first.capturer not in crowding
