"""What is asked about look-ups of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from provenance.scans.scan import Look, Scan

MOST_LOOKS = 500
"""Of one label that are told: whoever has it looked up more often does not make its page slower."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Looks of the last 90 days, the oldest first; `more` where there were older ones."""

    looks: tuple[Look, ...]
    more: bool = False


class LooksRead(Protocol):
    async def looked(self, label: str, *, now_hour: int) -> Looked: ...


class Scans(LooksRead, Protocol):
    """Each raises Transient. Every method may be repeated."""

    async def keep(self, scans: Sequence[Scan]) -> None:
        """In any order, and any number of times."""
        ...

    async def looked_all(self, labels: Sequence[str], *, now_hour: int) -> Mapping[str, Looked]: ...
