"""What the log's metrics are told, and when the sequencer is not ready: while nothing can be signed."""

from __future__ import annotations

from collections.abc import Callable

from runtime.metrics import LOG_FED_RECORDS, LOG_FEED_LAG, LOG_LEAVES, LOG_SINCE_SIGNED, OPEN_QUARANTINES, RETRIES

SIGNED_WITHIN_S = 30.0


class FeedMetrics:
    """`stream.guard.Observer`."""

    def done(self, topic: str, outcome: str, records: int, seconds: float) -> None:
        LOG_FED_RECORDS.labels(topic, outcome).inc(records)

    def retried(self, topic: str) -> None:
        RETRIES.labels(topic).inc()

    def lag(self, records: int) -> None:
        LOG_FEED_LAG.set(records)

    def quarantines(self, count: int) -> None:
        OPEN_QUARANTINES.set(count)


class Signing:
    """When the whole head was last found under a checkpoint, or put under one. `clock_s` only ever goes forward."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._at_s: float | None = None
        self._trouble = "the log was not reached yet"
        LOG_SINCE_SIGNED.set_function(self._since_s)

    def signed(self, size: int) -> None:
        self._at_s, self._trouble = self._clock_s(), ""
        LOG_LEAVES.set(size)

    def hindered(self, trouble: str) -> None:
        self._trouble = trouble

    def not_ready(self) -> str | None:
        """A readiness check. A moment's trouble is none: what was signed stands, and is served by others."""
        if self._at_s is not None and self._since_s() < SIGNED_WITHIN_S:
            return None
        since = "" if self._at_s is None else f"nothing was signed for {self._since_s():.0f} s: "
        return since + (self._trouble or "the log does not come on")

    def _since_s(self) -> float:
        return 0.0 if self._at_s is None else self._clock_s() - self._at_s
