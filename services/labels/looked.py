"""How often a label was looked up, as far as anybody can say: no verdict waits for it, or fails with it."""

from __future__ import annotations

from collections.abc import Callable

from services.labels.bulk import named_serial
from services.labels.scans_ports import Looked, LooksRead
from wire.errors import Transient

_HOUR_MS = 3_600_000


async def look_ups_of(code: str, *, scans: LooksRead, now_ms: Callable[[], int]) -> Looked | None:
    """None where the code names no serial, or the store does not answer."""
    serial = named_serial(code)
    try:
        return await scans.looked(serial, now_hour=now_ms() // _HOUR_MS) if serial else None
    except Transient:
        return None
