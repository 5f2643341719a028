"""Where goods were, for the sake of their temperature: in what, and in which room that was, from when to when.

A reading on a pallet, in the truck it rode in or in the room it stood in counts for a lot exactly while the lot was
there. Which things and times count for a claim is `cold_chain`'s affair; here is only where they were.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from epcis.events import Event
from provenance.evidence import Evidence
from provenance.gathering import is_lot
from provenance.spans import Span, common, merged, without
from provenance.step_kinds import kind_of
from provenance.whereabouts import DESTROYED, LEAVING, SOLD, above, ends, makes, moved_to, origin, says

FOREVER = 1 << 52
"""A hundred thousand years: the end of what has not ended, in milliseconds."""
_MOVES_NOTHING = frozenset({"hold", "recall", "release", "inspection", "certificate", "farm_input", "reading"})
"""Kinds of steps that say something of goods, and not where they are: an office holds what lies somewhere else."""


@dataclass(frozen=True, slots=True)
class Within:
    """One thing or place a reading may name, from and to (ms, to exclusive)."""

    asset: str
    since_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class ColdStay:
    """A thing, or part of a lot, at one place for a time; FOREVER while it is still there.

    `within` are the thing itself, what it was in, what that was in, and the rooms these stood in: each clipped to the
    stay. `joined` are devices that were on one of these, each while it was.
    """

    thing: str
    since_ms: int
    until_ms: int
    within: tuple[Within, ...]
    joined: tuple[Within, ...] = ()

    @property
    def everything(self) -> tuple[Within, ...]:
        """All whose readings count."""
        return *self.within, *self.joined


def moves(event: Event) -> bool:
    """Whether it says where what it names is now."""
    return kind_of(event) not in _MOVES_NOTHING


def cold_stays(evidence: Evidence, keys: Collection[str], to_the_end: Collection[str]) -> tuple[ColdStay, ...]:
    """Of every one of the things that its own events tell of. Those in `to_the_end` are followed while they exist, the
    others until the last of what was made of them was made."""
    rooms = _Rooms(evidence)
    stays = [stay for key in sorted(keys) for stay in _of(key, keys, evidence, rooms, to_the_end)]
    alike: dict[tuple[object, ...], ColdStay] = {}
    for stay in stays:
        # A thousand boxes on one pallet have one temperature: told of the first of them.
        around = tuple(one for one in stay.within if one.asset != stay.thing)
        alike.setdefault((stay.since_ms, stay.until_ms, around or stay.thing, stay.joined), stay)
    return tuple(sorted(alike.values(), key=_place))


def _place(stay: ColdStay) -> tuple[int, int, str, tuple[str, ...]]:
    return stay.since_ms, stay.until_ms, stay.thing, tuple(one.asset for one in stay.within)


def _of(
    key: str, keys: Collection[str], evidence: Evidence, rooms: _Rooms, to_the_end: Collection[str]
) -> Iterator[ColdStay]:
    life = _life(key, keys, evidence, endless=key in to_the_end)
    if life is None:
        return
    carried = list(_carried(key, life, evidence, rooms))
    in_something = merged((stay.since_ms, stay.until_ms) for stay in carried)
    # A lot may be on a pallet and beside it at once; one box cannot.
    loose = without([life], in_something)
    stood = [
        (room, time)
        for room, spans in rooms.of(key).items()
        for time in common(spans, [life] if is_lot(key) else loose)
    ]
    yield from carried
    for room, (since, until) in stood:
        within = (Within(key, since, until), Within(room, since, until))
        yield ColdStay(key, since, until, within, rooms.joined(within))
    known = merged((*in_something, *(time for _, time in stood)))
    for since, until in without([life], known):
        yield ColdStay(key, since, until, (Within(key, since, until),))


def _carried(key: str, life: Span, evidence: Evidence, rooms: _Rooms) -> Iterator[ColdStay]:
    """One stay for each container it was put into, with all that the container was in."""
    chains: defaultdict[int, list[Within]] = defaultdict(list)
    up = list(above(key, evidence.containment))
    bottoms: dict[int, Span] = {}
    left = sorted(ms for each in {key, *(one for _, one, _, _ in up)} for ms in rooms.left(each))
    for bottom, container, since_ms, until_ms in up:
        clipped = common([life], [(since_ms, FOREVER if until_ms is None else until_ms)])
        for since, until in clipped:
            around = rooms.during(container, (since, until))
            chains[id(bottom)] += [Within(container, since, until), *_until_left(around, left)]
            if container == bottom.container:
                bottoms[id(bottom)] = (since, until)
    for number, (since, until) in bottoms.items():
        itself = Within(key, since, until)
        within = tuple(sorted({itself, *chains[number]}, key=lambda one: (one.since_ms, one.until_ms, one.asset)))
        yield ColdStay(key, since, until, within, rooms.joined(within))


def _until_left(rooms: Iterable[Within], left: Sequence[int]) -> Iterator[Within]:
    """A truck leaves with what is shipped on it, though no report names the truck."""
    for one in rooms:
        first = bisect_left(left, one.since_ms)
        until = min([one.until_ms, *left[first : first + 1]])
        if one.since_ms < until:
            yield replace(one, until_ms=until)


def _is_load(key: str) -> bool:
    """A pallet joined to a truck is no logger, though nobody said what is on it."""
    return "/00/" in key or is_lot(key)


def _life(key: str, keys: Collection[str], evidence: Evidence, *, endless: bool) -> Span | None:
    """From when it was made, or first seen, to when it was used up, or seen no more."""
    events = [document.event for document in evidence.naming.get(key, ()) if not document.event.only_reads]
    made = [run.time_ms for run in evidence.runs.making(key)]
    made += [event.time_ms for event in events if makes(event, key)]
    seen = [event.time_ms for event in events]
    if not (made or seen):
        return None
    since = min(made or seen)
    gone = [] if is_lot(key) else _gone(events)
    used = [run.time_ms for run in evidence.runs.using(key) if any(item.key in keys for item in run.outputs)]
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


class _Rooms:
    """Where each thing stood by its own events: one box or pallet at one place, parts of a lot at several."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._known: dict[str, dict[str, list[Span]]] = {}
        self._loggers: dict[str, list[tuple[str, Span]]] = {}
        self._left: dict[str, list[int]] = {}

    def left(self, key: str) -> list[int]:
        """When it was shipped."""
        if key not in self._left:
            named = (document.event for document in self._evidence.naming.get(key, ()))
            self._left[key] = [event.time_ms for event in named if event.biz_step in LEAVING]
        return self._left[key]

    def of(self, key: str) -> dict[str, list[Span]]:
        if key not in self._known:
            named = (document.event for document in self._evidence.naming.get(key, ()))
            events = [event for event in named if moves(event)]
            found = _parts_of_lot(key, events) if is_lot(key) else _one_thing(events)
            for event in events:
                if key in event.input_keys and (place := event.read_point or event.biz_location):
                    found.setdefault(place, []).append((event.time_ms, self._worked_on_until(event)))
            self._known[key] = {room: list(merged(spans)) for room, spans in found.items()}
        return self._known[key]

    def _worked_on_until(self, event: Event) -> int:
        """The end of the run that it went into: until then it stands where it was tipped in."""
        run = self._evidence.naming.get(event.transformation, ()) if event.transformation else ()
        return max((document.event.time_ms for document in run), default=event.time_ms)

    def joined(self, within: Iterable[Within]) -> tuple[Within, ...]:
        """The loggers that were on these, each while it was."""
        return tuple(
            Within(logger, since, until)
            for one in within
            for logger, span in self._loggers_on(one.asset)
            for since, until in common([(one.since_ms, one.until_ms)], [span])
        )

    def _loggers_on(self, asset: str) -> list[tuple[str, Span]]:
        """What was ever joined to it and is no goods. Found once: a thousand boxes may be on one pallet."""
        if asset not in self._loggers:
            stays = [stay for stay in self._evidence.containment.ever_in(asset) if not stay.alone]
            goods = {stay.thing for stay in self._evidence.load(asset)} if stays else set()
            self._loggers[asset] = [
                (stay.thing, (stay.since_ms, FOREVER if stay.until_ms is None else stay.until_ms))
                for stay in stays
                if stay.thing not in goods and not _is_load(stay.thing)
            ]
        return self._loggers[asset]

    def during(self, key: str, time: Span) -> Iterator[Within]:
        for room, spans in self.of(key).items():
            for since, until in common(spans, [time]):
                yield Within(room, since, until)


def _one_thing(events: Iterable[Event]) -> dict[str, list[Span]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    here, since = "", 0
    for event in events:
        spot = moved_to(event)
        if spot is None and not ends(event):
            continue
        if here:
            found[here].append((since, event.time_ms))
        here, since = (spot.id if spot and spot.kind == "at" and not ends(event) else ""), event.time_ms
    if here:
        found[here].append((since, FOREVER))
    return found


def _parts_of_lot(key: str, events: Iterable[Event]) -> dict[str, list[Span]]:
    """Some of the lot is at a site from its arrival until as much has left it; all has where nobody said how much."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    held: dict[str, tuple[int, Decimal | None]] = {}
    for event in events:
        amount = _amount(key, event)
        left = _left(key, event, held)
        if left in held:
            since, here = held.pop(left)
            rest = None if here is None or amount is None else here - amount
            if rest is not None and rest > 0:
                held[left] = since, rest
            else:
                found[left].append((since, event.time_ms))
        spot = moved_to(event)
        if spot and spot.kind == "at" and spot.id and spot.id != left and not _takes(key, event):
            since, here = held.get(spot.id, (event.time_ms, Decimal(0)))
            # Seen again where it was made or had come to is no second arrival.
            again = spot.id in held and event.biz_step not in ("receiving", "arriving", "accepting")
            held[spot.id] = since, here if again else None if here is None or amount is None else here + amount
    for site, (since, _) in held.items():
        found[site].append((since, FOREVER))
    return found


def _takes(key: str, event: Event) -> bool:
    """Whether it leaves less of the lot where it was: used, packed away, sold, destroyed."""
    put_away = event.type == "AggregationEvent" and event.action == "ADD" and key in event.items_by_key
    return (
        put_away or key in event.input_keys or event.action == "DELETE" or says(event, SOLD) or says(event, DESTROYED)
    )


def _left(key: str, event: Event, held: Collection[str]) -> str:
    """The site that some of the lot leaves by this event; "" where it leaves none."""
    if event.biz_step in LEAVING:
        spot = origin(event)
        return spot.id if spot else ""
    if _takes(key, event):
        here = event.read_point or event.biz_location or ""
        return here if here in held else next(iter(held)) if len(held) == 1 else ""
    moves = event.biz_step in ("storing", "stocking") and len(held) == 1 and moved_to(event) is not None
    return next(iter(held)) if moves and (event.biz_location or event.read_point) not in held else ""


def _amount(key: str, event: Event) -> Decimal | None:
    amounts = [item.quantity for item in event.items_by_key.get(key, ())]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None
