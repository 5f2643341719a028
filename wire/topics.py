"""Every topic: name, partitions, retention, compaction. `stream.admin` creates and checks them by this table."""

from __future__ import annotations

from dataclasses import dataclass

DAY_MS = 24 * 60 * 60 * 1000
FOREVER = -1
DEFAULT_PREFIX = "produce"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic without its prefix. `retention_ms` is -1 for ever."""

    noun: str
    partitions: int
    retention_ms: int = FOREVER
    compacted: bool = False

    def name(self, prefix: str = DEFAULT_PREFIX) -> str:
        return f"{prefix}.{self.noun}.v1"

    def dead_letter_name(self, prefix: str = DEFAULT_PREFIX) -> str:
        return f"{self.name(prefix)}.dlq"


HARVEST = Topic("harvest", 12)
QUALITY = Topic("quality", 12)
SHIPPING = Topic("shipping", 12)
PAYMENTS = Topic("payments", 12)
REGISTRY = Topic("registry", 1, compacted=True)
CAPTURES = Topic("captures", 12, retention_ms=30 * DAY_MS)
LABELS = Topic("labels", 12)
SCANS = Topic("scans", 12, retention_ms=90 * DAY_MS)
LOG = Topic("log", 1)

EVENT_TOPICS = (HARVEST, QUALITY, SHIPPING)
"""The topics whose records are envelopes of EPCIS events."""

PROJECTED_TOPICS = (*EVENT_TOPICS, PAYMENTS)
"""What the read model is made from."""

ALL_TOPICS = (HARVEST, QUALITY, SHIPPING, PAYMENTS, REGISTRY, CAPTURES, LABELS, SCANS, LOG)

DEAD_LETTER_PARTITIONS = 3
DEAD_LETTER_RETENTION_MS = 30 * DAY_MS
