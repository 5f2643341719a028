"""The account of a lot at each site it was at: what was made or received there, and what left, was used or was lost.

Containers carry what was in them at that time. A stock-take says what is there: less than should be was lost, and the
next account begins with what was counted. A site of which nobody says that any of the lot came there has no account:
what is used there is in the balance of the lot.

Some goods are reported twice on their way in or out (arriving and receiving, shipping and departing): of such steps the
one that says most counts. What is stored where as much is left already is the same goods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from epcis.events import Event, Item
from provenance.access.acting import with_whole
from provenance.balances.away import Away
from provenance.balances.balance import NONE, Balance
from provenance.graph.containment import Stay
from provenance.graph.effects import Effect, effect
from provenance.graph.evidence import Evidence
from provenance.graph.masses import Masses
from provenance.graph.runs import Run
from provenance.graph.shipments import may_be_twice
from provenance.graph.whereabouts import above, origin, place
from provenance.order import between, order
from provenance.quantities import Kilograms, known, total
from provenance.standing import Reported

Way = Literal["in", "back", "arrived", "stored", "out", "left", "lost", "counted"]
_SALE = "sale"
_WAYS: Mapping[Effect, Way] = {
    "used": "out",
    "sold": "out",
    "lost": "lost",
    "unsent": "back",
    "returned": "back",
    "received": "arrived",
    "stored": "stored",
    "counted": "counted",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a report says of the lot at a site. `step` tells apart what may be the same goods told twice."""

    document: Reported
    site: str
    way: Way
    kilograms: Kilograms
    step: str = ""


@dataclass(slots=True)
class _Account:
    site: str
    since_ms: int = 0
    begins_with: Fraction = NONE
    begun: bool = False
    is_known: bool = True
    sums: defaultdict[Way, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    told_twice: defaultdict[tuple[Way, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    event_ids: set[str] = field(default_factory=set)
    sent: list[_Entry] = field(default_factory=list)
    sent_again: defaultdict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def add(self, entry: _Entry) -> None:
        kg = entry.kilograms
        coming = entry.way in ("in", "back", "arrived", "stored")
        if entry.way == "stored" and self.begun and kg is not None and kg <= self.left:
            return
        self.begun |= coming
        self.is_known &= not (coming and kg is None)
        self.event_ids.add(entry.document.event.event_id)
        if entry.way == "left" and kg:
            event = entry.document.event
            if any(one.kilograms == kg and may_be_twice(one.document.event, event) for one in self.sent):
                self.sent_again[entry.step] += kg
            self.sent.append(entry)
        if entry.way in ("arrived", "left"):
            self.told_twice[entry.way, entry.step] += kg or 0
        else:
            self.sums[entry.way] += kg or 0

    def _most(self, way: Way) -> Fraction:
        return max((kg for (told, _), kg in self.told_twice.items() if told == way), default=NONE)

    @property
    def there(self) -> Fraction:
        return self.begins_with + self.sums["in"] + self.sums["back"] + self.sums["stored"] + self._most("arrived")

    @property
    def went(self) -> Fraction:
        return self.sums["out"] + self._most("left")

    @property
    def left(self) -> Fraction:
        return max(self.there - self.went - self.sums["lost"], NONE)

    @property
    def shipped(self) -> bool:
        return bool(self._most("left"))

    @property
    def twice(self) -> Fraction:
        """What may be told twice of what left, in the step that says most."""
        left = {step: kg for (told, step), kg in self.told_twice.items() if told == "left"}
        return self.sent_again[max(left, key=lambda step: (left[step], step))] if left else NONE

    def balance(self, lot: str, counted: Fraction | None = None) -> Balance:
        shrunk = NONE if counted is None or not self.is_known else max(self.left - counted, NONE)
        return Balance(
            kind="site",
            key=lot,
            site=self.site,
            since_ms=self.since_ms,
            there_kg=self.there if self.is_known else None,
            weighed_kg=self.there,
            went_kg=self.went,
            twice_kg=self.twice,
            lost_kg=self.sums["lost"] + shrunk,
            counted_kg=counted,
            event_ids=tuple(sorted(self.event_ids)),
            product=lot,
        )


class SiteAccounts:
    """Of a set of events in force; where each container went is looked for once, however often it was loaded."""

    def __init__(self, evidence: Evidence, masses: Masses) -> None:
        self._evidence = evidence
        self._masses = masses
        self._trips: dict[str, list[Reported]] = {}

    def of(self, lot: str) -> Iterator[Balance]:
        """None of a lot that stayed where it was made and was never counted: its own balance says all."""
        if not self._moved(lot):
            return
        accounts: dict[str, _Account] = {}
        closed: list[Balance] = []
        for entry in _as_much_as_was_away(sorted(self._entries(lot), key=lambda one: order(one.document))):
            account = accounts.setdefault(entry.site, _Account(entry.site))
            if entry.way != "counted":
                account.add(entry)
            elif entry.kilograms is not None:
                account.event_ids.add(entry.document.event.event_id)
                if account.begun:
                    closed.append(account.balance(lot, entry.kilograms))
                counted_ms = entry.document.event.time_ms
                accounts[entry.site] = _Account(entry.site, counted_ms, entry.kilograms, begun=True)
        begun = [account for account in accounts.values() if account.begun]
        if closed or len(begun) > 1 or any(account.shipped for account in begun):
            yield from closed
            yield from (account.balance(lot) for account in begun)

    def _moved(self, lot: str) -> bool:
        """Whether anything was told of it but how it was made and used; the quick answer for most lots."""
        if self._evidence.containment.stays(lot):
            return True
        named = (document.event for document in self._evidence.naming.get(lot, ()))
        return any(event.type == "ObjectEvent" and not event.commissions for event in named)

    def _entries(self, lot: str) -> Iterator[_Entry]:
        evidence, masses = self._evidence, self._masses
        yield from _beginnings(lot, evidence, masses)
        for run in evidence.runs.using(lot):
            yield from _use(lot, run, masses)
        for document in evidence.naming.get(lot, ()):
            event = document.event
            if event.type == "ObjectEvent" and lot in event.object_keys and not event.commissions:
                yield from _seen(document, total(map(masses.weight, event.items_by_key[lot])))
        aside = evidence.strangers.aside(lot)
        for bottom, container, since, until in above(lot, evidence.containment):
            for document in between(self._trips_of(container), since, until):
                if lot not in document.event.items_by_key and document.record_id not in aside:
                    yield from _seen(document, _held(lot, bottom, document.event, masses))

    def _trips_of(self, container: str) -> list[Reported]:
        """What is about the container as a whole."""
        if container not in self._trips:
            named = self._evidence.naming.get(container, ())
            self._trips[container] = [
                d for d in named if d.event.type == "ObjectEvent" and container in d.event.object_keys
            ]
        return self._trips[container]


def _as_much_as_was_away(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """What comes back counts up to what was sold or sent before; where that was not weighed, nobody knows how much."""
    away = Away()
    for entry in entries:
        kg = entry.kilograms
        if entry.way == "left":
            away.sent(entry.site, entry.step, kg)
        elif entry.step == _SALE:
            away.sold(kg)
        elif entry.way == "back" and kg is not None:
            counts = away.comes_back(kg)
            yield replace(entry, kilograms=counts if away.is_known or counts == kg else None)
            continue
        yield entry


def _beginnings(lot: str, evidence: Evidence, masses: Masses) -> Iterator[_Entry]:
    for run in evidence.runs.making(lot):
        said = total(masses.weight(item) for item in run.outputs if item.key == lot)
        kg = masses.made(run).get(lot) if said is None else said
        naming = [document for document in run.documents if lot in document.event.output_keys]
        yield from _at((naming or run.documents)[0], "in", kg)
    by_id = {document.event.event_id: document for document in evidence.naming.get(lot, ())}
    for event, kg in masses.begun(lot):
        if event.event_id in by_id:
            yield from _at(by_id[event.event_id], "in", kg)


def _use(lot: str, run: Run, masses: Masses) -> Iterator[_Entry]:
    """As much as was said; what is only inferred to have been used up may have left the site before."""
    if run.open_ended:
        return
    items = run.outputs if run.serialising else run.inputs_by_key[lot]
    naming = [document for document in run.documents if lot in document.event.items_by_key]
    yield from _at((naming or run.documents)[-1], "out", known(map(masses.weight, items)))


def _held(lot: str, bottom: Stay, event: Event, masses: Masses) -> Kilograms:
    if not bottom.of_class:
        return None
    return total(masses.weight(Item(lot, amount, uom, True)) for uom, amount in bottom.seen_at(event.time_ms).items())


def _seen(document: Reported, kg: Kilograms) -> Iterator[_Entry]:
    """What happened to so much of it."""
    event, done = document.event, effect(document.event)
    step = _SALE if done == "sold" else event.biz_step or ""
    if done == "sent":
        here = origin(event)
        if here:
            yield _Entry(document, _whole(here.id), "left", kg, step)
    elif done:
        yield from _at(document, _WAYS[done], kg, step)


def _at(document: Reported, way: Way, kg: Kilograms, step: str = "") -> Iterator[_Entry]:
    spot = place(document.event)
    if spot is not None and spot.id:
        yield _Entry(document, _whole(spot.id), way, kg, step)


def _whole(site: str) -> str:
    """A dock is a part of its house."""
    return with_whole(site)[-1]
