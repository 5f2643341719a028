"""What look-ups need of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from provenance.registry.records import Brand, Channel, Site
from provenance.scans.scan import Look, Scan


@dataclass(frozen=True, slots=True)
class Looks:
    """Of a label in the last 90 days, the oldest first; `more` where there were older ones."""

    looks: tuple[Look, ...] = ()
    more: bool = False


class ScanLog(Protocol):
    def record(self, scan: Scan) -> None:
        """At once, and never raises: what cannot be kept is dropped and counted."""


class ScanRegistry(Protocol):
    """The records valid on a day."""

    def brand(self, id: str, on: date) -> Brand | None: ...

    def channels_for(self, brand: str, on: date) -> tuple[Channel, ...]: ...

    def sites_of(self, party: str, on: date) -> tuple[Site, ...]: ...
