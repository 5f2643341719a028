"""Reports without end from the simulator, sent to the capture services call by call; what was acknowledged is kept."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

import grpc
import orjson
from produce.v1 import (
    capture_pb2,
    harvest_pb2,
    harvest_pb2_grpc,
    quality_pb2,
    quality_pb2_grpc,
    shipping_pb2,
    shipping_pb2_grpc,
)

from epcis.event_id import record_id, recorded_bytes
from provenance.reports import Json
from runtime.grpc_client import channel
from simulator.accidents import Accidents, befall
from simulator.numbers import Numbers
from simulator.season import Season, Size
from simulator.world import CHINA, World
from stream.receipts import Receipt
from wire.routing import topic_of
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

DAYS_BACK = timedelta(days=30)
DEEDS = 1000
"""At ten minutes each, 7 days."""
ACCIDENTS = Accidents(late=0.03, duplicate=0.05, corrected=0.02, wrong=0.02)
MOST_IN_A_CALL = 8
PAUSE_S = 0.15
CALL_TIMEOUT_S = 15.0


def _world(seed: int) -> World:
    return World(seed=seed, start=datetime.now(CHINA) - DAYS_BACK)


def _pickings(seed: int) -> Iterator[Json]:
    world = _world(seed)
    growers = [world.grow() for _ in range(20)]
    for _ in range(DEEDS):
        world.pick(world.random.choice(growers), world.random.randint(80, 650))
    yield from world.events


def _inspections(seed: int) -> Iterator[Json]:
    world = _world(seed)
    station = world.site("station")
    for _ in range(DEEDS):
        lot = world.numbers.lot(world.fruit)
        world.kg[lot] = None
        world.inspect([lot], site=station)
    yield from world.events


def _journeys(seed: int) -> Iterator[Json]:
    season = Season(seed=seed, size=Size(days=DAYS_BACK.days // 2))
    season.world.now = datetime.now(CHINA) - DAYS_BACK
    return (body for body in season.reports() if topic_of(body) == SHIPPING)


def _for_ever(some: Callable[[int], Iterator[Json]], random: Random) -> Iterator[Json]:
    """One story after another: a single one would come to tomorrow, and what lies there is refused."""
    while True:
        yield from some(random.getrandbits(32))


@dataclass(frozen=True, slots=True)
class Door:
    """A capture service: what comes in by it, and how it is called."""

    name: str
    topic: Topic
    reports: Callable[[int], Iterator[Json]]
    stub: Callable[[grpc.aio.Channel], Any]
    request: Any


DOORS = (
    Door("harvest", HARVEST, _pickings, harvest_pb2_grpc.HarvestServiceStub, harvest_pb2.CaptureHarvestRequest),
    Door("quality", QUALITY, _inspections, quality_pb2_grpc.QualityServiceStub, quality_pb2.CaptureQualityRequest),
    Door("shipping", SHIPPING, _journeys, shipping_pb2_grpc.ShippingServiceStub, shipping_pb2.CaptureShippingRequest),
)


class Reporter:
    """Sends to one door until told to stop. What is not answered, or answered RETRY, is sent again until it is."""

    def __init__(self, door: Door, *, target: str, token: str, seed: int, accidents: Accidents) -> None:
        self.door = door
        self.sent: set[str] = set()
        self.acknowledged: dict[str, list[Receipt]] = {}
        self.last_new = (0.0, "")
        """When (steady clock) the last event that was never sent before was accepted, and its record id."""
        self.rejected: Counter[str] = Counter()
        self.retries = 0
        self._target = target
        self._token = token
        self._new: set[str] = set()
        self._random = Random(f"{seed} {door.name}")
        deeds = _for_ever(door.reports, self._random)
        self._reports = befall(deeds, accidents, random=self._random, numbers=Numbers(self._random))

    async def run(self, stop: asyncio.Event) -> None:
        async with channel(self._target, token=lambda: self._token) as opened:
            call = getattr(self.door.stub(opened), f"Capture{self.door.name.capitalize()}")
            while not stop.is_set():
                await self._deliver(call, list(islice(self._reports, self._random.randint(1, MOST_IN_A_CALL))))
                await asyncio.sleep(PAUSE_S)

    async def _deliver(self, call: Any, bodies: list[Json]) -> None:
        ids = {record_id(recorded_bytes(body)) for body in bodies}
        self._new = ids - self.sent
        self.sent |= ids
        waiting = [capture_pb2.CaptureItem(event=orjson.dumps(body)) for body in bodies]
        while waiting:
            waiting = await self._call(call, waiting)
            if waiting:
                self._new = set()
                self.retries += len(waiting)
                await asyncio.sleep(PAUSE_S)

    async def _call(self, call: Any, items: list[capture_pb2.CaptureItem]) -> list[capture_pb2.CaptureItem]:
        """Those items that must be sent again."""
        try:
            answer = await call(self.door.request(items=items), timeout=CALL_TIMEOUT_S, wait_for_ready=True)
        except grpc.aio.AioRpcError as error:
            if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                return items
            raise
        return [item for item, result in zip(items, answer.results, strict=True) if self._must_go_again(result)]

    def _must_go_again(self, result: capture_pb2.CaptureResult) -> bool:
        if result.status == capture_pb2.CAPTURE_STATUS_ACCEPTED:
            receipt = Receipt(result.receipt.topic, result.receipt.partition, result.receipt.offset)
            self.acknowledged.setdefault(result.record_id, []).append(receipt)
            if result.record_id in self._new:
                self.last_new = (time.monotonic(), result.record_id)
        elif result.status == capture_pb2.CAPTURE_STATUS_REJECTED:
            self.rejected.update(problem.code for problem in result.problems if not problem.warning)
        return bool(result.status == capture_pb2.CAPTURE_STATUS_RETRY)
