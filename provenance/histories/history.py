"""The history of a thing: every step from the harvests to the holders, with quantities, shares and what is not known.

`trace_back` and `trace_forward` are generators without I/O: they yield `Wanted` keys, are sent the documents that name
any of them, and return a `History`. It is a pure function of the set of documents: any order, any repeats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeVar

from epcis.events import Event
from provenance.balances.balance import Balance
from provenance.certificates.states import Certificate
from provenance.cold_chain.hearing import Measurers
from provenance.cold_chain.stays import ColdStay
from provenance.graph.gaps import Gap
from provenance.graph.gathering import FEW, During, Gathering, Wanted, first_of_each
from provenance.graph.shipments import Shipment
from provenance.quality.applied import Applied
from provenance.standing import Reported, State

T = TypeVar("T")

Direction = Literal["back", "forward"]
HolderState = Literal["there", "returned", "sold", "on_the_way", "lost"]


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the history. `carried` where it names only a container the goods were in at that time.

    `stranger` where who reports it had nothing to do with the goods, and `disputed` where somebody who had calls it
    wrong and may not take it back. `declared_by` are those who declared it wrong, where that counts. Where it does not
    count, `counting` are the reports that do now; `counts_again` where it was corrected, and what was to replace it was
    taken back.
    """

    document: Reported
    kind: str
    carried: bool
    standing: State
    related_event_ids: tuple[str, ...] = ()
    declared_by: frozenset[str] = frozenset()
    counting: tuple[str, ...] = ()
    stranger: bool = False
    disputed: bool = False

    @property
    def counts_again(self) -> bool:
        return self.in_force and bool(self.declared_by)

    @property
    def event(self) -> Event:
        return self.document.event

    @property
    def event_id(self) -> str:
        return self.event.event_id

    @property
    def in_force(self) -> bool:
        """Whether it counts for the goods: not that of a `stranger`, who had nothing to do with them."""
        return self.standing in ("in_force", "disputed") and not self.stranger

    @property
    def is_void(self) -> bool:
        """Whether it was taken back or corrected, by somebody who had to do with the goods."""
        return self.standing in ("void", "corrected") and not self.stranger


@dataclass(frozen=True, slots=True)
class Pick:
    """One event in force that brought fruit into a harvest lot: how much, from which plot, whose."""

    event: Event
    kilograms: Fraction | None

    @property
    def plot(self) -> str:
        return self.event.read_point or ""

    @property
    def grower(self) -> str:
        ends = dict(reversed(self.event.sources))
        return ends.get("owning_party") or ends.get("possessing_party") or ""


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the mass that came from one harvest lot. Grower and plot are those of its first pick."""

    lot: str
    fraction: Fraction
    kilograms: Fraction | None
    grower: str
    plot: str
    picks: tuple[Pick, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Kilograms of the thing at a site or with a party, None where unknown, of which keys, and in which state.

    `on_the_way` to it where not yet received; `returned` where the last that was reported of it is its return.
    """

    site: str
    party: str
    kilograms: Fraction | None
    keys: tuple[str, ...]
    state: HolderState = "there"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several contents under one event id, none of them declared wrong."""

    event_id: str
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """`key` is the thing, `keys` all whose events are told: it, what was in it, what it was made of or became.

    `holders` are of a forward history: back does not read where all of a thing went, so it cannot say who has it.
    `losses` say where `lost_kg` of a forward history went: destroyed at a site, or sorted out there.

    `made_of` gives the sources of each thing that was made of others, consumed containers opened; of a container, its
    contents. `mixture` says how much of its mass each is, "" standing for what comes of no other thing. `applied` is
    what was used on the plots it was picked on. `balances` are of back histories, and `cold`: where it was from when to
    when; `measurers`: by asset, who had to do with what was there. `lot_of` says of serialised items which lot they are
    of.

    `depends_on` is every key that was asked for: news of any other cannot change this history.
    """

    key: str
    direction: Direction
    keys: frozenset[str]
    steps: tuple[Step, ...]
    shares: tuple[Share, ...] = ()
    holders: tuple[Holder, ...] = ()
    gaps: tuple[Gap, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kilograms: Fraction | None = None
    lost_kg: Fraction | None = None
    losses: tuple[Holder, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    made_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    mixture: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    lot_of: Mapping[str, str] = field(default_factory=dict)
    applied: tuple[Applied, ...] = ()
    balances: tuple[Balance, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    cold: tuple[ColdStay, ...] = ()
    measurers: Measurers = field(default_factory=dict)
    depends_on: frozenset[str] = frozenset()

    @property
    def events(self) -> tuple[str, ...]:
        """Ids of the events that name one of `keys`, in any role."""
        return tuple(step.event_id for step in self.steps if not step.carried)

    @property
    def carried(self) -> tuple[str, ...]:
        """Ids of the events that name only a container it was in at that time."""
        return tuple(step.event_id for step in self.steps if step.carried)


def build_from(reported: Iterable[Reported], building: Gathering[T]) -> T:
    """Drive a generator over documents in memory: what tests and small tools do instead of reading a store."""
    return drive(building, reading(reported))


def came_from(start: Iterable[str], made_of: Mapping[str, frozenset[str]], but: Collection[str] = ()) -> set[str]:
    """These and all they were made of, in any number of steps; without what is in `but`, and what lies behind that."""
    left = [key for key in start if key not in but]
    reached = set(left)
    while left:
        for source in made_of.get(left.pop(), ()):
            if source not in reached and source not in but:
                reached.add(source)
                left.append(source)
    return reached


def reading(reported: Iterable[Reported]) -> Callable[[Wanted], Sequence[Reported]]:
    """Reads documents in memory as a store does: each is there once, first recorded, and no more than is asked for."""
    once: dict[str, Reported] = {}
    for document in reported:
        known = once.get(document.record_id)
        once[document.record_id] = document if known is None or document.first < known.first else known
    by_key: defaultdict[str, list[Reported]] = defaultdict(list)
    for document in once.values():
        for key in document.event.found_by:
            by_key[key].append(document)

    def then(one: During) -> list[Reported]:
        return [d for d in by_key.get(one.key, ()) if one.takes(d.event.time_ms, d.first.capturer)]

    def read(wanted: Wanted) -> list[Reported]:
        found = [d for key in wanted.keys for d in by_key.get(key, ())]
        found += (d for key in wanted.few for d in by_key.get(key, ())[:FEW])
        found += first_of_each({one: then(one) for one in wanted.first}, wanted.left)
        return found + [document for one in wanted.during for document in then(one)]

    return read


def drive(building: Gathering[T], read: Callable[[Wanted], Sequence[Reported]]) -> T:
    """Run a generator to its end with a function that reads."""
    try:
        wanted = next(building)
        while True:
            wanted = building.send(read(wanted))
    except StopIteration as end:
        found: T = end.value
        return found
