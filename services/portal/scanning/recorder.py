"""Look-ups onto their topic, behind everybody's back: no page waits for it, and none fails with it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from provenance.scans.scan import Scan
from runtime import logs
from runtime.metrics import SCANS
from stream.client import Headers
from stream.receipts import Receipt
from wire.errors import Unacknowledged
from wire.scan_codec import MOST_SCANS, encode

MOST_WAITING = 20_000
TRY_AGAIN_S = 2.0
GATHER_S = 0.2
"""A moment in which others join: a record of one scan costs the broker as much as one of hundreds."""

log = logs.get(__name__)


class Sends(Protocol):
    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Receipt:
        """Raises Unacknowledged."""


class ScanRecorder:
    """`services.portal.scanning.ports.ScanLog`. While the broker is away, so many wait and the others are dropped."""

    def __init__(self, producer: Sends, topic: str) -> None:
        self._producer, self._topic = producer, topic
        self._waiting: deque[Scan] = deque()
        self._woken = asyncio.Event()

    def record(self, scan: Scan) -> None:
        if len(self._waiting) >= MOST_WAITING:
            SCANS.labels("dropped").inc()
            return
        self._waiting.append(scan)
        self._woken.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._woken.wait()
            await asyncio.sleep(GATHER_S)
            self._woken.clear()
            while self._waiting:
                await self._send([self._waiting.popleft() for _ in range(min(MOST_SCANS, len(self._waiting)))])

    async def _send(self, scans: list[Scan]) -> None:
        """Until it is acknowledged: a repeat is harmless."""
        while True:
            try:
                await self._producer.send(self._topic, None, encode(scans))
            except Unacknowledged as error:
                log.warning("look-ups wait", scans=len(scans), error=str(error))
                await asyncio.sleep(TRY_AGAIN_S)
            else:
                SCANS.labels("recorded").inc(len(scans))
                return
