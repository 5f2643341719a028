"""The projector as a real process on the real Kafka and the real store: whatever happens, the same set of events."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from epcis.event_id import recorded_bytes
from services.traceability.upkeep.digest import digest_of
from stream.dead_letter import Reason, open_letters
from stream.keyed_producer import KeyedProducer, Message
from tests.services.traceability.events import LOT, SSCC, aggregation, harvest, packing, shipping
from tests.services.traceability.projector_process import CAPTURER, Deployment, end, eventually
from wire.envelope import RecordedEvent, encode

Bodies = Sequence[Mapping[str, Any]]


@pytest.fixture
def deployment(kafka_bootstrap: str, mongo_url: str, unique: str, tmp_path: Path) -> Deployment:
    return Deployment.create(kafka_bootstrap, mongo_url, unique, tmp_path)


def season(size: int) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = []
    for number in range(size):
        bodies += [
            harvest(f"h{number}", f"{LOT}H{number}"),
            packing(f"p{number}", [f"{LOT}H{number}"], [f"{LOT}P{number}"]),
            aggregation(f"a{number}", SSCC, [f"{LOT}P{number}"]),
            shipping(f"s{number}", SSCC),
        ]
    return bodies


async def content(deployment: Deployment, generation: int = 1) -> dict[str, bytes]:
    with deployment.stores(generation) as (store, _):
        return {event.record_id: event.event async for event in store.scan()}


async def test_every_event_of_the_log_is_stored_with_its_bytes(deployment: Deployment) -> None:
    bodies = season(20)
    await deployment.publish(bodies)
    with deployment.projector():
        await deployment.caught_up()
    assert sorted((await content(deployment)).values()) == sorted(recorded_bytes(body) for body in bodies)


async def test_any_order_and_any_repeats_give_one_digest(deployment: Deployment) -> None:
    """Two generations of one log must agree, and so must the log shuffled and doubled."""
    bodies = season(15)
    shuffled = random.Random(7).sample(bodies * 2, k=2 * len(bodies))
    await deployment.publish(bodies)
    with deployment.projector(1):
        await deployment.caught_up(1)
    before = await content(deployment, 1)
    await deployment.publish(shuffled, an_envelope=3)
    with deployment.projector(2):
        await deployment.caught_up(2)
    assert await content(deployment, 2) == before
    with deployment.projector(1):
        await deployment.caught_up(1)
    with deployment.stores(1) as (one, _), deployment.stores(2) as (two, _):
        assert await digest_of(one.scan()) == await digest_of(two.scan())
        firsts = [{event.record_id: event.first async for event in store.scan()} for store in (one, two)]
    assert firsts[0] == firsts[1]


async def test_a_projector_killed_in_the_middle_loses_and_doubles_nothing(deployment: Deployment) -> None:
    bodies = season(300)
    await deployment.publish(bodies, an_envelope=5)
    for stored_by_then in (1, 300, 700):
        process = deployment.start_projector()
        with deployment.stores() as (store, _):

            async def has(number: int) -> bool:
                return len([event async for event in store.scan()]) >= number

            await eventually(lambda: has(stored_by_then))  # noqa: B023
        end(process, signal.SIGKILL)
    with deployment.projector():
        await deployment.caught_up()
    assert sorted((await content(deployment)).values()) == sorted(recorded_bytes(body) for body in bodies)


async def test_of_all_that_waits_only_what_is_bad_is_set_aside_and_the_rest_is_stored(deployment: Deployment) -> None:
    """No envelope, and an envelope with one event that cannot be read, among many that are written together."""
    bodies = season(10)
    good = recorded_bytes(harvest("beside", f"{LOT}BESIDE"))
    half = encode([RecordedEvent(event, bytes(32), 5, CAPTURER) for event in (good, b"[]")])
    await deployment.publish(bodies[:20], an_envelope=1)
    await _send(deployment, b"\xff not an envelope", half)
    await deployment.publish(bodies[20:], an_envelope=1)
    with deployment.projector():
        await deployment.caught_up()
    expected = [*(recorded_bytes(body) for body in bodies), good]
    assert sorted((await content(deployment)).values()) == sorted(expected)
    letters = await asyncio.to_thread(open_letters, deployment.kafka, deployment.topics)
    assert {(letter.record.value, letter.reason) for letter in letters} == {
        (b"\xff not an envelope", Reason.REJECTED),
        (half, Reason.REJECTED),
    }


async def _send(deployment: Deployment, *values: bytes) -> None:
    producer = KeyedProducer(bootstrap=deployment.kafka, client_id="wrong")
    await producer.start()
    await producer.send_all([Message(deployment.topics[0], None, value, partition=0) for value in values])
    await producer.close()
