"""Which events a history tells, in order, and which of them only carried the goods; and where reports contradict."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet

from epcis.events import Event
from provenance.graph.counted_parts import without
from provenance.graph.evidence import Evidence
from provenance.graph.gathering import is_lot
from provenance.graph.voices import things
from provenance.graph.whereabouts import above
from provenance.histories.history import Conflict, Step
from provenance.order import between, order
from provenance.standing import Reported, Standing
from provenance.step_kinds import kind_of

FOREVER = 1 << 62
Span = tuple[int, int]
_TESTING = frozenset({"inspecting", "sampling"})


def told(evidence: Evidence, keys: AbstractSet[str], to_the_end: Collection[str]) -> tuple[Step, ...]:
    """Every event that names one of the keys, and every one that names what one of them was in at that time.

    Things in `to_the_end` are followed as long as they exist, the others until they were last used.
    """
    spans = _spans(evidence, keys, to_the_end)
    lots = frozenset((*evidence.lot_of(keys).values(), *filter(is_lot, keys)))
    beside = _beside(evidence, keys) | (_void_beside(evidence, keys) if spans else set())
    steps = [
        _step(standing, carried, _of_strangers(standing, spans if carried else keys, evidence), evidence.unheard)
        for standing in evidence.standings.values()
        if (carried := _role(standing.document.event, keys, spans, lots, evidence)) is not None
        and not (carried and standing.document.record_id in beside)
    ]
    return tuple(sorted(steps, key=lambda step: order(step.document)))


def conflicts_of(evidence: Evidence) -> tuple[Conflict, ...]:
    """Every event id with several contents that the gathering met; each may concern the thing."""
    met = (standing for standing in evidence.standings.values() if standing.conflicting)
    return tuple(sorted((Conflict(s.event_id, s.conflicting) for s in met), key=lambda conflict: conflict.event_id))


def _of_strangers(standing: Standing, keys: Collection[str], evidence: Evidence) -> tuple[Reported, bool]:
    """The report as far as it counts, and whether all it says of these is a stranger's."""
    document, strangers = standing.document, evidence.strangers
    if document.event.only_reads:
        return document, not strangers.hears(document)
    strange = strangers.of.get(document.record_id) if standing.in_force else strangers.of_void(document)
    if not strange:
        return document, False
    about = [key for key in things(document.event) if key in keys]
    is_strange = bool(about) and strange.issuperset(about)
    return (document if is_strange else without(document, strange) or document), is_strange


def _beside(evidence: Evidence, keys: AbstractSet[str]) -> set[str]:
    """Record ids of what is told of what some of these were in, and counts for other things in there alone."""
    asides = {key: aside for key in keys if (aside := evidence.strangers.aside(key))}
    beside = set[str]().union(*asides.values())
    if not beside:
        return beside
    for key in filter(evidence.containment.stays, keys):
        for _, container, since, until in above(key, evidence.containment):
            for document in between(evidence.naming.get(container, []), since, until):
                if document.record_id not in asides.get(key, ()):
                    beside.discard(document.record_id)
    return beside


def _void_beside(evidence: Evidence, keys: AbstractSet[str]) -> set[str]:
    """The same of what does not count any more: not told by anybody who had to do with these."""
    void = [s.document for s in evidence.standings.values() if not s.in_force and not s.document.event.only_reads]
    bearing = evidence.strangers.bearing(keys) if void else frozenset()
    return {document.record_id for document in void if not evidence.strangers.is_told_by(document, bearing)}


def _step(standing: Standing, carried: bool, counting: tuple[Reported, bool], unheard: Collection[str]) -> Step:
    document, stranger = counting
    return Step(
        document,
        kind_of(standing.document.event),
        carried,
        standing.state,
        (*standing.corrected_by, *standing.corrects),
        standing.declared_by,
        () if standing.in_force else standing.counting,
        stranger,
        disputed=standing.state == "disputed" and standing.event_id not in unheard,
    )


def _role(
    event: Event,
    keys: AbstractSet[str],
    spans: dict[str, list[Span]],
    lots: AbstractSet[str],
    evidence: Evidence,
) -> bool | None:
    """False where it names the goods, True where it carried them, None where it is not about them. What was found in a
    lot, or a box of it, and what was taken of it to be tested, is told of each of its boxes."""
    named = event.measured if event.only_reads else [key for role, key in event.keys if role != "lot"]
    if not keys.isdisjoint(named):
        return False
    if event.biz_step in _TESTING and _finds_in(event, lots, evidence):
        return False
    if spans and any(key in spans and _covered(spans[key], event.time_ms) and _about(event, key) for key in named):
        return True
    return None


def _finds_in(event: Event, lots: AbstractSet[str], evidence: Evidence) -> bool:
    """Whether it is of one of these lots, or of a box that is, by its link or by who packed it."""
    boxes = (key for key in event.object_keys if "/21/" in key)
    return not (lots.isdisjoint(event.found_by) and lots.isdisjoint(evidence.lot_of(boxes).values()))


def _about(event: Event, container: str) -> bool:
    """Packing other things into the container, or taking them out, says nothing of the goods in it."""
    if event.type in ("AggregationEvent", "AssociationEvent") and event.parent == container:
        return not event.children
    return True


def _spans(evidence: Evidence, keys: AbstractSet[str], to_the_end: Collection[str]) -> dict[str, list[Span]]:
    """For each container, the times during which it had some of the things in it: sorted, not overlapping."""
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for key in filter(evidence.containment.stays, keys):
        last_ms = FOREVER if key in to_the_end else _last_used(evidence, key, keys)
        for _, container, since, until in above(key, evidence.containment):
            end = min(last_ms, FOREVER if until is None else until)
            if since <= end:
                spans[container].append((since, end))
    return {container: _merged(listed) for container, listed in spans.items()}


def _last_used(evidence: Evidence, key: str, keys: AbstractSet[str]) -> int:
    using = [run for run in evidence.runs.using(key) if not keys.isdisjoint(run.output_keys)]
    return max((run.time_ms for run in using), default=FOREVER)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged


def _covered(spans: list[Span], time_ms: int) -> bool:
    place = bisect_right(spans, (time_ms, FOREVER)) - 1
    return place >= 0 and time_ms <= spans[place][1]
