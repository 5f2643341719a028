"""A process that is started again whenever it ends, as supervisord would, and is killed with those who started it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.faults.waiting import LOOK_EVERY_S, until

ROOT = Path(__file__).parents[2]
LEASH = ROOT / "deploy/local/leash.py"
STARTED_S = 1.0
"""One that ends sooner is started again only after this time, as by supervisord's `startsecs`."""


class Kept:
    """`ends` counts the statuses it ended with (a signal is negative); `starts` its runs, the last of which began at
    `started_at` (steady clock, seconds)."""

    def __init__(self, name: str, module: str, settings: Mapping[str, str], *, logs: Path) -> None:
        self.name = name
        self.ends: Counter[int] = Counter()
        self.starts = 0
        self._command = (sys.executable, "-S", str(LEASH), str(os.getpid()), sys.executable, "-m", module)
        self._settings = dict(settings)
        self._log = logs / f"{name}.log"
        self._start()
        self._keeping = asyncio.create_task(self._keep())

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def started_after(self, start: int) -> float:
        """When the run after the one numbered `start` began."""

        async def started() -> bool:
            return self.starts > start

        await until(started, f"{self.name} started again")
        return self.started_at

    async def let_go(self, number: signal.Signals = signal.SIGTERM) -> None:
        """It ends and is not started again; SIGKILL follows after 10 s."""
        self._keeping.cancel()
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            await asyncio.to_thread(self._process.wait, 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.ends[self._process.wait()] += 1

    async def _keep(self) -> None:
        while True:
            if (status := self._process.poll()) is not None:
                self.ends[status] += 1
                if time.monotonic() - self.started_at < STARTED_S:
                    await asyncio.sleep(STARTED_S)
                self._start()
            await asyncio.sleep(LOOK_EVERY_S)

    def _start(self) -> None:
        self.starts += 1
        self.started_at = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=outside() | self._settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def outside() -> dict[str, str]:
    """What a process needs of ours: the path to its imports, and nothing that looks like a setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    return kept | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'build/generated'}"}
