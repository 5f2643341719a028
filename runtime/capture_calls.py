"""One capture call, from the messages of a request to the messages of its answer: the same for every service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from provenance.access.admission import Report
from provenance.access.authority import Principal
from runtime.auth import current_principal
from runtime.metrics import CAPTURED
from wire.capture_codec import Outcome, reports_of, results_of


class Door(Protocol):
    """`stream.capture.CaptureDoor`."""

    async def capture(self, reports: Sequence[Report], principal: Principal) -> list[Outcome]: ...


async def captured(door: Door, items: Iterable[Any]) -> list[Any]:
    """A CaptureResult for each CaptureItem, in order, counted by outcome. Raises as the door does."""
    outcomes = await door.capture(reports_of(items), current_principal())
    for status, count in Counter(outcome.status for outcome in outcomes).items():
        CAPTURED.labels(status).inc(count)
    return results_of(outcomes)
