"""In which room each thing stood, by its own events, and which loggers were there.

One box or pallet is at one place; parts of a lot at several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from epcis.events import Event
from provenance.graph.evidence import Evidence
from provenance.graph.gathering import is_lot
from provenance.graph.whereabouts import DESTROYED, LEAVING, SOLD, ends, moved_to, origin, says
from provenance.spans import Span, common, merged
from provenance.step_kinds import kind_of

FOREVER = 1 << 52
"""A hundred thousand years: the end of what has not ended, in milliseconds."""
_MOVES_NOTHING = frozenset({"hold", "recall", "release", "inspection", "certificate", "farm_input", "reading"})
"""Kinds of steps that say something of goods, and not where they are: an office holds what lies somewhere else."""

Aside = frozenset[str]
"""Record ids of the reports on containers that say nothing of the goods asked about (docs/adr/0117)."""


@dataclass(frozen=True, slots=True)
class Within:
    """One thing or place a reading may name, from and to (ms, to exclusive)."""

    asset: str
    since_ms: int
    until_ms: int


def moves(event: Event) -> bool:
    """Whether it says where what it names is now."""
    return kind_of(event) not in _MOVES_NOTHING


class Rooms:
    """Where each thing stood by its own events: one box or pallet at one place, parts of a lot at several.

    Of what goods are in, only what is not `aside` for them counts.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._known: dict[tuple[str, Aside], dict[str, list[Span]]] = {}
        self._loggers: dict[tuple[str, Aside], list[tuple[str, Span]]] = {}
        self._events: dict[tuple[str, Aside], list[Event]] = {}
        self._left: dict[tuple[str, Aside], list[int]] = {}
        self._rooms: set[str] = set()

    def aside(self, goods: str) -> Aside:
        return frozenset(self._evidence.containment.aside(goods))

    def is_room(self, asset: str) -> bool:
        """Whether any of the things looked at stood there: no pallet, and no truck."""
        return asset in self._rooms

    def left(self, key: str, aside: Aside) -> list[int]:
        """When it was shipped."""
        if (key, aside) not in self._left:
            shipped = [event.time_ms for event in self._moving(key, aside) if event.biz_step in LEAVING]
            self._left[key, aside] = shipped
        return self._left[key, aside]

    def _moving(self, key: str, aside: Aside) -> list[Event]:
        """Its events that say where it is, in order."""
        if (key, aside) not in self._events:
            named = self._evidence.naming.get(key, ())
            told = [document.event for document in named if document.record_id not in aside]
            self._events[key, aside] = [event for event in told if moves(event)]
        return self._events[key, aside]

    def of(self, key: str, aside: Aside) -> dict[str, list[Span]]:
        if (key, aside) not in self._known:
            events = self._moving(key, aside)
            found = _parts_of_lot(key, events) if is_lot(key) else _one_thing(events)
            for event in events:
                if key in event.input_keys and (place := event.read_point or event.biz_location):
                    found.setdefault(place, []).append((event.time_ms, self._worked_on_until(event)))
            self._known[key, aside] = {room: list(merged(spans)) for room, spans in found.items()}
            self._rooms |= found.keys()
        return self._known[key, aside]

    def _worked_on_until(self, event: Event) -> int:
        """The end of the run that it went into: until then it stands where it was tipped in."""
        run = self._evidence.naming.get(event.transformation, ()) if event.transformation else ()
        return max((document.event.time_ms for document in run), default=event.time_ms)

    def joined(self, within: Iterable[Within], aside: Aside) -> tuple[Within, ...]:
        """The loggers that were on these, each while it was."""
        return tuple(
            Within(logger, since, until)
            for one in within
            for logger, span in self._loggers_on(one.asset, aside)
            for since, until in common([(one.since_ms, one.until_ms)], [span])
        )

    def _loggers_on(self, asset: str, aside: Aside) -> list[tuple[str, Span]]:
        """What was ever joined to it and is no goods. Found once: a thousand boxes may be on one pallet."""
        if (asset, aside) not in self._loggers:
            ever = self._evidence.containment.ever_in(asset)
            stays = [stay for stay in ever if not stay.alone and stay.by not in aside]
            goods = {stay.thing for stay in self._evidence.load(asset)} if stays else set()
            self._loggers[asset, aside] = [
                (stay.thing, (stay.since_ms, FOREVER if stay.until_ms is None else stay.until_ms))
                for stay in stays
                if stay.thing not in goods and not _is_load(stay.thing)
            ]
        return self._loggers[asset, aside]

    def during(self, key: str, time: Span, aside: Aside) -> Iterator[Within]:
        for room, spans in self.of(key, aside).items():
            for since, until in common(spans, [time]):
                yield Within(room, since, until)


def _is_load(key: str) -> bool:
    """A pallet joined to a truck is no logger, though nobody said what is on it."""
    return "/00/" in key or is_lot(key)


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
        amount, takes = _amount(key, event), _takes(key, event)
        left = _left(event, held, takes=takes)
        if left in held:
            since, here = held.pop(left)
            rest = None if here is None or amount is None else here - amount
            if rest is not None and rest > 0:
                held[left] = since, rest
            else:
                found[left].append((since, event.time_ms))
        spot = moved_to(event)
        if spot and spot.kind == "at" and spot.id and spot.id != left and not takes:
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


def _left(event: Event, held: Collection[str], *, takes: bool) -> str:
    """The site that some of the lot leaves by this event; "" where it leaves none."""
    if event.biz_step in LEAVING:
        spot = origin(event)
        return spot.id if spot else ""
    if takes:
        here = event.read_point or event.biz_location or ""
        return here if here in held else next(iter(held)) if len(held) == 1 else ""
    moves = event.biz_step in ("storing", "stocking") and len(held) == 1 and moved_to(event) is not None
    return next(iter(held)) if moves and (event.biz_location or event.read_point) not in held else ""


def _amount(key: str, event: Event) -> Decimal | None:
    items = event.items_by_key.get(key, ())
    known = [item.quantity for item in items if item.quantity is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(items) else None
