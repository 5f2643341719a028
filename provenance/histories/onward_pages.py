"""Forward in pages: what became of a thing, some of it at a time, in the order in which it was made.

Kilograms flow onward in proportion, so a part of them can be followed without knowing the rest: a thing gets what each
run before it hands on, and hands on as much of that as it gave of itself. Things are taken in the order of their
making; what comes to a thing that was followed already (a clock was wrong, or things are made of each other) is
followed once more as so much in addition. So on every page, with all pages before it,

    held + lost + still ahead = kilograms of what was asked about,

wherever all of it was weighed. A page reads of its own things alone: it costs what it shows, however many there are in
all (docs/adr/0093). Readings of temperature are left out: they say nothing of where things are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import heappop, heappush

from epcis.events import items_of
from provenance.access.say import NOBODYS, Parties
from provenance.balances.breaches import breaches
from provenance.cold_chain.asking import told_readings
from provenance.graph import gaps
from provenance.graph.containers import ask_above
from provenance.graph.crowds import ask_rest, bounded, not_read
from provenance.graph.evidence import Evidence
from provenance.graph.flow import Following, holders_of, losses_of, not_arrived, unweighed_gaps
from provenance.graph.gaps import Gap
from provenance.graph.gathering import Gathering, Known, TooMuchError, closure, inward, is_lot
from provenance.graph.item_lots import asked_by
from provenance.graph.masses import Masses
from provenance.histories.history import Conflict, History, Holder, HolderState, Step
from provenance.histories.telling import conflicts_of, told
from provenance.histories.tracing import Judging, custody_of, find, parts_of
from provenance.order import order
from provenance.quantities import NOTHING, Kilograms, total
from provenance.standing import MayDeclare, nobody
from provenance.weights import NetWeight, nothing_registered

MOST_READINGS = 12
"""Times that a page goes one step further on; a long thin chain then continues on the next page."""
MOST_VISITS = 20
"""Of a thing to which more comes again and again: what goes round in a circle stays where it is then."""
MOST_THINGS = 200_000
"""What one walk remembers."""


@dataclass(frozen=True, slots=True)
class OnwardPage:
    """`history` tells of the things of this page alone; its `kilograms` are those of the whole.

    `ahead` things are known to come, with `ahead_kg` in them: together with all held and lost so far that is the whole.
    `repeated` are record ids of steps that an earlier page told.
    """

    history: History
    followed: int
    ahead: int
    ahead_kg: Kilograms
    repeated: frozenset[str]


@dataclass(slots=True)
class _Found:
    """What a page has found so far."""

    keys: set[str] = field(default_factory=set)
    steps: dict[str, Step] = field(default_factory=dict)
    holders: list[Holder] = field(default_factory=list)
    losses: list[Holder] = field(default_factory=list)
    gaps: set[Gap] = field(default_factory=set)
    conflicts: set[Conflict] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


class OnwardWalk:
    """From the first of the keys that any event names. Each `page` is a build like any other and goes on from the last;
    a walk whose page was broken off is of no more use."""

    def __init__(
        self,
        keys: Sequence[str],
        *,
        may_declare: MayDeclare = nobody,
        net_weight: NetWeight = nothing_registered,
        parties: Parties = NOBODYS,
    ) -> None:
        self.key = ""
        self._keys = keys
        self._may_declare = may_declare
        self._net_weight = net_weight
        self._parties = parties
        self._kilograms: Kilograms = None
        self._ahead: dict[str, Kilograms] = {}
        self._order: list[tuple[int, str]] = []
        self._visits: dict[str, int] = {}
        self._weighs: dict[str, Kilograms] = {}
        self._told: set[str] = set()

    @property
    def size(self) -> int:
        """Things and steps it remembers."""
        return len(self._ahead) + len(self._visits) + len(self._told)

    def page(self, most: int) -> Gathering[OnwardPage]:
        """The next `most` things, or fewer where that would take too many readings."""
        found, known = _Found(), Known(self._may_declare)
        if not self.key:
            known = yield from bounded(self._begin, known)
        for _ in range(MOST_READINGS):
            things = self._next(most - len(found.keys))
            if not things:
                break
            known, evidence = yield from bounded(partial(self._read, things), known)
            self._follow(things, known, evidence, found)
            known = Known(self._may_declare)
        repeated = frozenset(self._told & found.steps.keys())
        self._told |= found.steps.keys()
        ahead_kg = total(self._ahead.values())
        return OnwardPage(self._history(found), len(self._visits), len(self._ahead), ahead_kg, repeated)

    def _judging(self) -> Judging:
        return Judging(self._may_declare, asked_by(self._keys), self._parties)

    def _begin(self, known: Known) -> Gathering[Known]:
        """What was asked about: itself, or what is in it; and what is known by then."""
        judge = self._judging()
        key = yield from find(known, self._keys)
        yield from closure(known, set(), [key], inward)
        yield from known.ask([items_of(key)] if is_lot(key) else [])
        yield from ask_above(known, [key], judge)
        yield from ask_rest(known, judge, [key])
        evidence = judge(known)
        self.key = key
        contents = evidence.contents(self.key)
        parts = dict(parts_of(self.key, evidence, self._masses(contents, known, evidence)))
        self._kilograms = total(parts.values())
        for thing in contents | parts.keys():
            self._add(thing, parts.get(thing, NOTHING), 0)
        return known

    def _add(self, thing: str, kg: Kilograms, time_ms: int) -> None:
        """So much more comes to a thing."""
        if thing in self._visits and kg == 0:
            return
        if thing not in self._ahead:
            heappush(self._order, (time_ms, thing))
        self._ahead[thing] = total((self._ahead.get(thing, NOTHING), kg))
        if len(self._ahead) + len(self._visits) > MOST_THINGS:
            raise TooMuchError(f"more than {MOST_THINGS:,} things were made of this")

    def _next(self, most: int) -> dict[str, Kilograms]:
        """Those made first, with what comes to each."""
        things: dict[str, Kilograms] = {}
        while self._order and len(things) < most:
            thing = heappop(self._order)[1]
            things[thing] = self._ahead.pop(thing)
            self._visits[thing] = self._visits.get(thing, 0) + 1
        return things

    def _read(self, things: Collection[str], known: Known) -> Gathering[tuple[Known, Evidence]]:
        return known, (yield from _read(known, things, self._judging()))

    def _follow(self, things: Mapping[str, Kilograms], known: Known, evidence: Evidence, found: _Found) -> None:
        masses = self._masses(things.keys(), known, evidence)
        start = dict(things)
        # What comes round to it again is not all of it once more, though nobody knows how much it is.
        asked = self.key if self._visits.get(self.key) == 1 else ""
        following = Following(asked, start, evidence, masses, custody_of(evidence, masses))
        for thing in (thing for members in masses.order for thing in members if thing in things):
            start[thing] = total((start[thing], following.received(thing)))
            following.follow(thing)
        for made, time_ms in _products(things, evidence).items():
            if made in things:
                continue
            if self._visits.get(made, 0) < MOST_VISITS:
                self._remember(made, evidence, masses)
                self._add(made, following.received(made), time_ms)
            else:
                found.gaps.add(gaps.cycle((made,), (d.event.event_id for d in evidence.naming.get(made, ()))))
        following.close()
        _keep(things.keys(), evidence, masses, following, found)
        found.gaps |= {*map(gaps.not_followed, known.cut), *not_read(known, things)}
        found.asked |= known.met

    def _remember(self, made: str, evidence: Evidence, masses: Masses) -> None:
        """What it weighs by what it was made of, which its own page does not read."""
        if made not in self._weighs:
            self._weighs[made] = total(masses.made(run).get(made) for run in evidence.runs.making(made))

    def _masses(self, things: Collection[str], known: Known, evidence: Evidence) -> Masses:
        events = {document.event.event_id for document in evidence.in_force}
        told_of = {*things, *((known.met & evidence.naming.keys()) - events)}
        return _Remembering(self._weighs, told_of, evidence, self._net_weight)

    def _history(self, found: _Found) -> History:
        return History(
            key=self.key,
            direction="forward",
            keys=frozenset(found.keys),
            steps=tuple(sorted(found.steps.values(), key=lambda step: order(step.document))),
            holders=_by_place(found.holders),
            gaps=tuple(sorted(found.gaps)),
            conflicts=tuple(sorted(found.conflicts, key=lambda conflict: conflict.event_id)),
            kilograms=self._kilograms,
            lost_kg=total(loss.kilograms for loss in found.losses),
            losses=_by_place(found.losses),
            depends_on=frozenset(found.asked),
        )


class _Remembering(Masses):
    """A thing that its own documents do not weigh weighs what the page before said that came out for it; what went
    into runs beside `things` was weighed there."""

    def __init__(
        self, weighs: Mapping[str, Kilograms], things: AbstractSet[str], evidence: Evidence, net_weight: NetWeight
    ) -> None:
        self._weighs = weighs
        self._things = things
        super().__init__(things, runs=evidence.runs, naming=evidence.naming, net_weight=net_weight)

    def _sources(self, thing: str) -> Iterable[str]:
        return (source for source in super()._sources(thing) if source in self._things)

    def _inflow(self, thing: str) -> Kilograms:
        found = super()._inflow(thing)
        return self._weighs.get(thing) if found is None else found


def _read(known: Known, things: Collection[str], judge: Judging) -> Gathering[Evidence]:
    """All that tells where the things are and which runs used them: not what these made."""
    yield from known.ask([*things, *(items_of(thing) for thing in things if is_lot(thing))])
    yield from known.ask(_runs_named(known, things))
    yield from ask_above(known, things, judge)
    yield from known.ask(_unweighed_beside(judge(known), things))
    yield from ask_above(known, things, judge)
    yield from ask_rest(known, judge, things)
    yield from known.ask(told_readings(judge(known), things))
    return judge(known)


def _runs_named(known: Known, things: Collection[str]) -> Iterator[str]:
    named = (document.event.transformation for thing in things for document in known.naming(thing))
    return filter(None, named)


def _unweighed_beside(evidence: Evidence, things: Collection[str]) -> Iterator[str]:
    """What went into a run beside the things, or came out of it, and was not weighed there."""
    runs = (run for thing in things for run in (*evidence.runs.using(thing), *evidence.runs.making(thing)))
    for run in {run.id: run for run in runs}.values():
        yield from (item.key for item in run.inputs if item.quantity is None)
        yield from (item.key for item in run.outputs if item.quantity is None and item.of_class)
        yield from filter(None, (document.event.transformation for document in run.documents))


def _products(things: Collection[str], evidence: Evidence) -> dict[str, int]:
    """What was made of the things, and when."""
    made: dict[str, int] = {}
    for thing in things:
        for run in evidence.runs.using(thing):
            for item in run.outputs:
                if item.key != thing:
                    made[item.key] = max(made.get(item.key, 0), run.time_ms)
    return made


def _keep(things: AbstractSet[str], evidence: Evidence, masses: Masses, following: Following, found: _Found) -> None:
    found.keys |= set(things)
    for step in told(evidence, things, things):
        known = found.steps.get(step.document.record_id, step)
        not_only = step.carried and not known.carried
        found.steps[step.document.record_id] = replace(step, carried=False) if not_only else step
    found.holders += holders_of(following.held, evidence)
    found.losses += losses_of(following.lost)
    found.gaps |= {gap for thing in things for gap in unweighed_gaps(thing, evidence, masses)}
    found.gaps |= {*not_arrived(following.held, evidence), *breaches(things, evidence, masses)}
    found.conflicts |= set(conflicts_of(evidence))


def _by_place(held: Iterable[Holder]) -> tuple[Holder, ...]:
    """One for each site, party and state."""
    grouped: dict[tuple[str, str, HolderState], list[Holder]] = {}
    for one in held:
        grouped.setdefault((one.site, one.party, one.state), []).append(one)
    return tuple(_together(*place, listed) for place, listed in sorted(grouped.items()))


def _together(site: str, party: str, state: HolderState, listed: Sequence[Holder]) -> Holder:
    keys = sorted({key for one in listed for key in one.keys})
    return Holder(site, party, total(one.kilograms for one in listed), tuple(keys), state)
