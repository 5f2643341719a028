"""Processes of the log, killed with -9 while it grows, and two sequencers at once by mistake: one log all the same."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.log.checkpoints import Checkpoint
from provenance.log.leaves import ENTRY_BYTES, LeafKind, first_occurrences, salted
from provenance.log.tiles import Tile, unbundled
from provenance.merkle import hash_leaf, root_of
from services.log import keys
from services.log.mongo import MongoLog
from services.log.topology import CommitmentsOut
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.log_reader import end_offsets, read_log
from tests.services.running import eventually, free_port
from wire.envelope import RecordedEvent, encode
from wire.log_codec import decode_entries
from wire.topics import EVENT_TOPICS, HARVEST, LABELS, LOG

ROOT = Path(__file__).parents[3]
ORIGIN = "suyuan.example/log"
SIGNING = {"origin": ORIGIN, "sign_every_s": "0.05"}
DEATHS = 6
PYTHON = {"PYTHONPATH": f"{ROOT}:{ROOT / 'build/generated'}", "PATH": os.environ["PATH"]}


class Processes:
    """Of the log, each with these settings and its own."""

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, role: str, **own: str) -> None:
        settings = self._settings | own | {"http_port": str(free_port())}
        environ = {f"SUYUAN_{name.upper()}": value for name, value in settings.items()} | PYTHON
        command = [sys.executable, "-m", f"services.log.{role}"]
        self.running.append(subprocess.Popen(command, cwd=ROOT, env=environ))

    def kill(self, which: int) -> None:
        one = self.running.pop(which)
        assert one.poll() is None, "it ended by itself"
        one.kill()
        one.wait()


@pytest.fixture
def processes(kafka_bootstrap: str, mongo_url: str, unique: str, tmp_path: Path) -> Iterator[Processes]:
    keys = str(tmp_path / "keys")
    made = Processes(kafka=kafka_bootstrap, mongo_url=mongo_url, key_folder=keys, database=unique, topic_prefix=unique)
    yield made
    while made.running:
        made.kill(0)


async def test_two_sequencers_that_are_killed_again_and_again_make_one_log(
    processes: Processes, kafka_bootstrap: str, mongo_url: str, unique: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(ensure_topics, kafka_bootstrap, prefix=unique, topics=[LOG])
    producer = KeyedProducer(bootstrap=kafka_bootstrap, client_id="test-log")
    await producer.start()
    end, store = CommitmentsOut(producer, unique), MongoLog(mongo_url, unique)
    await store.prepare()
    processes.start("sequence", **SIGNING)
    processes.start("sequence", **SIGNING)
    checkpoints: set[str] = set()
    for death in range(1, DEATHS + 1):
        for number in range(20):
            await end.append([_entry(death * 500 + number * 20 + one) for one in range(30)])  # ten are repeats
        await eventually(lambda size=death * 400 - 399: _covers(store, size, checkpoints), 60)  # type: ignore[misc]
        processes.kill(0)
        processes.start("sequence", **SIGNING)
    leaves = first_occurrences(_topic(kafka_bootstrap, unique), ())
    await eventually(lambda: _covers(store, len(leaves), checkpoints), 60)
    hashes = [hash_leaf(leaf) for leaf in leaves]
    for text in checkpoints:
        checkpoint = Checkpoint.read(text, origin=ORIGIN)
        assert checkpoint.root == root_of(hashes[: checkpoint.size])
    bundles = [Tile(None, first // 256, min(256, len(leaves) - first)) for first in range(0, len(leaves), 256)]
    stored = await store.tiles(bundles)
    assert [entry for bundle in bundles for entry in unbundled(bundle, stored[bundle])] == leaves
    await producer.close()
    store.close()


async def test_feeds_that_are_killed_again_and_again_leave_no_event_out_and_log_none_twice(
    processes: Processes, kafka_bootstrap: str, mongo_url: str, unique: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(ensure_topics, kafka_bootstrap, prefix=unique, topics=[*EVENT_TOPICS, LABELS, LOG])
    producer = KeyedProducer(bootstrap=kafka_bootstrap, client_id="test-events")
    await producer.start()
    store, topic = MongoLog(mongo_url, unique), HARVEST.name(unique)
    processes.start("sequence", **SIGNING)
    leaves: set[bytes] = set()
    for death in range(DEATHS // 3):
        processes.start("feed", consumer_id="log-feed-0", state_folder=str(tmp_path / "feed"))
        events = [_event(death * 1000 + number) for number in range(800)]
        messages = [Message(topic, None, encode(events[start : start + 4])) for start in range(0, 800, 4)]
        await producer.send_all(messages)
        wanted = len(leaves) + 1
        await eventually(lambda size=wanted: _covers(store, size, set()), 60)  # type: ignore[misc]
        processes.kill(-1)
        salt_key = keys.salt_key(tmp_path / "keys")
        leaves |= {salted(LeafKind.EVENT, bytes.fromhex(one.record_id), salt_key=salt_key).entry for one in events}
    processes.start("feed", consumer_id="log-feed-0", state_folder=str(tmp_path / "feed"))
    await eventually(lambda: _covers(store, len(leaves), set()), 60)
    assert set(await store.numbers(leaves)) == leaves
    assert (await store.head()).size == len(leaves)
    await producer.close()
    store.close()


async def _covers(store: MongoLog, size: int, checkpoints: set[str]) -> bool:
    """Whether a signed checkpoint is as long, remembering each that was seen."""
    if (note := await store.checkpoint()) is None:
        return False
    checkpoints.add(note.text)
    return Checkpoint.read(note.text, origin=ORIGIN).size >= size


def _event(number: int) -> RecordedEvent:
    return RecordedEvent(f'{{"number":{number}}}'.encode(), bytes(32), 1_000, "urn:x:reporter")


def _entry(number: int) -> bytes:
    return bytes([0]) + number.to_bytes(ENTRY_BYTES - 1, "big")


def _topic(bootstrap: str, prefix: str) -> list[bytes]:
    until = end_offsets(bootstrap, [LOG.name(prefix)])
    return [entry for record in read_log(bootstrap, until) for entry in decode_entries(record.value or b"")]


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from services.log import keys;"
        "print(keys.salt_key(Path(sys.argv[1])).hex())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "keys")], env=PYTHON, stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    assert {one.communicate()[0].decode().strip() for one in started} == {keys.salt_key(tmp_path / "keys").hex()}
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["salt.key"]
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / "salt.key").stat().st_mode & 0o777 == 0o600
