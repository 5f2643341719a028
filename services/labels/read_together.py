"""Rows and look-ups of single labels, read together for all who ask at once: a read costs more than what it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from runtime.shared_reads import SharedReads
from services.labels.domain import Issued
from services.labels.ports import Ledger
from services.labels.scans_ports import Looked

MOST_AT_ONCE = 50


class SharedRows:
    """What of the ledger answers about one label."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._shared = SharedReads(self._read, most=MOST_AT_ONCE)

    async def issued(self, serial: str) -> Issued | None:
        return await self._shared.one(serial)

    async def _read(self, serials: Sequence[str]) -> Sequence[Issued | None]:
        found = {one.label.serial: one for one in await self._ledger.issued_all(sorted(set(serials)))}
        return [found.get(serial) for serial in serials]


class ManyLooks(Protocol):
    async def looked_all(self, labels: Sequence[str], *, now_hour: int) -> Mapping[str, Looked]: ...


class SharedLooks:
    """What of the scans answers about one label."""

    def __init__(self, scans: ManyLooks) -> None:
        self._scans = scans
        self._shared = SharedReads(self._read, most=MOST_AT_ONCE)

    async def looked(self, label: str, *, now_hour: int) -> Looked:
        return await self._shared.one((label, now_hour))

    async def _read(self, asked: Sequence[tuple[str, int]]) -> Sequence[Looked]:
        """As of the latest hour that any of them says."""
        now_hour = max(hour for _, hour in asked)
        found = await self._scans.looked_all(sorted({label for label, _ in asked}), now_hour=now_hour)
        return [found[label] for label, _ in asked]
