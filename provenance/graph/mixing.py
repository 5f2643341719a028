"""Origin shares: proportional mixing, walked back from a thing to every harvest lot in it.

Each thing is a mixture of its sources by kilograms. Shares are exact fractions that sum to one over the mass that is
known; what came in besides, unweighed, is named in a gap. Where nothing is weighed, all are taken as equal and a gap
says so (ADR 0031). Lots that were made of each other are one mixture (ADR 0032).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from provenance.graph import gaps
from provenance.graph.gaps import Gap
from provenance.graph.masses import Masses
from provenance.graph.runs import Run, Runs
from provenance.quantities import NOTHING, Kilograms, in_common, summed, total
from provenance.rounding import near, whole
from provenance.standing import Reported

WHOLE = Fraction(1)
OWN = ""
"""The source that is no other thing: what was picked into a lot, or nobody knows whence."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Fractions by source; they sum to one. `unweighed` are sources of which nobody said how much."""

    sources: Mapping[str, Fraction]
    unweighed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origins:
    """Fractions of a thing by harvest lot, what was lost on the way to it, and what is not known of this.

    `sources` are the fractions of each thing on the way by what it was made of; those of the parts under "".
    """

    shares: Mapping[str, Fraction]
    lost_kg: Kilograms
    gaps: tuple[Gap, ...]
    sources: Mapping[str, Mapping[str, Fraction]]


def proportions(parts: Iterable[tuple[str, Kilograms]]) -> Mixture:
    """Over the known mass; all equal where none is known. A part named twice counts with its sum."""
    summed: dict[str, Kilograms] = {}
    for name, kg in parts:
        summed[name] = total((summed[name], kg)) if name in summed else kg
    unknown = tuple(name for name, kg in summed.items() if kg is None)
    known = {name: kg for name, kg in summed.items() if kg}
    if known:
        masses, _ = in_common(list(known.values()))
        whole = sum(masses)
        return Mixture({name: Fraction(kg, whole) for name, kg in zip(known, masses, strict=True)}, unknown)
    alone = len(summed) == 1
    return Mixture({name: Fraction(1, len(summed)) for name in summed}, () if alone else unknown)


def _counted(run: Run, keys: Sequence[str]) -> Mixture:
    """Of things nobody weighed: by their amounts, where all are told in one unit; else equal."""
    items = [item for key in keys for item in run.inputs_by_key[key]]
    comparable = len({item.uom for item in items}) == 1 and all(item.of_class and item.quantity for item in items)
    amounts = [(item.key, Fraction(item.quantity) if comparable and item.quantity else None) for item in items]
    return Mixture(proportions(amounts).sources, tuple(keys) if len(keys) > 1 else ())


class Mixing:
    """Walks the graph of things and runs from what was made to what it was made of."""

    def __init__(self, runs: Runs, masses: Masses, naming: Mapping[str, Sequence[Reported]]) -> None:
        self._runs = runs
        self._masses = masses
        self._naming = naming

    def origins(self, parts: Iterable[tuple[str, Kilograms]]) -> Origins:
        """Shares by harvest lot of a thing, or of the contents of a container (key, kilograms)."""
        start = list(parts)
        top = proportions(start)
        left: defaultdict[str, Fraction] = defaultdict(Fraction, top.sources)
        needed: dict[str, Kilograms] = dict(start)
        found = [gaps.unweighed(key, self._ids(key)) for key in top.unweighed]
        shares: defaultdict[str, Fraction] = defaultdict(Fraction)
        sources: dict[str, Mapping[str, Fraction]] = {OWN: top.sources}
        lost: Kilograms = NOTHING
        for members in reversed(self._masses.order):
            weight = near(summed([left.pop(thing, NOTHING) for thing in members]))
            if not weight:
                continue
            mixture = self.mixture(members)
            found += self._gaps(members, mixture)
            sources |= dict.fromkeys(members, mixture.sources)
            for source, share in mixture.sources.items():
                (left if source else shares)[source or members[0]] += weight * share
            lost = near(total((lost, self._lost(members, needed))))
        return Origins(whole(dict(sorted(shares.items()))), lost, tuple(sorted(set(found))), sources)

    def mixture(self, members: tuple[str, ...]) -> Mixture:
        """What a thing, or a circle of things made of each other, was mixed from."""
        if len(members) > 1:
            return self._circle(members)
        thing = members[0]
        parts = {run.id if run else OWN: (run, kg) for run, kg in self._masses.parts(thing)}
        if len(parts) == 1:
            [(run, _)] = parts.values()
            return self._inputs(run, members)
        outer = proportions((name, kg) for name, (_, kg) in parts.items())
        sources: defaultdict[str, Fraction] = defaultdict(Fraction)
        unweighed: list[str] = []
        for name, (run, _) in parts.items():
            inner = self._inputs(run, members)
            unweighed += inner.sources if name in outer.unweighed else inner.unweighed
            for source, share in inner.sources.items():
                sources[source] += outer.sources.get(name, NOTHING) * share
        known = {source: share for source, share in sources.items() if share}
        return Mixture(known or {OWN: WHOLE}, tuple(dict.fromkeys(source or thing for source in unweighed)))

    def _inputs(self, run: Run | None, members: tuple[str, ...]) -> Mixture:
        outside = [(k, kg) for k, kg in self._masses.used(run).items() if k not in members] if run else []
        if run and outside and all(kg is None for _, kg in outside):
            return _counted(run, [key for key, _ in outside])
        return proportions(outside) if outside else Mixture({OWN: WHOLE})

    def _circle(self, members: tuple[str, ...]) -> Mixture:
        runs = {run.id: run for thing in members for run in self._runs.making(thing)}
        came_in = [(k, kg) for run in runs.values() for k, kg in self._masses.used(run).items() if k not in members]
        picked = [kg for thing in members for run, kg in self._masses.parts(thing) if run is None]
        came_in += [(OWN, kg) for kg in picked]
        return proportions(came_in) if came_in else Mixture({OWN: WHOLE})

    def _lost(self, members: tuple[str, ...], needed: dict[str, Kilograms]) -> Kilograms:
        """Kilograms lost in making what is needed of these things; notes what that needed of their sources."""
        if len(members) > 1:
            return None
        thing = members[0]
        wanted = near(needed.pop(thing, None))
        came_in = self._masses.inflow.get(thing)
        runs = [(run, kg) for run, kg in self._masses.parts(thing) if run]
        if wanted is None or (runs and not came_in):
            return None if runs else NOTHING
        lost = []
        for run, kg in runs:
            used, put_in, made = self._masses.used(run), self._masses.put_in(run), self._masses.came_out(run)
            if kg is None or not put_in or not made or came_in is None:
                return None
            part = wanted if kg == came_in else wanted * kg / came_in
            of_each = part / min(put_in, made)
            lost.append(of_each * put_in - part if put_in > made else NOTHING)
            for source, amount in used.items():
                needed[source] = total((needed.get(source, NOTHING), of_each * (amount or NOTHING)))
        return summed(lost)

    def _gaps(self, members: tuple[str, ...], mixture: Mixture) -> Iterable[Gap]:
        if len(members) > 1:
            yield gaps.cycle(members, (id_ for thing in members for id_ in self._ids(thing)))
        yield from (gaps.unweighed(key, self._ids(key)) for key in mixture.unweighed)
        for thing in members:
            runs = self._runs.making(thing)
            for run in runs:
                if thing in self._masses.assumed.get(run.id, ()):
                    yield gaps.assumed_equal(thing, run.event_ids)
                if not run.inputs:
                    yield gaps.missing_inputs(thing, run.event_ids)
            if not runs and not self._masses.picked(thing):
                own = self._ids(thing)
                users = [id_ for run in self._runs.using(thing) for id_ in run.ids_naming(thing)]
                told = set(own) - set(users)
                only_used = users and not told
                yield gaps.missing_parent(thing, users) if only_used else gaps.missing_origin(thing, own)

    def _ids(self, thing: str) -> list[str]:
        return [document.event.event_id for document in self._naming.get(thing, ())]
