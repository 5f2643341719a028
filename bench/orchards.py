"""What is measured with: reports from the simulator, of at most four identifiers each, and who may report them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from epcis.canonical_json import canonical_bytes
from epcis.event_id import content_hash
from provenance.registry.records import Mandate, Record
from provenance.reports import Json
from simulator.world import CHINA, Grower, World
from wire.envelope import RecordedEvent
from wire.routing import topic_of
from wire.topics import Topic

GROWERS = 200
REPORTING = frozenset({"report"})
START = datetime(2025, 9, 10, 6, 0, tzinfo=CHINA)
"""Each day of the measured season is this one again: nothing may lie in the future."""
RECORDED_MS = int(START.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Deliveries to a station, whose `keeper` reports them under the growers' mandates."""

    keeper: str
    records: Sequence[Record]
    bodies: Sequence[Json]


def deliveries(count: int, *, seed: int = 1) -> Deliveries:
    """Each names one lot, a plot, a grower and the station."""
    world = World(seed=seed, start=START)
    keeper = world.party("station")
    station = world.site("station", party=keeper)
    growers = [world.grow() for _ in range(GROWERS)]
    for grower in growers:
        world.register(Mandate(id=f"{grower.id}/m", from_party=grower.id, to_party=keeper, actions=REPORTING))
    bodies = list(islice(_picked(world, growers, station), count))
    return Deliveries(keeper, tuple(world.records), bodies)


def _picked(world: World, growers: Sequence[Grower], station: str) -> Iterator[Json]:
    while True:
        world.pick(world.random.choice(growers), world.random.randint(80, 650), station=station)
        yield from _told(world)


def mixed(count: int, *, seed: int = 2) -> list[Json]:
    """Reports of every topic: picked, pooled by threes, inspected, shipped, received, graded, packed, sold."""
    return list(islice(_days(World(seed=seed, start=START)), count))


def _days(world: World) -> Iterator[Json]:
    growers = [world.grow() for _ in range(GROWERS)]
    station, house, shop = (world.site(kind) for kind in ("station", "packing_house", "shop"))
    box = world.product("礼盒", net_weight_kg=5)
    while True:
        lots = [world.pick(world.random.choice(growers), 40, station=station) for _ in range(3)]
        pooled = world.pool(lots, site=station)
        world.inspect([pooled], site=station)
        world.ship(lots={pooled: 120}, to=house)
        world.receive(lots={pooled: 120}, site=house)
        better, _ = world.grade(pooled, [70, 40], site=house)
        boxes = world.pack(better, 2, product=box, site=house)
        pallet = world.palletise(boxes, site=house)
        world.ship([pallet], to=shop)
        world.receive([pallet], site=shop)
        world.unpack(pallet)
        world.sell(boxes[:1], site=shop)
        yield from _told(world)


def _told(world: World) -> Iterator[Json]:
    yield from world.events
    world.forget()
    world.now = START


def recorded(bodies: Iterable[Json], *, capturer: str) -> dict[Topic, list[RecordedEvent]]:
    """As a capture service would have put them on their topics."""
    events: defaultdict[Topic, list[RecordedEvent]] = defaultdict(list)
    for body in bodies:
        event = RecordedEvent(canonical_bytes(body), content_hash(body), RECORDED_MS, capturer)
        events[topic_of(body)].append(event)
    return dict(events)


def in_envelopes(
    events: Mapping[Topic, Sequence[RecordedEvent]], size: int
) -> Iterator[tuple[Topic, list[RecordedEvent]]]:
    """Each topic's events, so many at a time."""
    for topic, of_topic in events.items():
        for start in range(0, len(of_topic), size):
            yield topic, list(of_topic[start : start + size])
