"""Fifty orders and scans of one lot by five processes at once, some killed, their store restarted under them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.engines import start_store
from services.labels.mongo import MongoLedger
from services.labels.mongo_rolls import MongoRolls
from services.labels.mongo_voids import MongoVoids
from tests.services.labels.packing import PackingHouse

ROOT = Path(__file__).parents[3]
PROCESSES = 5
BEARS = 20
"""Boxes of 5 kg in the lot's 100 kg."""

Asked = Sequence[dict[str, Any]]


class Process:
    def __init__(self, url: str, database: str) -> None:
        program = [sys.executable, "-m", "tests.services.labels.crowd", url, database]
        self._running = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def ask(self, asked: Asked) -> None:
        assert self._running.stdin
        self._running.stdin.write(json.dumps(list(asked)) + "\n")
        self._running.stdin.flush()

    def answer(self) -> list[list[str]]:
        assert self._running.stdout
        line = self._running.stdout.readline()
        assert line, "the process ended"
        return list(json.loads(line))

    def kill(self) -> None:
        self._running.kill()
        self._running.communicate()


@contextmanager
def crowd(url: str, database: str) -> Iterator[list[Process]]:
    processes = [Process(url, database) for _ in range(PROCESSES)]
    try:
        yield processes
    finally:
        for one in processes:
            one.kill()


@contextmanager
def opened(url: str, database: str) -> Iterator[PackingHouse]:
    ledger = MongoLedger(url, database)
    yield PackingHouse(ledger, MongoRolls(ledger.rolls), MongoVoids(ledger.voids))
    ledger.close()


async def prepared(url: str, database: str, labels: int) -> list[str]:
    """The serials of a roll on a new ledger."""
    with opened(url, database) as house:
        kept: tuple[Any, ...] = (house.ledger, house.rolls, house.voids)
        for one in kept:
            await one.prepare()
        return [label.serial for label in await house.print_roll(count=labels)]


def parts(roll: Sequence[str]) -> list[list[dict[str, Any]]]:
    """For each process ten requests, half orders and half scans; every request is also that of another process."""
    orders = [{"request": f"order{n}", "count": 2} for n in range(12)]
    ends = [(roll[2 * n], roll[2 * n + 1]) for n in range(13)]
    scans = [{"request": f"scan{n}", "act": "bind", "first": a, "last": b} for n, (a, b) in enumerate(ends)]
    asked = [one for pair in zip(orders, scans, strict=False) for one in pair] + scans[12:]
    return [[asked[(5 * n + at) % len(asked)] for at in range(10)] for n in range(PROCESSES)]


def granted(asked: Sequence[Asked], answers: Sequence[list[list[str]]]) -> dict[str, tuple[str, ...]]:
    """What each request got that was not refused; the same from every process that asked it."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for some, said in zip(asked, answers, strict=True):
        for one, answer in zip(some, said, strict=True):
            found.setdefault(one["request"], set()).add(tuple(answer[:1]) if answer[0] == "refused" else tuple(answer))
    assert all(len(said) == 1 for said in found.values()), found
    return {request: next(iter(said)) for request, said in found.items() if next(iter(said)) != ("refused",)}


async def test_five_processes_never_pass_the_cap_and_answer_each_request_alike(mongo_url: str, unique: str) -> None:
    roll = await prepared(mongo_url, unique, 26)
    asked = parts(roll)
    with crowd(mongo_url, unique) as processes:
        for one, some in zip(processes, asked, strict=True):
            one.ask(some)
        got = granted(asked, [one.answer() for one in processes])
    assert 2 * len(got) == BEARS, "each request is for two boxes"
    await bears_out(mongo_url, unique, got, roll)


async def test_processes_and_their_store_die_in_the_middle_and_nothing_is_lost(tmp_path: Path, unique: str) -> None:
    store = start_store(tmp_path / "store")
    try:
        roll = await prepared(store.url, unique, 26)
        asked = parts(roll)
        with crowd(store.url, unique) as processes:
            for one, some in zip(processes, asked, strict=True):
                one.ask(some[:4])
            said = [one.answer() for one in processes]
            before = granted([some[:4] for some in asked], said)
            for one, some in zip(processes, asked, strict=True):
                one.ask(some)
            processes[0].kill()
            processes[1].kill()
            store.kill()
            store.restart()
            rest = granted(asked[2:], [one.answer() for one in processes[2:]])
        with opened(store.url, unique) as house:
            await house.start_again()
        with crowd(store.url, unique) as processes:
            for one, some in zip(processes, asked, strict=True):
                one.ask(some)
            after = granted(asked, [one.answer() for one in processes])
        assert before.items() <= after.items() and rest.items() <= after.items()
        assert 2 * len(after) == BEARS
        await bears_out(store.url, unique, after, roll)
    finally:
        store.stop()


async def bears_out(url: str, database: str, got: dict[str, tuple[str, ...]], roll: Sequence[str]) -> None:
    """The ledger has what was said, each label once, and no more of the lot's weight."""
    made = [serial for request, said in got.items() if request.startswith("order") for serial in said]
    assert len(set(made)) == len(made)
    with opened(url, database) as house:
        out = [await house.check_code(serial) for serial in (*made, *roll)]
        assert out.count("issued") == BEARS
        assert await house.start_again() == 0, "nothing is left half done"
