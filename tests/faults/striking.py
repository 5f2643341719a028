"""How each kind of blow is struck."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from stream.client import new_admin
from tests.faults.kept import Kept
from tests.faults.schedule import Blow, Kind
from tests.faults.system import System

HELD_S = 0.3
"""How long a write is still held after the signal: a projector told to stop waits for it."""
HEARD_S = 2.5
"""A member of a group hears of a rebalance with its next heartbeat, every 2 s."""
AWAY_S = 3.0
"""The driver waits 2 s for a store and sends a write twice; only then does a projector hear that the store is away."""


class EngineServer(Protocol):
    def kill(self) -> None: ...
    def start(self, *, wait: bool = True) -> None: ...
    def wait_ready(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Struck:
    """`since` is when (steady clock, seconds) everything struck was started again, or an engine answered again.

    Of `waiting` the last start counts: without a broker they end, and are started until there is one.
    """

    since: float
    engine_s: float = 0.0
    waiting: tuple[Kept, ...] = ()


Strike = Callable[[System, Blow], Awaitable[Struck]]


async def _kill_capture(system: System, blow: Blow) -> Struck:
    return await _killed(system.doors[blow.door])


async def _kill_projector(system: System, _: Blow) -> Struck:
    return await _killed(system.projector.process)


async def _kill_projector_in_write(system: System, blow: Blow) -> Struck:
    async with system.projector.gate.holding(blow.place):
        return await _killed(system.projector.process)


async def _stop_projector_in_write(system: System, blow: Blow) -> Struck:
    process = system.projector.process
    start = process.starts
    async with system.projector.gate.holding(blow.place):
        process.terminate()
        await asyncio.sleep(HELD_S)
    return Struck(await process.started_after(start))


async def _kill_broker(system: System, _: Blow) -> Struck:
    return await _restarted(*system.engines.kafka.brokers)


async def _kill_store(system: System, _: Blow) -> Struck:
    return await _restarted(system.engines.store.server)


async def _kill_store_in_write(system: System, blow: Blow) -> Struck:
    async with system.projector.gate.holding(blow.place):
        return await _restarted(system.engines.store.server, away_s=AWAY_S)


async def _kill_all(system: System, _: Blow) -> Struck:
    """Those that find no broker at their start end again; they are started until they do."""
    processes = (system.projector.process, *system.doors.values())
    for process in processes:
        process.kill()
    engines = await _restarted(*system.engines.kafka.brokers, system.engines.store.server)
    return replace(engines, waiting=processes)


async def _rebalance_in_write(system: System, blow: Blow) -> Struck:
    async with system.projector.gate.holding(blow.place):
        await system.start_projector(1)
        await asyncio.to_thread(_until_rebalancing, system)
        await asyncio.sleep(HEARD_S)
    return Struck(time.monotonic())


async def leave(system: System, blow: Blow) -> None:
    """The second projector leaves for good, in the middle of a write of its own: the group waits out its session."""
    second = system.projectors[1]
    async with second.gate.holding(blow.place):
        leaving = asyncio.create_task(system.end_projector(second))
        await asyncio.sleep(HELD_S)
    await leaving
    await system.caught_up()


async def _killed(*processes: Kept) -> Struck:
    starts = [process.starts for process in processes]
    for process in processes:
        process.kill()
    restarts = [await process.started_after(start) for process, start in zip(processes, starts, strict=True)]
    return Struck(max(restarts))


async def _restarted(*servers: EngineServer, away_s: float = 0) -> Struck:
    """Started from this thread, which alone can put them on a leash; waited for in another, as reports go on here."""
    began = time.monotonic()
    for server in servers:
        server.kill()
    await asyncio.sleep(away_s)
    for server in servers:
        server.start(wait=False)
    for server in servers:
        await asyncio.to_thread(server.wait_ready)
    return Struck(answered := time.monotonic(), answered - began)


def _until_rebalancing(system: System) -> None:
    admin = new_admin(system.engines.kafka.bootstrap, "faults")
    try:
        deadline = time.monotonic() + 30
        while _state_of(system.group, admin) == "Stable":
            assert time.monotonic() < deadline, "no rebalance began"
            time.sleep(0.05)
    finally:
        admin.close()


def _state_of(group: str, admin: Any) -> str:
    return next(str(one["group_state"]) for one in admin.list_groups() if one["group_id"] == group)


STRIKES: Mapping[Kind, Strike] = {
    Kind.KILL_CAPTURE: _kill_capture,
    Kind.KILL_PROJECTOR: _kill_projector,
    Kind.KILL_PROJECTOR_IN_WRITE: _kill_projector_in_write,
    Kind.STOP_PROJECTOR_IN_WRITE: _stop_projector_in_write,
    Kind.KILL_BROKER: _kill_broker,
    Kind.KILL_STORE: _kill_store,
    Kind.KILL_STORE_IN_WRITE: _kill_store_in_write,
    Kind.KILL_ALL: _kill_all,
    Kind.REBALANCE_IN_WRITE: _rebalance_in_write,
}
