"""`kill -9` between any two steps of the real store and the topic leaves nothing the next start does not finish."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
LEAST_STEPS = 5


@dataclass(frozen=True)
class Expected:
    """The boxes a lot has counted when the act is done, and how it answers once and again."""

    counted: int
    answer: int | None
    most_after: int


EXPECTED = {
    "issue": Expected(501, None, 501),
    "bind": Expected(10, 10, 10),
    "return": Expected(7, 3, 10),
    "void": Expected(2, 2, 4),
}


def killed_at_every_step(act: str, mongo_url: str, database: str) -> list[dict[str, Any]]:
    program = [sys.executable, "-m", "tests.services.labels.killed", mongo_url, database, act]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("act", EXPECTED)
def test_an_act_killed_at_any_step_is_finished_once_by_the_next_start_or_a_retry(
    act: str, mongo_url: str, unique: str
) -> None:
    expected, lives = EXPECTED[act], killed_at_every_step(act, mongo_url, unique)
    assert len(lives) > LEAST_STEPS
    for life in lives:
        assert life["after"]["labels"] <= life["after"]["counted"] <= expected.most_after
        assert life["then"] == {"counted": expected.counted, "labels": expected.counted}
        first, second = life["answers"]
        assert first == second and expected.answer in (None, first)
        assert life["unfinished"] == 0
