"""The kilograms of one thing, followed forward through every run it went into, to all who hold some of it.

What goes into a run comes out in proportion, or was lost; no more ever comes out than went in. So what is held and
what was lost sum to what there was, wherever all was weighed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from provenance.graph import gaps
from provenance.graph.custody import Custody
from provenance.graph.evidence import Evidence
from provenance.graph.gaps import Gap
from provenance.graph.masses import Masses
from provenance.graph.runs import Run
from provenance.graph.whereabouts import LEAVING, NOWHERE, Spot, place
from provenance.histories.history import Holder, HolderState
from provenance.order import between
from provenance.quantities import NOTHING, Kilograms, total
from provenance.rounding import ROUNDED, near
from provenance.step_kinds import kind_of


@dataclass(frozen=True, slots=True)
class Flow:
    holders: tuple[Holder, ...]
    lost_kg: Kilograms
    losses: tuple[Holder, ...]
    gaps: tuple[Gap, ...]


class Following:
    """Shares goods out, thing by thing, sources before products. `start` says how much of them there is of what they
    begin with; it is proportional to that, so they may be followed in parts."""

    def __init__(
        self, asked: str, start: Mapping[str, Kilograms], evidence: Evidence, masses: Masses, custody: Custody
    ) -> None:
        self._asked = asked
        self._start = start
        self._evidence = evidence
        self._masses = masses
        self._custody = custody
        self._ours: dict[str, Kilograms] = {}
        self._entered: dict[str, Kilograms] = {}
        self._left: defaultdict[str, Fraction] = defaultdict(Fraction)
        self.held: dict[str, dict[Spot, Kilograms]] = {}
        self.lost: defaultdict[Spot, dict[str, Kilograms]] = defaultdict(dict)

    def follow(self, thing: str) -> None:
        """Share out what of the goods is in this thing: to its spots, and into the runs that used it."""
        ours = near(self._start[thing] if thing in self._start else self.received(thing))
        self._ours[thing] = ours
        whole = self._masses.inflow.get(thing)
        self.held[thing] = {}
        for spot, kg in self._custody.amounts(thing).items():
            mine = kg if ours is None and thing == self._asked else _portion(ours, kg, whole)
            if spot.kind == "used":
                self._entered[spot.id] = total((self._entered.get(spot.id, NOTHING), mine))
            elif spot.kind == "lost":
                self._lose(thing, spot, mine)
            else:
                self.held[thing][spot] = mine

    def close(self) -> None:
        """What went into a run and did not come out was lost; what has not come out yet is still in there."""
        for id_, entered in self._entered.items():
            run = self._evidence.runs.all[id_]
            if entered is None:
                self._lose(_input_of(run), _gone_at(run), None)
            elif not run.outputs:
                self._keep(run, entered)
            else:
                loss = self._loss(run, entered)
                self._lose(_input_of(run), _gone_at(run), loss)
                self._keep(run, entered - loss - self._left[id_])

    @property
    def lost_kg(self) -> Kilograms:
        return total(kg for amounts in self.lost.values() for kg in amounts.values())

    def _lose(self, thing: str, spot: Spot, kg: Kilograms) -> None:
        if kg != 0:
            self.lost[spot][thing] = total((self.lost[spot].get(thing, NOTHING), kg))

    def received(self, thing: str) -> Kilograms:
        """What the runs that made it hand on to it. To be asked once of each thing, before `close`."""
        received: Kilograms = NOTHING
        for run in self._evidence.runs.making(thing):
            entered = self._entered.get(run.id, NOTHING)
            if entered == 0 and not run.open_ended:
                continue
            made = self._masses.made(run)
            if thing not in made:
                continue
            if self._some(run) and (entered == 0 or made[thing] is None):
                return None
            if entered == 0:
                continue
            got = None if entered is None else _portion(entered, made[thing], self._whole(run))
            self._left[run.id] += got or 0
            received = total((received, got))
        return received

    def _some(self, run: Run) -> bool:
        """Whether items seen of a lot have some of it, though nobody knows how much or there was none left."""
        return run.open_ended and any(self._ours.get(lot, NOTHING) != 0 for lot in run.input_keys)

    def _whole(self, run: Run) -> Kilograms:
        """What the outputs are a part of: all that went in, or that came out where it is more or all we know."""
        used, made = self._masses.put_in(run), self._masses.came_out(run)
        return made if used is None or (made is not None and made > used) else used

    def _loss(self, run: Run, entered: Fraction) -> Fraction:
        """Of what entered."""
        whole, made = self._whole(run), self._masses.came_out(run)
        if not whole or made is None or made == whole:
            return NOTHING
        return _share(entered, whole - made, whole)

    def _keep(self, run: Run, kg: Fraction) -> None:
        if kg > ROUNDED:
            thing = _input_of(run)
            spot = place(run.documents[-1].event) or NOWHERE
            self.held.setdefault(thing, {})[spot] = total((self.held.get(thing, {}).get(spot, NOTHING), kg))


def flow_of(
    asked: str,
    parts: Iterable[tuple[str, Kilograms]],
    keys: Collection[str],
    evidence: Evidence,
    masses: Masses,
    custody: Custody,
) -> Flow:
    """Where the kilograms of the parts of what was asked about are now, among the keys they are and became."""
    following = Following(asked, dict(parts), evidence, masses, custody)
    found: list[Gap] = []
    for members in masses.order:
        if len(members) > 1 and set(members) & set(keys):
            found.append(gaps.cycle(members, (id_ for thing in members for id_ in _ids(evidence, thing))))
        for thing in members:
            if thing in keys:
                following.follow(thing)
                found += unweighed_gaps(thing, evidence, masses)
    following.close()
    found += not_arrived(following.held, evidence)
    holders = holders_of(following.held, evidence)
    return Flow(holders, following.lost_kg, losses_of(following.lost), tuple(sorted(set(found))))


def losses_of(lost: Mapping[Spot, Mapping[str, Kilograms]]) -> tuple[Holder, ...]:
    """By site and party."""
    listed = (
        Holder(spot.id, spot.party, total(amounts.values()), tuple(sorted(amounts)), "lost")
        for spot, amounts in lost.items()
    )
    return tuple(sorted(listed, key=_by_place))


def _by_place(holder: Holder) -> tuple[str, str, str]:
    return holder.site, holder.party, holder.state


def _input_of(run: Run) -> str:
    return min(run.input_keys or {run.id})


def _gone_at(run: Run) -> Spot:
    seen = place(run.documents[-1].event) or NOWHERE
    return Spot("lost", seen.id, seen.party)


def holders_of(held: Mapping[str, Mapping[Spot, Kilograms]], evidence: Evidence) -> tuple[Holder, ...]:
    """By site, party and state."""
    by_spot: defaultdict[tuple[Spot, HolderState], list[tuple[str, Kilograms]]] = defaultdict(list)
    for thing, amounts in held.items():
        for spot, kg in amounts.items():
            if spot.kind not in ("used", "lost") and kg != 0 and (spot, kg) != (NOWHERE, None):
                by_spot[spot, _state(spot, thing, evidence)].append((thing, kg))
    holders = (
        Holder(spot.id, spot.party, total(kg for _, kg in listed), tuple(sorted(thing for thing, _ in listed)), state)
        for (spot, state), listed in by_spot.items()
    )
    return tuple(sorted(holders, key=_by_place))


def not_arrived(held: Mapping[str, Mapping[Spot, Kilograms]], evidence: Evidence) -> Iterator[Gap]:
    """A gap for each thing of which some is still on its way."""
    for thing, amounts in held.items():
        if any(spot.kind == "on_the_way" and kg != 0 for spot, kg in amounts.items()):
            yield gaps.missing_receipt(thing, _shipments(evidence, thing))


def _state(spot: Spot, thing: str, evidence: Evidence) -> HolderState:
    if spot.kind == "sold" or spot.kind == "on_the_way":
        return spot.kind
    named = evidence.naming.get(thing)  # in order
    if not named or kind_of((last := named[-1]).event) != "return":
        return "there"
    return "there" if any(item.of_class for item in last.event.items_by_key.get(thing, ())) else "returned"


def _portion(ours: Kilograms, kg: Kilograms, whole: Kilograms) -> Kilograms:
    if ours == 0:
        return ours
    if ours is None or kg is None or not whole:
        return kg if ours is not None and ours == whole else None
    return _share(ours, kg, whole)


def _share(ours: Fraction, kg: Fraction, whole: Fraction) -> Fraction:
    """ours * kg / whole, brought to lowest terms once."""
    above = ours.numerator * kg.numerator * whole.denominator
    return Fraction(above, ours.denominator * kg.denominator * whole.numerator)


def unweighed_gaps(thing: str, evidence: Evidence, masses: Masses) -> Iterable[Gap]:
    """Where its kilograms are not told, or taken as an equal part of what was left."""
    holds = evidence.containment.ever_in(thing)
    if masses.inflow.get(thing) is None and evidence.naming.get(thing) and not holds:
        yield gaps.unweighed(thing, _ids(evidence, thing))
    for run in evidence.runs.making(thing):
        unknown = masses.assumed.get(run.id, ())
        if unknown and thing == unknown[0]:
            yield gaps.assumed_equal(thing, run.event_ids, others=len(unknown) - 1)


def _shipments(evidence: Evidence, thing: str) -> list[str]:
    told = list(evidence.naming.get(thing, ()))
    for stay in evidence.containment.stays(thing):
        told += between(evidence.naming.get(stay.container, []), stay.since_ms, stay.until_ms)
    return [document.event.event_id for document in told if document.event.biz_step in LEAVING]


def _ids(evidence: Evidence, thing: str) -> list[str]:
    return [document.event.event_id for document in evidence.naming.get(thing, ())]
