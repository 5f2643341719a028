"""Which events of what goods were in are read: those of the time they were in it, however long it is in use.

A truck makes ten thousand trips, and of a box it carried once one of them matters. What few documents name is read
whole. Of the rest is read: from when the goods came in until they were out, a day first and then longer; and from
there back until it is known where it stood and what it was in itself. Of what was used up with all that was in it, back
to when it had been emptied last (docs/adr/0097).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from epcis.events import JOINING, Event, emptied, is_place, joined_to, put_in
from provenance.days import DAY_MS
from provenance.graph.containment import Containment
from provenance.graph.evidence import Evidence
from provenance.graph.gathering import FOREVER_MS, During, Gathering, Known, TooMuchError
from provenance.graph.unloading import empties
from provenance.graph.whereabouts import DEEPEST, moved_to
from provenance.order import between
from provenance.spans import earlier

GROWS = 8
"""Times what was read of it so far, the next reading goes further."""
MOST_OF_ONE = 1_000
"""Documents of one container. What nobody takes out of it, or says it was emptied of, is not followed for ever."""

Judge: TypeAlias = Callable[[Known], Evidence]
Stays: TypeAlias = Mapping[str, Collection[tuple[str, int, int, int | None]]]
"""For each container: what was put into it, when, and from when to when, inclusive, the goods were in there with that;
None while they are."""
Settles: TypeAlias = Callable[[Event, str], bool]


def ask_above(known: Known, things: Collection[str], judge: Judge) -> Gathering[None]:
    """Ask for whatever the things were in, and for what that was in; and for what they were used up with."""
    yield from known.settle()
    while True:
        evidence = judge(known)
        stays = _stays(things, evidence)
        fresh = {name for container in stays for name in _names(container, known)} - known.met
        if fresh:
            whole = {name for name in fresh if name.endswith(_PARTS)}
            yield from known.ask(whole, few=fresh - whole)
        elif wanted := set(_wanted(known, things, stays, evidence)) if known.times else ():
            yield from known.ask_during(wanted)
        else:
            return
        yield from known.settle()


_PARTS = joined_to("")


def _stays(things: Collection[str], evidence: Evidence) -> Stays:
    """As `whereabouts.above` has them, with the beginning of each."""
    found: defaultdict[str, set[tuple[str, int, int, int | None]]] = defaultdict(set)
    inside = evidence.containment
    level = {
        (
            s.container,
            thing,
            s.since_ms,
            s.since_ms,
            inside.until(s, inside.aside(thing)),
            _if_told_apart(thing, inside),
        )
        for thing in things
        for s in inside.stays(thing)
    }
    known = set(level)
    for _ in range(DEEPEST):
        for container, thing, first, since, until, _of in level:
            found[container].add((thing, first, since, until))
        level = {
            (outer.container, container, outer.since_ms, max(since, outer.since_ms), earlier(until, end), of)
            for container, _, _, since, until, of in level
            for outer in inside.stays(container)
            if until is None or outer.since_ms <= until
            for end in (inside.until(outer, inside.aside(of) if of else (), (of,), since),)
            if end is None or since <= end
        } - known
        known |= level
    return found


def _if_told_apart(thing: str, containment: Containment) -> str:
    """The thing, where what it is in ends earlier or later for it than for others: a thousand boxes are on a pallet."""
    return thing if containment.is_received(thing) or containment.aside(thing) else ""


def _names(container: str, known: Known) -> Iterator[str]:
    """Of a place its own key says all that ever happened there; what it was in, and what was fixed to it, is apart."""
    own = emptied(container) if is_place(container) else container
    yield own
    if own in known.times or is_place(container):
        yield from (put_in(container), joined_to(container))


def _wanted(known: Known, things: Collection[str], stays: Stays, evidence: Evidence) -> Iterator[During]:
    for container, times in stays.items():
        joined = evidence.naming.get(joined_to(container), [])
        fixed_ms = joined[0].event.time_ms if joined else FOREVER_MS
        for thing, first, since, until in times:
            for name in (container, emptied(container), put_in(container)):
                yield from _onward(known, name, container, since, until)
            yield from _back(known, container, container, since, _stands, evidence)
            yield from _back(known, put_in(container), container, since, _is_put_in, evidence)
            for name in (container, emptied(container)):
                yield from _back(known, name, container, since - 1, _empties, evidence, min(first, fixed_ms))
            yield from _back(known, thing, thing, since - 1, _is_gone, evidence, first)
    for container, time_ms in _used(known, things, stays, evidence):
        yield from _back(known, container, container, time_ms - 1, _empties, evidence)


def _onward(known: Known, name: str, container: str, since: int, until: int | None) -> Iterator[During]:
    if name not in known.times:
        return
    end = FOREVER_MS if until is None else until + 1
    here = next((last for first, last in known.times[name] if first <= since < last), since)
    if here < end and _may_read(known, name, container):
        until_ms = _midnight(min(end, here + _further(here - since))) + DAY_MS
        yield During(name, _midnight(here), min(until_ms, FOREVER_MS))


def _back(
    known: Known,
    name: str,
    container: str,
    time_ms: int,
    settles: Settles,
    evidence: Evidence,
    first_ms: int = -FOREVER_MS,
) -> Iterator[During]:
    """Back from an instant, inclusive, to the last event that settles it; no further than `first_ms`."""
    if name not in known.times:
        return
    here = next((since for since, until in known.times[name] if since <= time_ms < until), time_ms + 1)
    read = between(evidence.naming.get(name, []), here, time_ms)
    if here <= first_ms or any(settles(d.event, container) for d in read) or not _may_read(known, name, container):
        return
    yield During(name, max(_midnight(here - _further(time_ms + 1 - here)), -FOREVER_MS), here)


def _may_read(known: Known, name: str, container: str) -> bool:
    """Raises TooMuchError where it may be a crowd that makes it many: then it is read anew, bounded (`crowds`)."""
    if len(known.naming(name)) < MOST_OF_ONE:
        return True
    told = Counter(document.first.capturer for document in known.naming(name))
    if known.bounded and max(told.values()) < MOST_OF_ONE:
        return True
    if not known.bounded and len(told.keys() | {document.first.capturer for document in known.naming(container)}) > 1:
        raise TooMuchError("very much is reported of what it was in")
    known.cut.add(container)
    return False


def _further(read_ms: int) -> int:
    length = max(DAY_MS, read_ms * GROWS)
    return length if length < DAY_MS * GROWS**4 else 2 * FOREVER_MS


def _midnight(time_ms: int) -> int:
    """Whole days, so that what went the same way is asked for together."""
    return time_ms // DAY_MS * DAY_MS


def _stands(event: Event, _container: str) -> bool:
    return moved_to(event) is not None


def _is_put_in(event: Event, container: str) -> bool:
    """Whether it cannot be in anything else by an earlier packing."""
    return event.type == "AggregationEvent" and event.action != "DELETE" and container in event.items_by_key


def _empties(event: Event, container: str) -> bool:
    return empties(event, container) if event.type in JOINING else _is_gone(event, container)


def _is_gone(event: Event, thing: str) -> bool:
    return thing in event.input_keys or (event.action == "DELETE" and thing in event.object_keys)


def _used(known: Known, things: Collection[str], stays: Stays, evidence: Evidence) -> set[tuple[str, int]]:
    """What was used up with all in it, and what was in that, and when: for what was made of it, or while the things
    were in it."""
    found = {
        (container, document.event.time_ms)
        for container in (known.times.keys() | stays.keys()) & evidence.naming.keys()
        for document in evidence.naming[container]
        if container in document.event.input_keys and _concerns(document.event, things, stays.get(container, ()))
    }
    left = list(found)
    while left:
        container, time_ms = left.pop()
        inside = {(s.thing, time_ms) for s in evidence.containment.contents(container, time_ms) if not s.of_class}
        left += inside - found
        found |= inside
    return found


def _concerns(event: Event, things: Collection[str], times: Collection[tuple[str, int, int, int | None]]) -> bool:
    if not event.output_keys.isdisjoint(things) or event.transformation in things:
        return True
    return any(since <= event.time_ms and (until is None or event.time_ms <= until) for _, _, since, until in times)
