"""The log's own broker and store are killed with -9 under it and come back: one log, and nothing of it left out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.engines import Kafka, Store, start_kafka, start_store
from provenance.log.checkpoints import Checkpoint
from provenance.log.leaves import LeafKind, first_occurrences, salted
from provenance.merkle import hash_leaf, root_of
from services.log import keys
from services.log.mongo import MongoLog
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from tests.services.log.test_killed import ORIGIN, SIGNING, Processes, _event, _topic
from tests.services.running import eventually
from wire.envelope import encode
from wire.errors import Transient
from wire.topics import EVENT_TOPICS, HARVEST, LABELS, LOG

PATIENCE_S = 120


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[tuple[Kafka, Store]]:
    """To be killed."""
    kafka = await asyncio.to_thread(start_kafka, tmp_path / "kafka")
    store = await asyncio.to_thread(start_store, tmp_path / "store")
    yield kafka, store
    await asyncio.to_thread(store.stop)
    await asyncio.to_thread(kafka.stop)


async def test_a_store_and_a_broker_that_are_killed_leave_one_log_with_every_event(
    engines: tuple[Kafka, Store], unique: str, tmp_path: Path
) -> None:
    kafka, store = engines
    topics = [*EVENT_TOPICS, LABELS, LOG]
    await asyncio.to_thread(ensure_topics, kafka.bootstrap, prefix=unique, topics=topics)
    folder = str(tmp_path / "keys")
    settings = {"kafka": kafka.bootstrap, "mongo_url": store.url, "key_folder": folder, "database": unique}
    processes = Processes(**settings, topic_prefix=unique)
    log, checkpoints = MongoLog(store.url, unique), set[str]()
    _kept_up(processes, tmp_path)
    try:
        await _publish(kafka, unique, 0)
        await eventually(lambda: _covers(log, 100, checkpoints), PATIENCE_S)
        await asyncio.to_thread(store.kill)
        await _publish(kafka, unique, 1)
        await asyncio.to_thread(store.restart)
        await eventually(lambda: _covers_again(log, 200, checkpoints, processes, tmp_path), PATIENCE_S)
        await asyncio.to_thread(kafka.kill)
        await asyncio.to_thread(kafka.restart)
        await _publish(kafka, unique, 2)
        await eventually(lambda: _covers_again(log, 300, checkpoints, processes, tmp_path), PATIENCE_S)
    finally:
        for one in processes.running:
            one.kill()
            one.wait()
        log.close()
    leaves = first_occurrences(_topic(kafka.bootstrap, unique), ())
    salt_key = keys.salt_key(Path(folder))
    ids = [bytes.fromhex(_event(number).record_id) for number in range(300)]
    assert set(leaves) == {salted(LeafKind.EVENT, one, salt_key=salt_key).entry for one in ids}
    hashes = list(map(hash_leaf, leaves))
    for checkpoint in (Checkpoint.read(text, origin=ORIGIN) for text in checkpoints):
        assert checkpoint.root == root_of(hashes[: checkpoint.size])


def _kept_up(processes: Processes, folder: Path) -> None:
    """What ended is started again, as a supervisor would."""
    processes.running = [one for one in processes.running if one.poll() is None]
    roles = {one.args[-1] for one in processes.running}  # type: ignore[index]
    if "services.log.sequence" not in roles:
        processes.start("sequence", **SIGNING)
    if "services.log.feed" not in roles:
        processes.start("feed", consumer_id="log-feed-0", state_folder=str(folder / "feed"))


async def _publish(kafka: Kafka, prefix: str, hundred: int) -> None:
    producer = KeyedProducer(bootstrap=kafka.bootstrap, client_id="test-events")
    await producer.start()
    events = [_event(hundred * 100 + number) for number in range(100)]
    messages = [Message(HARVEST.name(prefix), None, encode(events[at : at + 5])) for at in range(0, 100, 5)]
    await producer.send_all(messages)
    await producer.close()


async def _covers_again(log: MongoLog, size: int, checkpoints: set[str], processes: Processes, folder: Path) -> bool:
    _kept_up(processes, folder)
    return await _covers(log, size, checkpoints)


async def _covers(log: MongoLog, size: int, checkpoints: set[str]) -> bool:
    try:
        note = await log.checkpoint()
    except Transient:
        return False
    if note is None:
        return False
    checkpoints.add(note.text)
    return Checkpoint.read(note.text, origin=ORIGIN).size >= size
