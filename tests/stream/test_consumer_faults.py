"""The guarded worker while its broker goes away, comes back, or Faust itself gives up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.engines import Kafka, start_kafka
from stream.guard import INTERRUPTED_EXIT, STALLED_EXIT
from tests.stream.trial import World, eventually


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker of this module's own, to be killed."""
    broker = start_kafka(Path(tmp_path_factory.mktemp("kafka")))
    yield broker
    broker.stop()


@pytest.fixture
def own_world(own_kafka: Kafka, tmp_path: Path, topic_prefix: str) -> Iterator[World]:
    made = World(tmp_path, own_kafka.bootstrap, topic_prefix)
    yield made
    made.close()


async def test_a_broker_killed_in_the_middle_of_work_costs_no_record(own_world: World, own_kafka: Kafka) -> None:
    world = own_world
    await world.send(*(f"before {number}" for number in range(200)))
    worker = world.work(stalled_after_s=5)
    await world.until_written("before 20")
    own_kafka.kill()
    own_kafka.restart()
    await world.send(*(f"after {number}" for number in range(20)))

    def written() -> bool:
        """A supervisor starts what ended."""
        nonlocal worker
        if worker.process.poll() is not None:
            worker = world.work(stalled_after_s=5)
        return {f"before {number}" for number in range(200)} | {f"after {number}" for number in range(20)} == set(
            world.written()
        )

    await eventually(written, "everything written", within_s=60)
    assert await world.next_offset() == 220


async def test_when_faust_gives_up_the_process_ends_and_the_record_under_way_comes_again(own_world: World) -> None:
    world = own_world
    await world.send("slow", "give-up", "after")
    worker = world.work(crash_faust_when="slow")
    assert await worker.ended() in (STALLED_EXIT, INTERRUPTED_EXIT)
    world.let("go")
    world.work()
    await world.until_written("slow", "give-up", "after")
