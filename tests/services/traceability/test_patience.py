"""A process that waits for its store at the start ends when it is told to."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.process import Stopped
from services.traceability.patience import patiently
from tests.services.traceability.projector_process import ROOT, outside
from wire.errors import Transient

NOWHERE = {"KAFKA": "127.0.0.1:1", "MONGO_URL": "mongodb://127.0.0.1:1/", "HTTP_PORT": "0"}
ROLES = {
    "serve": {"JWKS_URL": "http://127.0.0.1:1/", "GRPC_PORT": "0"},
    "project": {"GENERATION": "1", "CONSUMER_ID": "project-0"},
}


async def test_it_tries_until_the_store_answers() -> None:
    answers = iter([Transient("away"), Transient("away")])

    async def attempt() -> str:
        for error in answers:
            raise error
        return "there"

    assert await patiently(attempt, asyncio.Event()) == "there"


async def test_what_is_no_trouble_of_the_store_is_raised() -> None:
    async def attempt() -> None:
        raise ValueError("unfit")

    with pytest.raises(ValueError, match="unfit"):
        await patiently(attempt, asyncio.Event())


async def test_told_to_stop_it_tries_no_longer() -> None:
    stop, trying, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def attempt() -> None:
        trying.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(patiently(attempt, stop))
    await trying.wait()
    stop.set()
    with pytest.raises(Stopped):
        await waiting
    await asyncio.wait_for(ended.wait(), 10)


@pytest.mark.parametrize("role", ROLES)
def test_a_process_whose_store_is_away_ends_when_it_is_told_to(role: str, tmp_path: Path) -> None:
    settings = NOWHERE | ROLES[role] | {"STATE_FOLDER": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", f"services.traceability.{role}"],
        cwd=ROOT,
        env=outside() | {f"SUYUAN_{name}": value for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert any("start waited for the store" in line for line in process.stdout)
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
