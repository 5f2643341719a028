"""How much of the machine others take, so that a deadline can be judged on a machine that is not ours alone."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
IDLE = (3, 4)
"""Columns of /proc/stat that are no work: idle, and waiting for a disk."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: of the steady clock, of all processors' work, and of that of this process and its children."""

    now: float
    everybody: float
    ours: float

    @classmethod
    def read(cls) -> Clock:
        if not (PROC / "stat").exists():
            return cls(time.monotonic(), 0, 0)
        ticks = [int(number) for number in (PROC / "stat").read_text().split("\n")[0].split()[1:9]]
        everybody = sum(number for column, number in enumerate(ticks) if column not in IDLE) / TICKS_A_SECOND
        return cls(time.monotonic(), everybody, _of_ended_ones_and_self() + _of_children())

    def others_since(self, before: Clock) -> float:
        """The share of the machine, 0 to 1, that others had since then."""
        capacity = (self.now - before.now) * (os.cpu_count() or 1)
        theirs = (self.everybody - before.everybody) - (self.ours - before.ours)
        return min(1.0, max(0.0, theirs / capacity)) if capacity else 0.0


def _of_ended_ones_and_self() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _of_children() -> float:
    return sum(_ticks_of_child(path) for path in PROC.glob("[0-9]*/stat")) / TICKS_A_SECOND


def _ticks_of_child(path: Path) -> int:
    """0 for any other process. After the name, which may hold anything, come state, parent, … and the four times."""
    try:
        fields = path.read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15])) if int(fields[1]) == os.getpid() else 0
