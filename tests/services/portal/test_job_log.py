"""One suite for the log of jobs: in memory, and on the real broker."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.portal.epcis_door.job_log import KafkaJobLog
from services.portal.ports import JobLog
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer
from stream.spot_reader import SpotReader
from tests.services.portal.upstream import MemoryJobs
from wire.topics import CAPTURES

KEY = "0123456789abcdef0123456789abcdef"
FAR = 1_000_000


@pytest_asyncio.fixture(params=["memory", "kafka"])
async def log(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[JobLog]:
    if request.param == "memory":
        yield MemoryJobs()
        return
    bootstrap = request.getfixturevalue("kafka_bootstrap")
    await asyncio.to_thread(ensure_topics, bootstrap, prefix=unique, topics=(CAPTURES,))
    topic = CAPTURES.name(unique)
    producer = KeyedProducer(bootstrap=bootstrap, client_id=unique)
    reader = SpotReader(bootstrap=bootstrap, topic=topic, client_id=unique)
    await producer.start()
    yield KafkaJobLog(producer=producer, reader=reader, topic=topic)
    await producer.close()
    reader.close()


async def test_a_record_is_found_at_the_place_of_its_receipt(log: JobLog) -> None:
    place = await log.append(KEY, b"first")
    (entry,) = await log.read(place.partition, place.offset, 10)
    assert (entry.key, entry.value) == (KEY, b"first")


async def test_records_of_one_key_follow_each_other_in_one_partition(log: JobLog) -> None:
    first, second = await log.append(KEY, b"first"), await log.append(KEY, b"second")
    assert second.partition == first.partition
    assert [entry.value for entry in await log.read(first.partition, first.offset, 10)] == [b"first", b"second"]
    assert [entry.value for entry in await log.read(first.partition, first.offset, 1)] == [b"first"]


async def test_outside_of_what_is_kept_nothing_is_found(log: JobLog) -> None:
    place = await log.append(KEY, b"first")
    assert list(await log.read(place.partition, FAR, 10)) == []
    assert list(await log.read(FAR, 0, 10)) == []


async def test_the_latest_come_newest_first_each_with_its_place(log: JobLog) -> None:
    places = [await log.append(f"{n:032x}", str(n).encode()) for n in range(4)]
    recent = (await log.recent(100, {})).entries
    assert [entry.value for _, entry in recent] == [b"3", b"2", b"1", b"0"]
    assert [receipt for receipt, _ in recent] == places[::-1]


async def test_all_are_read_backwards_piece_by_piece_while_more_come(log: JobLog) -> None:
    for n in range(40):
        await log.append(f"{n:032x}", str(n).encode())
    found: list[bytes] = []
    before: dict[int, int] = {}
    while True:
        tail = await log.recent(5, before)
        before = dict(tail.bounds)
        for receipt, entry in tail.entries:
            found.append(entry.value)
            before[receipt.partition] = receipt.offset
        await log.append(KEY, b"new")
        if all(before[partition] <= first for partition, first in tail.firsts.items()):
            break
    # Each once. Two of one millisecond lie on different partitions, and which of them is newer nobody promises.
    assert sorted(map(int, found)) == list(range(40))
