"""Where goods were, for the sake of their temperature: in what, and in which room that was, from when to when.

A reading on a pallet, in the truck it rode in or in the room it stood in counts for a lot exactly while the lot was
there. Which things and times count for a claim is `cold_chain`'s affair; here is only where they were.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from epcis.events import Event
from provenance.cold_chain.rooms import FOREVER, Rooms, Within, moves
from provenance.graph.containment import Stay
from provenance.graph.evidence import Evidence
from provenance.graph.gathering import is_lot
from provenance.graph.whereabouts import above, ends, makes
from provenance.spans import Span, common, merged, without


@dataclass(frozen=True, slots=True)
class ColdStay:
    """A thing, or part of a lot, at one place for a time; FOREVER while it is still there.

    `within` are the thing itself, what it was in, what that was in, and the rooms these stood in: each clipped to the
    stay. `joined` are devices that were on one of these, each while it was. `on_the_way` is when it had been shipped
    and was in no room yet.
    """

    thing: str
    since_ms: int
    until_ms: int
    within: tuple[Within, ...]
    joined: tuple[Within, ...] = ()
    on_the_way: tuple[Span, ...] = ()

    @property
    def everything(self) -> tuple[Within, ...]:
        """All whose readings count."""
        return *self.within, *self.joined


def cold_stays(evidence: Evidence, keys: AbstractSet[str], to_the_end: Collection[str]) -> tuple[ColdStay, ...]:
    """Of every one of the things that its own events tell of. Those in `to_the_end` are followed while they exist, the
    others until the last of what was made of them was made."""
    rooms = Rooms(evidence)
    of = {key: list(_of(key, keys, evidence, rooms, to_the_end)) for key in sorted(keys)}
    pieces: defaultdict[str, list[ColdStay]] = defaultdict(list)
    for item, lot in evidence.lot_of(keys).items():
        pieces[lot] += of[item]
    of |= {lot: _left_behind(of[lot], boxes) for lot, boxes in pieces.items() if lot in of}
    stays = [stay for listed in of.values() for stay in _on_the_way(listed, rooms)]
    alike: dict[tuple[object, ...], ColdStay] = {}
    for stay in stays:
        # A thousand boxes on one pallet have one temperature: told of the first of them.
        around = tuple(one for one in stay.within if one.asset != stay.thing)
        alike.setdefault((stay.since_ms, stay.until_ms, around or stay.thing, stay.joined), stay)
    return tuple(sorted(alike.values(), key=_place))


def _left_behind(stays: Sequence[ColdStay], pieces: Collection[ColdStay]) -> list[ColdStay]:
    """A lot's, without the time after which all its boxes had left the room where it was; what names the lot there
    later puts some of it there anew."""
    gone: dict[str, int] = {}
    for one in (one for stay in pieces for one in stay.within):
        gone[one.asset] = max(one.until_ms, gone.get(one.asset, 0))
    if not gone:
        return list(stays)
    ended: list[ColdStay] = []
    for stay in stays:
        until = max((gone[one.asset] for one in stay.within[1:] if one.asset in gone), default=FOREVER)
        if stay.since_ms < until < stay.until_ms == FOREVER:
            ended.append(clipped(stay, (stay.since_ms, until)))
        elif until > stay.since_ms:
            ended.append(stay)
    return ended


def _on_the_way(stays: Sequence[ColdStay], rooms: Rooms) -> Iterator[ColdStay]:
    """From when it, or what it was in, was shipped until it is in a room again: what is in no room and was never
    shipped may stand anywhere. Parts of a lot go apart, each its own way."""
    whole = not any(is_lot(stay.thing) for stay in stays)
    for stay in stays:
        moving = common([(stay.since_ms, stay.until_ms)], _outside(stays if whole else [stay], rooms))
        yield replace(stay, on_the_way=moving) if moving else stay


def _outside(stays: Sequence[ColdStay], rooms: Rooms) -> tuple[Span, ...]:
    every = [one for stay in stays for one in stay.within]
    seen = {(one.asset, rooms.aside(stay.thing), one.since_ms, one.until_ms) for stay in stays for one in stay.within}
    indoors = merged((one.since_ms, one.until_ms) for one in every if rooms.is_room(one.asset))
    outside = without(merged((stay.since_ms, stay.until_ms) for stay in stays), indoors)
    if not outside:
        return ()
    left = sorted(ms for asset, aside, since, until in seen for ms in rooms.left(asset, aside) if since <= ms <= until)
    starts = ((next((ms for ms in left if since <= ms < until), None), until) for since, until in outside)
    return tuple((since, until) for since, until in starts if since is not None)


def clipped(stay: ColdStay, to: Span) -> ColdStay:
    within, joined = (_clipped(listed, to) for listed in (stay.within, stay.joined))
    moving = tuple(common(stay.on_the_way, [to]))
    return replace(stay, since_ms=to[0], until_ms=to[1], within=within, joined=joined, on_the_way=moving)


def _clipped(listed: Iterable[Within], to: Span) -> tuple[Within, ...]:
    return tuple(
        Within(one.asset, since, until)
        for one in listed
        for since, until in common([(one.since_ms, one.until_ms)], [to])
    )


def _place(stay: ColdStay) -> tuple[int, int, str, tuple[str, ...]]:
    return stay.since_ms, stay.until_ms, stay.thing, tuple(one.asset for one in stay.within)


def _of(
    key: str, keys: AbstractSet[str], evidence: Evidence, rooms: Rooms, to_the_end: Collection[str]
) -> Iterator[ColdStay]:
    life = _life(key, keys, evidence, endless=key in to_the_end)
    if life is None:
        return
    carried = list(_carried(key, life, evidence, rooms))
    in_something = merged((stay.since_ms, stay.until_ms) for stay in carried)
    aside = rooms.aside(key)
    # A lot may be on a pallet and beside it at once; one box cannot.
    loose = [life] if is_lot(key) else without([life], in_something)
    stood = [(room, time) for room, spans in rooms.of(key, aside).items() for time in common(spans, loose)]
    yield from carried
    for room, (since, until) in stood:
        within = (Within(key, since, until), Within(room, since, until))
        yield ColdStay(key, since, until, within, rooms.joined(within, aside))
    known = merged((*in_something, *(time for _, time in stood)))
    for since, until in without([life], known):
        yield ColdStay(key, since, until, (Within(key, since, until),))


def _carried(key: str, life: Span, evidence: Evidence, rooms: Rooms) -> Iterator[ColdStay]:
    """One stay for each container it was put into, with all that the container was in."""
    chains: defaultdict[int, list[Within]] = defaultdict(list)
    up = list(above(key, evidence.containment))
    if not up:
        return
    bottoms: dict[int, Span] = {}
    aside = rooms.aside(key)
    left = _left_with(key, up, rooms)
    for bottom, container, since_ms, until_ms in up:
        clipped = common([life], [(since_ms, FOREVER if until_ms is None else until_ms)])
        for since, until in clipped:
            around = rooms.during(container, (since, until), aside)
            chains[id(bottom)] += [Within(container, since, until), *_until_left(around, left[id(bottom)])]
            if container == bottom.container:
                bottoms[id(bottom)] = (since, until)
    for number, (since, until) in bottoms.items():
        itself = Within(key, since, until)
        within = tuple(sorted({itself, *chains[number]}, key=lambda one: (one.since_ms, one.until_ms, one.asset)))
        yield ColdStay(key, since, until, within, rooms.joined(within, aside))


def _left_with(key: str, up: Iterable[tuple[Stay, str, int, int | None]], rooms: Rooms) -> Mapping[int, Sequence[int]]:
    """By the stay at the bottom, when the thing itself was shipped, or a container while it was in that."""
    aside = rooms.aside(key)
    own = () if is_lot(key) else rooms.left(key, aside)
    found: defaultdict[int, list[int]] = defaultdict(lambda: list(own))
    for bottom, container, since, until in up:
        found[id(bottom)] += (ms for ms in rooms.left(container, aside) if since <= ms <= (until or FOREVER))
    return {bottom: sorted(left) for bottom, left in found.items()}


def _until_left(rooms: Iterable[Within], left: Sequence[int]) -> Iterator[Within]:
    """A truck leaves with what is shipped on it, though no report names the truck."""
    for one in rooms:
        first = bisect_left(left, one.since_ms)
        until = min([one.until_ms, *left[first : first + 1]])
        if one.since_ms < until:
            yield replace(one, until_ms=until)


def _life(key: str, keys: AbstractSet[str], evidence: Evidence, *, endless: bool) -> Span | None:
    """From when it was made, or first seen, to when it was used up, or seen no more."""
    events = [document.event for document in evidence.naming.get(key, ()) if not document.event.only_reads]
    made = [run.time_ms for run in evidence.runs.making(key)]
    made += [event.time_ms for event in events if makes(event, key)]
    seen = [event.time_ms for event in events]
    if not (made or seen):
        return None
    since = min(made or seen)
    gone = [] if is_lot(key) else _gone(events)
    used = [run.time_ms for run in evidence.runs.using(key) if not keys.isdisjoint(run.output_keys)]
    until = min([*gone, *([max(used)] if used and not endless else [])], default=FOREVER)
    return (since, until) if since < until else None


def _gone(events: Iterable[Event]) -> list[int]:
    """When one thing was sold or destroyed and did not come back: what came back was somewhere meanwhile."""
    gone: list[int] = []
    for event in sorted(events, key=lambda event: event.time_ms):
        if ends(event):
            gone.append(event.time_ms)
        elif moves(event):
            gone.clear()
    return gone
