"""Keeps one projector process for every generation the pointer document names.

So a rebuild only writes that generation n+1 is wanted, and after the switch that generation n may go: no process has
to outlive a command, and it is the same on one machine and on many. A projector ends when its keeper does.
"""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from runtime import logs
from services.traceability.config import ProjectConfig
from services.traceability.mongo.connection import connect
from services.traceability.mongo.generations import MongoPointer
from services.traceability.ports import Generations, Pointer
from wire.errors import Transient

LOOK_EVERY_S = 1.0
KILL_AFTER_S = 10.0

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """A projector that should run. Port 0 is any free one: only the current generation answers the probes."""

    generation: int
    http_port: int


def posts(generations: Generations, http_port: int, now_ms: int) -> frozenset[Post]:
    """What should run at this moment."""
    wanted = {Post(generations.current, http_port)}
    if generations.building is not None:
        wanted.add(Post(generations.building, 0))
    if generations.retiring is not None and now_ms < generations.retire_at_ms:
        wanted.add(Post(generations.retiring, 0))
    return frozenset(wanted)


async def run(settings: ProjectConfig, stop: asyncio.Event, *, environ: Mapping[str, str]) -> None:
    """Until told to stop; then every projector finishes its record. They get `environ` and their own settings."""
    client = connect(settings.mongo_url)
    pointer = MongoPointer(client, settings.database)
    running: dict[Post, Process] = {}
    wanted: frozenset[Post] = frozenset()
    while not stop.is_set():
        wanted = await _wanted(pointer, settings.http_port) or wanted
        await _stop({post: running.pop(post) for post in set(running) - wanted})
        for post in wanted:
            if post not in running or running[post].returncode is not None:
                running[post] = await _start(post, environ)
        await _until_something_changes(stop, running)
    await _stop(running)
    client.close()


async def _wanted(pointer: Pointer, http_port: int) -> frozenset[Post] | None:
    """None while the store is away: what runs goes on."""
    try:
        return posts(await pointer.read(), http_port, time.time_ns() // 1_000_000)
    except Transient as error:
        log.warning("pointer not read", error=str(error))
        return None


async def _until_something_changes(stop: asyncio.Event, running: dict[Post, Process]) -> None:
    """A projector that ends is started again after a look's time, so that one which cannot start does not spin."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)
    for post, process in running.items():
        if process.returncode is not None:
            log.warning("projector ended", generation=post.generation, status=process.returncode)


async def _start(post: Post, environ: Mapping[str, str]) -> Process:
    settings = {"GENERATION": str(post.generation), "HTTP_PORT": str(post.http_port), "KEPT": "yes"}
    environment = {**environ} | {f"SUYUAN_{name}": value for name, value in settings.items()}
    log.info("projector started", generation=post.generation, http_port=post.http_port)
    module = "services.traceability.project"
    return await asyncio.create_subprocess_exec(sys.executable, "-m", module, env=environment, stdin=PIPE)


async def _stop(processes: dict[Post, Process]) -> None:
    for post, process in processes.items():
        if process.returncode is None:
            log.info("projector stopping", generation=post.generation)
            process.terminate()
    for process in processes.values():
        try:
            await asyncio.wait_for(process.wait(), KILL_AFTER_S)
        except TimeoutError:
            process.kill()
            await process.wait()
