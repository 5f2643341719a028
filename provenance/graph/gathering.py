"""Which events a history needs, asked for in whole frontiers so that a driver makes few reads.

A generator yields `Wanted` and is sent the documents that name any of those keys, in any role; what it was sent stays
in `Known`. Gathering follows links of void and contradicting reports too: that may read too much, never too little,
and what counts is decided afterwards from the whole set, so the order of arrival cannot matter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from epcis.events import ITEMS, Event, emptied, items_of, joined_to, put_in
from provenance.spans import Span, merged
from provenance.standing import First, MayDeclare, Reported, declarations, nobody

T = TypeVar("T")

MOST_EVENTS = 20_000
MOST_NAMES = 500_000
MOST_JUDGED = 200_000
"""What one history may read, and name, and judge again as it grows: events, names in them, events times judgements."""

MOST_OF_ITEMS = 5_000
"""Reports about the boxes of a lot that are read to see whether they weigh more than it: its origin is told anyway."""

_ELSEWHERE = frozenset({"site", "device"})
"""Roles in which an event names where or with what it was seen, and not what it is about."""


class TooMuchError(Exception):
    """The history would take more work than one caller may ask for; the message says so to him."""


FEW = 32
"""Documents: what no more name is read whole; of another, such as a truck, what was at certain times."""


FIRST_TOLD = 32
"""Documents of one reporter that are read of what many report on, before it is known whether he counts."""
MOST_NAMES_FIRST = 10_000
"""Names in these."""
WIDE = 100
MOST_WIDE = 50_000
"""Names of one reporter, beyond the first WIDE of each of his reports, of which no more than MOST_NAMES_FIRST are read
before it is known whether he counts: 22 reports of 20,000 boxes on somebody's pallet took as long as 20,000 reports."""
CROWD = 500
"""Documents: what no more name is read whole, whoever told them."""
CROWD_THEN = 64
"""The same of a time: there are many times of one truck."""


FOREVER_MS = 1 << 52
"""The end of what has not ended, as it is asked for; the beginning is as long before 1970."""


@dataclass(frozen=True, slots=True, order=True)
class During:
    """What happened from an instant (ms) to before another to what is named so; by one reporter, where he is named."""

    key: str
    since_ms: int = -FOREVER_MS
    until_ms: int = FOREVER_MS
    by: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it is of all times."""
        return (self.since_ms, self.until_ms) == (-FOREVER_MS, FOREVER_MS)

    def takes(self, time_ms: int, reporter: str) -> bool:
        return self.since_ms <= time_ms < self.until_ms and self.by in ("", reporter)


Left: TypeAlias = dict[During, int]
"""How many documents of a reporter were not read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All documents naming any of these keys are needed: things, certificates, runs, and event ids in both roles.

    Likewise of each of `few`; but where FEW or more name it, any FEW of them will do. Of what is in `during`, those of
    that time. Of each of `first`, where they are a crowd, the first FIRST_TOLD that each reporter had recorded, and who
    reads notes in `left` how many more there are of whom. Those that name one only as a site or a device may be sent
    too, or are of another time, and are not taken. Where there are more than can be read, TooMuchError is thrown in
    instead.
    """

    keys: frozenset[str]
    few: frozenset[str] = frozenset()
    during: frozenset[During] = frozenset()
    first: frozenset[During] = frozenset()
    left: Left = field(default_factory=dict, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """All that is asked for, whole or in part."""
        return frozenset((*self.keys, *self.few, *(one.key for one in (*self.during, *self.first))))


Gathering: TypeAlias = Generator[Wanted, Sequence[Reported], T]


class Known:
    """The documents received so far, found by any key they name. What a declaration says is right instead is asked for
    while, by what was received, it counts: anybody may declare anything wrong (rule 4)."""

    def __init__(self, may_declare: MayDeclare = nobody, *, bounded: bool = False) -> None:
        self._may_declare = may_declare
        self.bounded = bounded
        """Whether of what many report on the first of each reporter are read, and the rest only of who counts."""
        self.left: Left = {}
        self._declared: set[str] = set()
        self.documents: dict[str, Reported] = {}
        self.asked: set[str] = set()
        self.times: dict[str, tuple[Span, ...]] = {}
        """What is named so often that it is read in part only: from when to when it was, sorted, not overlapping."""
        self.cut: set[str] = set()
        """Containers that are not read as far as it would be needed, for it is too much."""
        self.changes = 0
        """How often a document came or was found to be recorded earlier."""
        self._naming: defaultdict[str, list[Reported]] = defaultdict(list)
        self._unasked_ids: set[str] = set()
        self._names = 0
        self._wide: Counter[str] = Counter()
        self._judged = 0

    def naming(self, key: str) -> Sequence[Reported]:
        return self._naming.get(key, ())

    @property
    def met(self) -> frozenset[str]:
        """All that was asked for, whole or in part."""
        return frozenset((*self.asked, *self.times))

    def ask(self, keys: Iterable[str], few: Iterable[str] = ()) -> Gathering[list[Reported]]:
        """The documents that are new. Event ids met so far are asked for along with the keys. Of `few`, what more
        documents name is not read yet: it is in `times` from now on."""
        fresh = (set(keys) | self._unasked_ids) - self.asked
        short = set(few) - self.asked - self.times.keys() - fresh
        if self.bounded:
            fresh |= {key for key in short if not is_asset(key) and "#" not in key}
            short -= fresh
        assets = {key for key in short if is_asset(key)}
        self.times |= dict.fromkeys(assets, ())
        short -= assets
        self._unasked_ids = set()
        if not fresh and not short:
            return []
        found = yield from self._read(fresh, short)
        busy = _named_often(short, found) if short else set()
        self.times |= dict.fromkeys(busy, ())
        self.asked |= fresh | (short - busy)
        return self._receive(self._narrowed(found, map(During, fresh | (short - busy))))

    def _read(self, keys: set[str], few: Collection[str] = ()) -> Gathering[Sequence[Reported]]:
        first = frozenset(filter(_is_anybodys, keys)) if self.bounded else frozenset()
        return (yield from self._read_first(Wanted(frozenset(keys - first), frozenset(few)), map(During, first)))

    def _read_first(self, wanted: Wanted, first: Iterable[During]) -> Gathering[Sequence[Reported]]:
        wanted = replace(wanted, first=frozenset(first))
        found = yield wanted
        self.left |= wanted.left
        return found

    def _narrowed(self, found: Sequence[Reported], asked: Iterable[During]) -> Sequence[Reported]:
        """Of these, where one of several who tell of this names very many things, what is read of him at first."""
        wide = self._wide.copy()
        for document in found:
            if document.record_id not in self.documents:
                wide[document.first.capturer] += _beyond(document)
        is_wide = len(wide) > 1 and max(wide.values()) > MOST_WIDE
        return list(self._narrow(found, asked)) if is_wide or self.bounded else found

    def _narrow(self, found: Sequence[Reported], asked: Iterable[During]) -> Iterator[Reported]:
        """Without what a reporter says of very many things, but for the first that happened of it: what was declared
        wrong does not say whether the rest counts."""
        by_key: defaultdict[str, list[During]] = defaultdict(list)
        for one in asked:
            by_key[one.key].append(one)
        told: defaultdict[During, list[Reported]] = defaultdict(list)
        for document in found:
            time_ms, reporter = document.event.time_ms, document.first.capturer
            named = (one for key in document.event.found_by for one in by_key.get(key, ()))
            about = [replace(one, by=reporter) for one in named if one.takes(time_ms, reporter)]
            if not (about and all(_is_anybodys(one.key) for one in about)):
                yield document
            else:
                for part in about:
                    told[part].append(document)
        kept: dict[str, Reported] = {}
        wrong = {document.event.event_id for document in found if document.event.error_declaration}
        for part, listed in told.items():
            wide = 0
            for document in sorted(listed, key=partial(_telling, wrong)):
                is_few = not wide or wide + len(document.event.keys) <= MOST_NAMES_FIRST
                if is_few or (document.event.error_declaration and not self.bounded):
                    wide += len(document.event.keys)
                    kept[document.record_id] = document
                else:
                    self.left[part] = self.left.get(part, 0) + 1
        yield from kept.values()

    def anew(self) -> Known:
        """Nothing known yet, and from now on bounded."""
        return Known(self._may_declare, bounded=True)

    def ask_rest(self, of: Collection[During]) -> Gathering[list[Reported]]:
        """Of what is `left`."""
        found = yield Wanted(frozenset(), during=frozenset(of))
        for one in of:
            del self.left[one]
        return self._receive(found)

    def ask_during(self, wanted: Collection[During]) -> Gathering[list[Reported]]:
        """Of what is in `times`."""
        if self.bounded:
            found = yield from self._read_first(Wanted(frozenset()), wanted)
        else:
            found = yield Wanted(frozenset(), during=frozenset(wanted))
        for one in wanted:
            self.times[one.key] = merged((*self.times[one.key], (one.since_ms, one.until_ms)))
        return self._receive(self._narrowed(found, wanted))

    def ask_with_items(self, keys: Iterable[str], lot: str) -> Gathering[bool]:
        """The keys, and in the same read what names the items of a lot. False where that was too much to be read."""
        fresh, items = set(keys) - self.asked, items_of(lot)
        self.asked |= {*fresh, items}
        try:
            found = yield from self._read({*fresh, items})
            few = len(found) <= MOST_OF_ITEMS
        except TooMuchError:
            few = False
        asked = {*fresh, items} if few else fresh
        found = found if few else (yield from self._read(fresh))
        self._receive(self._narrowed(found, map(During, asked)))
        return few

    def settle(self) -> Gathering[list[Reported]]:
        """Ask until every event id met, and every id a declaration that counts names, has been asked for."""
        found: list[Reported] = []
        while self._unasked_ids - self.asked:
            found += yield from self.ask(())
        return found

    def judge(self) -> Iterable[Reported]:
        """All documents, for one more judgement of them. Raises TooMuchError."""
        self._judged += len(self.documents)
        if self._judged > MOST_JUDGED:
            raise TooMuchError("this is packed and unpacked too deeply to be followed; ask for something it went into")
        return self.documents.values()

    def _receive(self, documents: Iterable[Reported]) -> list[Reported]:
        """Takes what is about something asked for; an event merely seen at a site that was asked for is not."""
        new: list[Reported] = []
        touched: set[str] = set()
        for document in documents:
            known = self.documents.get(document.record_id)
            if known is None and not self._about_asked(document.event):
                continue
            touched.add(document.event.event_id)
            if known is None:
                self._index(document)
                new.append(document)
            elif document.first < known.first:
                self.documents[document.record_id] = document
                self.changes += 1
        for id_ in touched & self._declared:
            self._unasked_ids.update(*self._right_instead(id_))
        return new

    def _right_instead(self, event_id: str) -> Iterable[frozenset[str]]:
        named = (self.documents[one.record_id] for one in self._naming[event_id])
        _, counting = declarations([one for one in named if one.event.event_id == event_id], self._may_declare)
        return counting.values()

    def _about_asked(self, event: Event) -> bool:
        return any(
            role not in _ELSEWHERE and (key in self.asked or (key in self.times and self._then(key, event.time_ms)))
            for role, key in event.keys
        )

    def _then(self, key: str, time_ms: int) -> bool:
        return any(since <= time_ms < until for since, until in self.times[key])

    def _index(self, document: Reported) -> None:
        self.documents[document.record_id] = document
        self.changes += 1
        self._names += len(document.event.keys)
        self._wide[document.first.capturer] += _beyond(document)
        if len(self.documents) > MOST_EVENTS or self._names > MOST_NAMES:
            raise TooMuchError(f"more than {MOST_EVENTS:,} events or {MOST_NAMES:,} names in them tell of this")
        for key in document.event.found_by:
            self._naming[key].append(document)
        self._unasked_ids.add(document.event.event_id)
        if document.event.error_declaration is not None:
            self._declared.add(document.event.event_id)


class _Told(Protocol):
    @property
    def record_id(self) -> str: ...

    @property
    def first(self) -> First: ...


Told = TypeVar("Told", bound=_Told)


def first_of_each(named: Mapping[During, Iterable[Told]], left: Left) -> Iterator[Told]:
    """Of what there is of each of these what `Wanted.first` asks for; notes in `left` what that leaves out."""
    for part, listed in named.items():
        told = sorted(listed, key=lambda one: (one.first, one.record_id))
        if len(told) <= (CROWD if part.is_whole else CROWD_THEN):
            yield from told
            continue
        by_reporter: defaultdict[str, list[Told]] = defaultdict(list)
        for one in told:
            by_reporter[one.first.capturer].append(one)
        for reporter, theirs in by_reporter.items():
            yield from theirs[:FIRST_TOLD]
            if len(theirs) > FIRST_TOLD:
                left[replace(part, by=reporter)] = len(theirs) - FIRST_TOLD


def _telling(wrong: Collection[str], document: Reported) -> tuple[bool, int, str]:
    """The least of a reporter's documents tells best what he had to do with a thing: how it came to him."""
    return document.event.event_id in wrong, document.event.time_ms, document.record_id


def _beyond(document: Reported) -> int:
    """Names of which a report has more than an ordinary one."""
    return max(0, len(document.event.keys) - WIDE)


def _is_anybodys(key: str) -> bool:
    """Whether anybody may report under it, who read a label or a number plate; not on a plot, or of a day."""
    return "#" not in key or key.endswith(_ANYBODYS)


_ANYBODYS = (ITEMS, joined_to(""), put_in(""), emptied(""))


def _named_often(keys: Collection[str], documents: Iterable[Reported]) -> set[str]:
    wanted = frozenset(keys)
    named = Counter(name for d in documents for name in wanted.intersection(d.event.found_by))
    return {name for name, times in named.items() if times >= FEW}


Follow: TypeAlias = Callable[[Event, str], Iterator[str]]
"""The keys to which an event leads from a key it names."""


def closure(known: Known, reached: set[str], seeds: Iterable[str], follow: Follow) -> Gathering[None]:
    """Grow `reached` from the seeds by `follow` until nothing new is reached. Each (event, key) is followed once."""
    frontier = set(seeds) - reached
    reached |= frontier
    while True:
        old = {document.record_id: document for key in frontier for document in known.naming(key)}
        reused = {key for key in frontier if follow is backward and is_reused(key)}
        new = yield from known.ask(frontier - reused, few=reused)
        leads = _leads(old.values(), frontier, follow) | _leads(new, reached, follow)
        frontier = leads - reached
        reached |= frontier
        if not frontier and not new:
            return


def _leads(documents: Iterable[Reported], keys: set[str], follow: Follow) -> set[str]:
    found: set[str] = set()
    for document in documents:
        event = document.event
        for key in event.found_by:
            if key in keys:
                found.update(follow(event, key))
    return found


def backward(event: Event, key: str) -> Iterator[str]:
    """From an output to the inputs of its run, all events under its transformation id; from an item to its lot."""
    yield from event.lots_by_item.get(key, ())
    if event.type != "TransformationEvent":
        return
    if key == event.transformation:
        yield from event.input_keys
    elif key in event.output_keys:
        yield from event.input_keys
        if event.transformation:
            yield event.transformation


def onward(event: Event, key: str) -> Iterator[str]:
    """From an input to the outputs of its run; from a lot to the items of it."""
    yield from event.items_by_lot.get(key.removesuffix(ITEMS), ())
    if is_lot(key):
        yield items_of(key)
    if event.type != "TransformationEvent":
        return
    if key == event.transformation:
        yield from event.output_keys
    elif key in event.input_keys:
        yield from event.output_keys
        if event.transformation:
            yield event.transformation


def is_asset(key: str) -> bool:
    """Whether it is in use for years, by its kind of number: a truck, a bin. To see how much names it is dear."""
    return key.startswith(("https://id.gs1.org/8003/", "https://id.gs1.org/8004/")) and "#" not in key


def is_reused(key: str) -> bool:
    """Whether goods are brought in it again and again: a pallet, a bin, an asset (GS1 General Specifications 2.2, 2.3).

    What went into a run in it is what was in it then.
    """
    return "/00/" in key or is_asset(key)


def is_lot(key: str) -> bool:
    """Whether a lot's items may be named with it: it has a GTIN."""
    return "/01/" in key and "/10/" in key and "/21/" not in key and not key.endswith(ITEMS)


def inward(event: Event, key: str) -> Iterator[str]:
    """From a container to everything that was ever put into it or joined to it; from the items of a lot to each."""
    if key.endswith(ITEMS):
        yield from event.items_by_lot.get(key.removesuffix(ITEMS), ())
    if event.type in ("AggregationEvent", "AssociationEvent") and event.parent == key and event.action != "DELETE":
        yield from (item.key for item in event.children)
