"""What a projector's metrics are told."""

from __future__ import annotations

from runtime.metrics import APPLY_SECONDS, LAG, OPEN_QUARANTINES, PROJECTED_EVENTS, PROJECTED_RECORDS, RETRIES


class ProjectorMetrics:
    """`stream.guard.Observer`."""

    def done(self, topic: str, outcome: str, records: int, seconds: float) -> None:
        PROJECTED_RECORDS.labels(topic, outcome).inc(records)
        APPLY_SECONDS.labels(topic).observe(seconds)

    def retried(self, topic: str) -> None:
        RETRIES.labels(topic).inc()

    def lag(self, records: int) -> None:
        LAG.set(records)

    def quarantines(self, count: int) -> None:
        OPEN_QUARANTINES.set(count)

    def projected(self, topic: str, events: int) -> None:
        PROJECTED_EVENTS.labels(topic).inc(events)
