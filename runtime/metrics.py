"""Every metric of every service, declared once, with its meaning and bounded labels."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

CALLS = Counter(
    "suyuan_calls_total", "gRPC calls answered, by method and status.", ("method", "status"), registry=REGISTRY
)
CALL_SECONDS = Histogram(
    "suyuan_call_seconds",
    "Time from a gRPC call's arrival to its answer.",
    ("method",),
    buckets=_LATENCY_S,
    registry=REGISTRY,
)
CAPTURED = Counter(
    "suyuan_captured_events_total",
    "Items of capture calls, by outcome: accepted, rejected, retry.",
    ("outcome",),
    registry=REGISTRY,
)
PROJECTED_RECORDS = Counter(
    "suyuan_projected_records_total",
    "Records a projector is done with, by topic and outcome: written, rejected, quarantined.",
    ("topic", "outcome"),
    registry=REGISTRY,
)
PROJECTED_EVENTS = Counter(
    "suyuan_projected_events_total", "Events written to the store, repeats included.", ("topic",), registry=REGISTRY
)
APPLY_SECONDS = Histogram(
    "suyuan_apply_seconds",
    "Time to write what waited and to advance its progress, retries included.",
    ("topic",),
    buckets=_LATENCY_S,
    registry=REGISTRY,
)
RETRIES = Counter(
    "suyuan_transient_retries_total", "Retries in place after transient trouble.", ("topic",), registry=REGISTRY
)
LAG = Gauge(
    "suyuan_projector_lag_records",
    "Records between the group's committed offsets and the end, over assigned partitions.",
    registry=REGISTRY,
)
OPEN_QUARANTINES = Gauge(
    "suyuan_open_quarantines", "Records quarantined as a bug and not replayed yet.", registry=REGISTRY
)
PENDING_BYTES = Gauge(
    "suyuan_producer_pending_bytes", "Bytes of events taken and not yet acknowledged.", ("topic",), registry=REGISTRY
)
WEBHOOKS = Counter(
    "suyuan_webhook_messages_total",
    "Messages to platforms, by what came of an attempt: delivered, retried, given_up.",
    ("outcome",),
    registry=REGISTRY,
)
WEBHOOKS_WAITING = Gauge(
    "suyuan_webhook_waiting_messages", "Messages to platforms that were not acknowledged yet.", registry=REGISTRY
)
WEBHOOKS_GIVEN_UP = Gauge(
    "suyuan_webhook_given_up_messages",
    "Messages to platforms given up since the ledger began: none of these was heard.",
    registry=REGISTRY,
)
SCANS = Counter(
    "suyuan_scans_total",
    "Look-ups of labels: recorded on their topic, or dropped because too many waited for the broker.",
    ("outcome",),
    registry=REGISTRY,
)
LOG_LEAVES = Gauge(
    "suyuan_log_leaves", "Entries of the transparency log under its newest checkpoint.", registry=REGISTRY
)
LOG_SINCE_SIGNED = Gauge(
    "suyuan_log_since_signed_seconds",
    "Time since the whole log was last found under a checkpoint or put under one.",
    registry=REGISTRY,
)
LOG_FEED_LAG = Gauge(
    "suyuan_log_feed_lag_records",
    "Records of events and labels that are not on the log's topic yet, over assigned partitions.",
    registry=REGISTRY,
)
LOG_FED_RECORDS = Counter(
    "suyuan_log_fed_records_total",
    "Records the log's feed is done with, by topic and outcome: written, rejected, quarantined.",
    ("topic", "outcome"),
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "suyuan_http_seconds",
    "Time to answer an HTTP request, by route template and status class.",
    ("route", "status"),
    buckets=_LATENCY_S,
    registry=REGISTRY,
)
CACHED_HISTORIES = Counter(
    "suyuan_history_reads_total",
    "Histories answered, by where from: cache or built.",
    ("source",),
    registry=REGISTRY,
)
