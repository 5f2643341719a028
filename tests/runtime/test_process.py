"""The shell of a process, as a process."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.process import CONFIG_EXIT

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio
from runtime import process
from runtime.config import ConfigError

async def main(stop):
    print("started", flush=True)
    {body}
    print("finished", flush=True)

process.run(main)
"""


def started(body: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'build/generated'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_its_work(number: signal.Signals) -> None:
    process = started("await stop.wait()")
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (out, err, process.returncode) == ("finished\n", "", 0)


def test_a_wrong_setting_is_one_sentence_and_the_status_for_it() -> None:
    process = started("raise ConfigError('SUYUAN_KAFKA is missing')")
    _, err = process.communicate(timeout=30)
    assert (err, process.returncode) == ("SUYUAN_KAFKA is missing\n", CONFIG_EXIT)


def test_the_collector_of_a_process_looks_seldom() -> None:
    running = started("import gc; print(gc.get_threshold()[0] >= 20_000, gc.get_freeze_count() > 0)")
    said, _ = running.communicate(timeout=20)
    assert said.split() == ["started", "True", "True", "finished"]
