"""The log against what was derived from it, on real engines: audit finds what is missing, rebuild changes nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.traceability.mongo.connection import connect
from services.traceability.mongo.generations import MongoPointer, generation_database
from services.traceability.ports import Generations
from services.traceability.store.memory import MemoryEventStore
from services.traceability.upkeep.digest import digest_of
from services.traceability.upkeep.keeper import Post, posts
from services.traceability.upkeep.rebuilding import _differ, _differing
from stream.dead_letter import open_letters
from stream.keyed_producer import KeyedProducer, Message
from stream.replay import replay
from tests.services.traceability.events import LOT, SSCC, harvest, shipping, stored
from tests.services.traceability.projector_process import ROOT, Deployment, eventually, outside

HOUR_MS = 3_600_000


@pytest.fixture
def deployment(kafka_bootstrap: str, mongo_url: str, unique: str, tmp_path: Path) -> Deployment:
    return Deployment.create(kafka_bootstrap, mongo_url, unique, tmp_path)


async def command(deployment: Deployment, name: str, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and printed lines of `python -m services.traceability.<name>`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"services.traceability.{name}",
        *arguments,
        cwd=ROOT,
        env=outside() | dict(deployment.settings),
        stdout=subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, [orjson.loads(line) for line in printed.splitlines()]


async def test_a_rebuild_agrees_with_what_it_replaces_and_takes_over(deployment: Deployment) -> None:
    """While events arrive, and with repeats in the log; afterwards reports are applied to the new generation."""
    bodies = [harvest(f"h{n}", f"{LOT}{n}") for n in range(40)]
    await deployment.publish([*bodies, *bodies[::3]], an_envelope=4)
    with deployment.projector(generation=0):
        await deployment.caught_up(1)
        rebuilding = asyncio.create_task(command(deployment, "rebuild"))
        for number in range(10):
            await deployment.publish([shipping(f"s{number}", SSCC)])
        code, lines = await rebuilding
        assert (code, lines[-1]["switched"], lines[-1]["generation"], lines[-1]["differing"]) == (0, True, 2, [])
        await deployment.publish([harvest("after", LOT + "AFTER")])
        await deployment.caught_up(2)
        with deployment.stores(2) as (store, _):
            assert len([event async for event in store.scan()]) == 40 + 10 + 1
        assert await command(deployment, "audit", "--deep") == (
            0,
            [{"complete": True, "missing": [], "partitions": 48, "reports": 65, "set_aside": 0}],
        )


async def test_generations_that_differ_are_not_switched(deployment: Deployment) -> None:
    """An event that lies in the present store and not in the log is a difference that stays."""
    await deployment.publish([harvest("h", LOT + "A")])
    with deployment.projector(generation=0):
        await deployment.caught_up(1)
        client = connect(deployment.mongo_url)
        events = client[generation_database(deployment.database, 1)]["events"]
        document = await events.find_one({})
        assert document is not None
        await events.insert_one({**document, "_id": "0" * 64})
        code, lines = await command(deployment, "rebuild")
        assert (code, lines[-1]["switched"], lines[-1]["differing"]) == (1, False, ["0" * 64])
        assert await MongoPointer(client, deployment.database).read() == Generations(current=1, last=2)
        client.close()


async def test_audit_names_what_is_missing_and_what_was_changed(deployment: Deployment) -> None:
    bodies = [harvest(f"h{n}", f"{LOT}{n}") for n in range(12)]
    await deployment.publish(bodies, an_envelope=3)
    with deployment.projector():
        await deployment.caught_up()
        client = connect(deployment.mongo_url)
        events = client[generation_database(deployment.database, 1)]["events"]
        lost, changed = [document["_id"] async for document in events.find({}).limit(2)]
        await events.delete_one({"_id": lost})
        await events.update_one({"_id": changed}, {"$set": {"bytes": b"{}"}})
        client.close()
    code, (quick,) = await command(deployment, "audit")
    assert (code, "reports" in quick) == (0, False)  # it reads none, which is not that there are none
    code, (result,) = await command(deployment, "audit", "--deep")
    assert (code, result["complete"], result["reports"]) == (1, False, 12)
    assert {word for lack in result["missing"] for word in lack["problem"].split()} >= {lost, changed}
    assert len(result["missing"]) == 2


async def test_audit_says_how_far_a_stopped_projector_is_behind(deployment: Deployment) -> None:
    await deployment.publish([harvest("h", LOT + "A")])
    code, (result,) = await command(deployment, "audit")
    assert (code, result["complete"]) == (1, False)
    (lack,) = result["missing"]
    assert (lack["topic"], lack["partition"]) == (deployment.topics[0], 0)
    assert "1 record(s) are not written yet" in lack["problem"]


async def test_bad_data_is_set_aside_and_not_missing_and_so_it_stays_when_replayed(deployment: Deployment) -> None:
    producer = KeyedProducer(bootstrap=deployment.kafka, client_id="wrong")
    await producer.start()
    await producer.send_all([Message(deployment.topics[0], None, b"\xff no envelope", partition=0)])
    await producer.close()
    with deployment.projector():
        await deployment.caught_up()
        assert await _set_aside(deployment) == 1
        await _replay_all(deployment)
        await deployment.caught_up()
        assert await _set_aside(deployment) == 1


async def _set_aside(deployment: Deployment) -> int:
    code, (result,) = await command(deployment, "audit", "--deep")
    assert (code, result["missing"]) == (0, [])
    return int(result["set_aside"])


async def _replay_all(deployment: Deployment) -> None:
    producer = KeyedProducer(bootstrap=deployment.kafka, client_id="replay")
    await producer.start()
    for letter in await asyncio.to_thread(open_letters, deployment.kafka, deployment.topics):
        await replay(letter, producer)
    await producer.close()


async def test_generations_that_differ_in_who_reported_first_are_not_the_same() -> None:
    """It decides who may read, and whose word counts."""
    told = stored(harvest("h", LOT + "A"))
    others = replace(told, first=told.first._replace(capturer="https://example.org/another"))
    one, other = MemoryEventStore(), MemoryEventStore()
    await one.record([told])
    await other.record([others])
    assert await digest_of(one.scan()) != await digest_of(other.scan())
    assert await _differing(one.scan(), other.scan()) == {told.record_id}
    assert await _differ(told.record_id, one, other)
    assert not await _differ(told.record_id, one, one)


async def test_the_pointer_changes_only_from_where_it_stands(mongo_url: str, database: str) -> None:
    client = connect(mongo_url)
    pointer = MongoPointer(client, database)
    begun = await pointer.read()
    assert begun == Generations(current=1)
    assert await pointer.replace(begun, Generations(current=1, building=2))
    assert not await pointer.replace(begun, Generations(current=1, building=2))
    assert await pointer.read() == Generations(current=1, building=2)
    client.close()


@pytest.mark.parametrize(
    ("generations", "running"),
    [
        (Generations(current=1), {Post(1, 80)}),
        (Generations(current=1, building=2), {Post(1, 80), Post(2, 0)}),
        (Generations(current=2, retiring=1, retire_at_ms=HOUR_MS + 1), {Post(2, 80), Post(1, 0)}),
        (Generations(current=2, retiring=1, retire_at_ms=HOUR_MS), {Post(2, 80)}),
        (Generations(current=2, building=3, retiring=1, retire_at_ms=0), {Post(2, 80), Post(3, 0)}),
    ],
)
def test_a_keeper_runs_what_the_pointer_names(generations: Generations, running: set[Post]) -> None:
    assert posts(generations, 80, HOUR_MS) == running


async def test_a_projector_ends_when_its_keeper_is_killed(deployment: Deployment) -> None:
    """And the next keeper's goes on: nothing is lost when the process that is supervised is killed."""
    await deployment.publish([harvest(f"h{n}", f"{LOT}{n}") for n in range(30)], an_envelope=2)
    keeper = deployment.start_projector(generation=0)
    with deployment.stores() as (store, _):

        async def begun() -> bool:
            return any([True async for _ in store.scan()])

        await eventually(begun)
    children = _children(keeper.pid)
    assert len(children) == 1
    keeper.kill()
    keeper.wait()

    async def ended() -> bool:
        return not any((Path("/proc") / str(child)).exists() for child in children)

    await eventually(ended)
    with deployment.projector(generation=0):
        await deployment.caught_up()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("children of a process are looked up in /proc")
    return [int(child) for child in listed.read_text().split()]
