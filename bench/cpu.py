"""What processes cost: CPU seconds since they began, by process id, as the kernel counts them (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Fields 14 and 15 of /proc/PID/stat (proc(5)), counted after the name, which may itself have blanks in it."""


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, in ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_A_SECOND


@dataclass(frozen=True, slots=True)
class Instant:
    """What a clock on the wall and the processes' own clocks showed at one moment, in seconds."""

    wall_s: float
    cpu_s: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Span:
    """What passed between two instants."""

    wall_s: float
    cpu_s: Mapping[str, float]

    def cpu_us(self, process: str, events: int) -> float:
        """Microseconds of CPU for each event; not a number where the process is not ours to see."""
        return self.cpu_s.get(process, float("nan")) / events * 1e6

    @property
    def core_seconds(self) -> float:
        return sum(self.cpu_s.values())

    def cores(self, process: str) -> float:
        """How much of a core it used."""
        return self.cpu_s.get(process, float("nan")) / self.wall_s


class Meter:
    """Reads the clocks of named processes; `ours` is this one."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {**pids, "bench": os.getpid()}

    def now(self) -> Instant:
        return Instant(time.perf_counter(), {name: cpu_seconds(pid) for name, pid in self._pids.items()})

    def since(self, start: Instant) -> Span:
        return between(start, self.now())


def between(start: Instant, end: Instant) -> Span:
    passed = {name: cpu_s - start.cpu_s[name] for name, cpu_s in end.cpu_s.items()}
    return Span(end.wall_s - start.wall_s, passed)
