"""How much is measured: the more, the steadier the figures and the longer it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Events stored by a drain, by kind of store; events sent by the size of a call; seconds of each flood; lots of the
    season that is loaded and asked about; readings on one room; labels in the ledger, links of a round, and seconds of
    each row of theirs."""

    drained: Mapping[str, int]
    naive: int
    calls: Mapping[int, int]
    seconds: float
    chains: int
    season: int
    readings: int
    labels: int
    links: int
    label_seconds: float


SIZES: Mapping[str, Size] = {
    "tiny": Size(
        {"Python": 200, "Rust": 200},
        naive=10,
        calls={1: 20, 50: 100},
        seconds=1.5,
        chains=4,
        season=300,
        readings=200,
        labels=300,
        links=50,
        label_seconds=0.5,
    ),
    "small": Size(
        {"Python": 5_000, "Rust": 30_000},
        naive=200,
        calls={1: 500, 10: 3_000, 50: 10_000, 200: 10_000},
        seconds=7,
        chains=100,
        season=2_000,
        readings=50_000,
        labels=100_000,
        links=1_000,
        label_seconds=5,
    ),
    "large": Size(
        {"Python": 40_000, "Rust": 200_000},
        naive=2_000,
        calls={1: 5_000, 10: 20_000, 50: 60_000, 200: 60_000},
        seconds=30,
        chains=500,
        season=60_000,
        readings=50_000,
        labels=100_000,
        links=5_000,
        label_seconds=30,
    ),
}
