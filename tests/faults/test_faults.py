"""Real processes are killed and stopped while reports come in: what was acknowledged is there, once, and work goes on.

`SEED=7 ROUNDS=300 make faults`; docs/faults.md says what is killed and what is checked.
"""

from __future__ import annotations

import os
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import SystemRandom

import pytest

from deploy.local.engines import start_kafka, start_store
from simulator.accidents import NONE
from tests.faults.checker import Verdict, check
from tests.faults.gate import BEFORE_THE_EVENTS
from tests.faults.recovery import Recovery, strike
from tests.faults.schedule import Blow, Kind, schedule
from tests.faults.system import Engines, System

ROUNDS = int(os.environ.get("ROUNDS") or 30)
SEED = int(os.environ.get("SEED") or (SystemRandom().randrange(10**6) if "ROUNDS" in os.environ else 1))

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300 + 30 * ROUNDS)]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    folder = tmp_path_factory.mktemp("engines")
    kafka, store = start_kafka(folder / "kafka"), start_store(folder / "store")
    try:
        yield Engines(kafka, store)
    finally:
        kafka.stop()
        store.stop()


async def test_whatever_is_killed_or_stopped_nothing_acknowledged_is_lost_and_work_goes_on(
    engines: Engines, unique: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system = System(engines, name=unique, folder=tmp_path, seed=SEED)
    recoveries: list[Recovery] = []
    with capsys.disabled():
        print(f"\nSEED={SEED} ROUNDS={ROUNDS}", end="", flush=True)
    async with system.running():
        for number, blow in enumerate(schedule(SEED, ROUNDS), start=1):
            recoveries.append(await strike(system, blow))
            with capsys.disabled():
                print(f"\n{number}/{ROUNDS} {recoveries[-1]}", end="", flush=True)
        verdict = await check(system)
    with capsys.disabled():
        print(told(system, recoveries, verdict))
    assert list(verdict.faults()) == [], f"SEED={SEED}"
    assert [str(recovery) for recovery in recoveries if recovery.late] == [], f"SEED={SEED}"


async def test_stock_faust_loses_events_to_one_of_these_blows_and_the_checker_sees_it(
    engines: Engines, unique: str, tmp_path: Path
) -> None:
    verdict = await _after(Kind.KILL_STORE_IN_WRITE, _faulty(engines, unique, tmp_path, "stock_faust"))
    assert verdict.lost
    assert verdict.digest != verdict.rebuilt


async def test_a_projector_that_advances_before_it_writes_is_seen_by_the_checker(
    engines: Engines, unique: str, tmp_path: Path
) -> None:
    verdict = await _after(Kind.KILL_PROJECTOR_IN_WRITE, _faulty(engines, unique, tmp_path, "broken_projector"))
    assert verdict.lost
    assert verdict.digest != verdict.rebuilt
    assert any("is not stored as it was recorded" in problem for problem in verdict.audit)


def _faulty(engines: Engines, name: str, folder: Path, module: str) -> System:
    """No report comes twice: the write that a blow meets may be of a repeat, and who loses that loses nothing."""
    projector = f"tests.faults.{module}"
    return System(engines, name=name, folder=folder, seed=SEED, projector=projector, accidents=NONE)


async def _after(kind: Kind, system: System) -> Verdict:
    """In a write that the store has not got yet."""
    async with system.running():
        await strike(system, Blow(kind, after_s=0, door="harvest", place=BEFORE_THE_EVENTS))
        return await check(system)


def told(system: System, recoveries: Sequence[Recovery], verdict: Verdict) -> str:
    """The figures of a run."""
    resumed = sorted(recovery.resumed_s for recovery in recoveries)
    others = statistics.mean(recovery.others for recovery in recoveries)
    lines = [
        f"\nseed {SEED}, {len(recoveries)} rounds: {len(verdict.acknowledged)} events acknowledged, "
        f"{len(verdict.acknowledged & verdict.stored)} of them stored, {len(verdict.lost)} lost; "
        f"{sum(reporter.retries for reporter in system.reporters)} sent again, "
        f"{system.refused.total()} refused",
        f"work resumed after {statistics.median(resumed):.1f} s (p50), {resumed[-1]:.1f} s at most, "
        f"while {others:.0%} of the machine was others' ({sum(one.judged for one in recoveries)} rounds judged); "
        f"the projector ended with {dict(system.ended)} (status: times)",
    ]
    for kind, times in Counter(recovery.blow.kind for recovery in recoveries).items():
        those = sorted(recovery.resumed_s for recovery in recoveries if recovery.blow.kind is kind)
        lines.append(f"{times:5} × {kind.value}: {statistics.median(those):.1f} s (p50), {those[-1]:.1f} s at most")
    return "\n".join(lines)
