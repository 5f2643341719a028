"""Which tests of a thing and of what it was made of count: what blocks it, and how much of its mass is vouched for.

A failing test blocks whatever was made of the goods, until another accredited laboratory tests a sealed sample of them
or of what was made of them again, says why and in which report, and finds right what was found wrong: testing until it
passes is not a way out, and neither is calling it a rapid test, or taking the report back without another that says
what the value of that sample was. What a laboratory or an official finds wrong with one box is found wrong with its
lot. A passing test reaches as far as its goods went: the rest of a mixture is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from provenance.access.declaring import DECLARING_KINDS
from provenance.histories.history import History, came_from
from provenance.quality.conformity import Conformity, conformity
from provenance.quality.inspections import BINDING, Inspection, Kind, inspections, samplings, taken_back
from provenance.registry.known_parties import kind_of
from provenance.registry.records import ProductionStandard, Registry
from provenance.weights import gtin_of

Lack = Literal["same_laboratory", "not_accredited", "not_signed", "no_reason", "not_measured", "no_sample", "no_report"]
"""Why a later passing test does not lift a failing one."""

_OFFICIALS = DECLARING_KINDS | {"regulator"}
_BINDING_TRADES = _OFFICIALS | {"laboratory"}
_BY_SIGNER: Mapping[str, Kind] = {"inspector": "official", "regulator": "official", "laboratory": "laboratory"}
ACCREDITED_FOR = "laboratory"
"""The scheme under which a laboratory's accreditation is registered."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """A failing test that nothing lifts, and the later passing ones that do not, each with why; `taken_back` where
    whoever reported it says it was wrong, which lifts nothing by itself."""

    failing: Conformity
    in_vain: tuple[tuple[Conformity, Lack], ...]
    taken_back: bool = False


class Tests:
    """Every inspection of the goods and of what they were made of, judged by the standard of its own day."""

    def __init__(self, history: History, registry: Registry) -> None:
        self._history, self._registry = history, registry
        self.all = tuple(self._judged(one) for one in inspections(history.steps))
        self._samplings = samplings(history.steps)
        self._withdrawn = list(self._withdrawn_failing())
        failing = [*(one for one in self.all if one.verdict is False), *self._withdrawn]
        self._failing = sorted(failing, key=lambda one: one.inspection.time_ms)
        self._failed_at = {one.inspection.tester for one in self._failing}
        self._reaches: dict[frozenset[str], frozenset[str]] = {}

    def kind(self, of: Inspection) -> Kind:
        """As it says, else as whoever signed it does by trade."""
        return of.kind or _BY_SIGNER.get(self._kind_of(of.by, of.on), "self")

    def counts_as(self, of: Inspection) -> Kind:
        """Its kind where its signer may vouch for one of that kind, else no more than a check of one's own.

        What a laboratory found is signed by the laboratory, or by an official who names it.
        """
        kind = self.kind(of)
        official = self._kind_of(of.by, of.on) in _OFFICIALS
        if kind == "official":
            return kind if official else "self"
        if kind == "laboratory":
            signed = of.by == of.tester or official
            return kind if signed and self.accredited(of.tester, of.on) else "self"
        return kind

    def binds(self, of: Inspection) -> bool:
        """Whether what it finds wrong stays wrong until another laboratory finds otherwise: by whose finding it is, and
        not by what it is called."""
        return self._is_binding(of.by, of.on) or self._is_binding(of.tester, of.on)

    def _is_binding(self, party: str, on: date) -> bool:
        return self._kind_of(party, on) in _BINDING_TRADES or self.accredited(party, on)

    def accredited(self, party: str, on: date) -> bool:
        return any(ACCREDITED_FOR in held.schemes for held in self._registry.accreditations(party, on))

    def blocking(self) -> tuple[Blocking, ...]:
        """Failing tests that reach the goods, in order."""
        found = []
        for failing in self._failing:
            lacks = self._after(failing)
            lifted = frozenset(thing for one, lack in lacks if lack is None for thing in one.inspection.things)
            if self._tainted(failing.inspection) & self._reached(lifted):
                in_vain = tuple((one, lack) for one, lack in lacks if lack is not None)
                found.append(Blocking(failing, in_vain, failing in self._withdrawn))
        return tuple(found)

    def superseded(self) -> tuple[tuple[Conformity, tuple[Conformity, ...]], ...]:
        """Failing tests that block no more, each with the later ones that lifted it, in order."""
        blocking = {id(one.failing) for one in self.blocking()}
        over = (one for one in self._failing if id(one) not in blocking)
        lifted = ((one, tuple(later for later, lack in self._after(one) if lack is None)) for one in over)
        return tuple((failing, by) for failing, by in lifted if by)

    def _after(self, failing: Conformity) -> list[tuple[Conformity, Lack | None]]:
        """The later passing tests, each with why it does not lift this one."""
        later = [one for one in self.all if one.verdict and one.inspection.time_ms > failing.inspection.time_ms]
        return [(one, self._lack(one, failing)) for one in later]

    def _tainted(self, of: Inspection) -> frozenset[str]:
        """The goods it names; of a box, its lot too, where the finding binds: a box is what a lot is sampled by."""
        if not self.binds(of):
            return of.things
        return of.things | of.lots | self._lots(of.things)

    def _lots(self, things: Iterable[str]) -> set[str]:
        lot_of = self._history.lot_of
        return {lot_of[thing] for thing in things if thing in lot_of}

    def covered(self, counts: Callable[[Conformity], bool]) -> Fraction:
        """The fraction of the mass, as far as it was weighed, that passing tests vouch for."""
        return _covered(self._history.key, self._vouched(counts), self._history.mixture)

    def unweighed(self, counts: Callable[[Conformity], bool]) -> tuple[str, ...]:
        """What went in without being weighed and has no passing test: part of no fraction, and there all the same."""
        history, vouched = self._history, self._vouched(counts)
        reached = came_from([history.key], history.made_of, vouched)
        left_out = {
            source
            for thing in reached
            for source in history.made_of.get(thing, frozenset()) - history.mixture.get(thing, {}).keys() - {thing}
        }
        return tuple(sorted(one for one in left_out if _covered(one, vouched, history.mixture) < 1))

    def _vouched(self, counts: Callable[[Conformity], bool]) -> set[str]:
        good = {thing for one in self.all if one.verdict and counts(one) for thing in one.inspection.things}
        return good | {item for item, lot in self._history.lot_of.items() if lot in good}

    def _judged(self, one: Inspection) -> Conformity:
        may_override = self._kind_of(one.by, one.on) in DECLARING_KINDS
        return conformity(one, self._standard(one), may_override=may_override)

    def _withdrawn_failing(self) -> Iterator[Conformity]:
        """Binding failures that nobody but their reporter declared wrong. Where he says how it was instead, and
        measured what failed, that is judged in their place."""
        by_id = {one.inspection.event_id: one for one in self.all}
        for inspection, step in taken_back(self._history.steps):
            failing = self._judged(inspection)
            instead = [by_id[id_] for id_ in step.related_event_ids if id_ in by_id]
            binding = failing.verdict is False and self.binds(inspection)
            others = step.declared_by - {inspection.by}
            official = others or self._kind_of(inspection.by, inspection.on) in DECLARING_KINDS
            if binding and not official and not any(_replaces(one, failing) for one in instead):
                yield failing

    def _standard(self, one: Inspection) -> ProductionStandard | None:
        """Of the day, for the product inspected; for that asked for where what was inspected is of none."""
        registry = self._registry
        gtins = (*(gtin_of(thing) for thing in sorted(one.things)), gtin_of(self._history.key))
        products = (registry.product(gtin, one.on) for gtin in gtins if gtin)
        ids = (product.production_standard for product in products if product)
        return next(filter(None, (registry.production_standard(id_, one.on) for id_ in ids if id_)), None)

    def _lack(self, later: Conformity, failing: Conformity) -> Lack | None:
        """None where it lifts the failing one. A check that binds nobody is lifted by any official or laboratory's."""
        one = later.inspection
        if failing.named("outside") - later.named("within"):
            return "not_measured"
        if not self.binds(failing.inspection):
            return None if self.counts_as(one) in BINDING else "not_accredited"
        if one.tester in self._failed_at:
            return "same_laboratory"
        if not self.accredited(one.tester, one.on):
            return "not_accredited"
        if self.counts_as(one) not in BINDING:
            return "not_signed"
        if not one.reason:
            return "no_reason"
        if not self._sampled(one):
            return "no_sample"
        return None if one.report_number else "no_report"

    def _sampled(self, one: Inspection) -> bool:
        """Whether its sample was taken of its lot before it, and sealed, by an official or a laboratory: who made the
        goods could choose what is tested."""
        lots = one.things | self._lots(one.things)
        return any(
            taken.lots & lots and taken.event.time_ms <= one.time_ms and self._is_binding(taken.by, taken.on)
            for taken in self._samplings.get(one.sample, ())
        )

    def _reached(self, lifted: frozenset[str]) -> frozenset[str]:
        """What the goods were made of, not going past what was tested again; what they consist of; and their lots."""
        if lifted not in self._reaches:
            history = self._history
            contents = history.keys - came_from([history.key], history.made_of)
            reached = came_from([history.key, *contents], history.made_of, lifted)
            self._reaches[lifted] = frozenset(reached | self._lots(reached) - lifted)
        return self._reaches[lifted]

    def _kind_of(self, party: str, on: date) -> str:
        return kind_of(self._registry, party, on)


def _replaces(one: Conformity, failing: Conformity) -> bool:
    """Whether it tells of the same test as it was: of the same goods and tester, of the same sample or moment, and
    with a value, to a verdict, of what was found wrong. A later test is another test, and lifts as one."""
    then, now = failing.inspection, one.inspection
    same_test = then.time_ms == now.time_ms or bool(then.sample and then.sample == now.sample)
    same_goods = then.things <= now.things and then.tester == now.tester
    measured = one.named("within") | one.named("outside")
    return same_test and same_goods and one.verdict is not None and failing.named("outside") <= measured


def _covered(key: str, vouched: Collection[str], mixture: Mapping[str, Mapping[str, Fraction]]) -> Fraction:
    """Sources first; what was made of each other counts as not vouched for."""
    known: dict[str, Fraction] = {}
    left, begun = [key], set[str]()
    while left:
        thing = left[-1]
        parts = {} if thing in vouched else mixture.get(thing, {})
        waiting = [source for source in parts if source and source not in known and source not in begun]
        begun.add(thing)
        if waiting:
            left += waiting
            continue
        left.pop()
        through = sum((share * known.get(source, Fraction(0)) for source, share in parts.items()), Fraction(0))
        known[thing] = Fraction(1) if thing in vouched else through
    return known[key]
