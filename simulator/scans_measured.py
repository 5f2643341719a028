"""What warnings find in simulated seasons: copied labels within ten scans, and honest ones never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from provenance.scans.scan import looks_of
from provenance.scans.thresholds import Thresholds
from provenance.scans.warnings import warnings
from simulator.scans import LabelLife

SOON = 10
"""Scans since the first copy was sold, by which a copied label should have warned. A request repeated is none."""


@dataclass(slots=True)
class Found:
    """Labels of one kind: all, those scanned ten times since they were copied, those that warned, and by what."""

    labels: int = 0
    scanned_ten_times: int = 0
    warned: int = 0
    warned_of_ten: int = 0
    by_code: Counter[str] = field(default_factory=Counter)

    def add(self, life: LabelLife, thresholds: Thresholds) -> None:
        since = 0 if life.first_copy_hour is None else life.first_copy_hour
        after = [number for number, scan in enumerate(life.scans) if scan.hour >= since]
        asked = after if life.copied is None else after[:SOON]
        codes = _codes(life, asked, thresholds)
        self.labels += 1
        self.scanned_ten_times += len(after) >= SOON
        self.warned += bool(codes)
        self.warned_of_ten += bool(codes) and len(after) >= SOON
        self.by_code.update(codes)

    @property
    def share(self) -> float:
        return self.warned / max(1, self.labels)

    @property
    def share_of_ten(self) -> float:
        """Of those that were scanned so often."""
        return self.warned_of_ten / max(1, self.scanned_ten_times)

    def __add__(self, other: Found) -> Found:
        return Found(
            self.labels + other.labels,
            self.scanned_ten_times + other.scanned_ten_times,
            self.warned + other.warned,
            self.warned_of_ten + other.warned_of_ten,
            self.by_code + other.by_code,
        )


def measure(lives: Iterable[LabelLife], thresholds: Thresholds) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for life in lives:
        found.setdefault(_kind(life), Found()).add(life, thresholds)
    return found


def _kind(life: LabelLife) -> str:
    if life.copied is None:
        return "honest"
    return f"{life.copied.copies} copies{', one town' if life.copied.one_town else ''}"


def _codes(life: LabelLife, asked: Iterable[int], thresholds: Thresholds) -> set[str]:
    """Of all warnings that any of these look-ups showed, asked in the hour of each."""
    return {
        warning.code
        for number in asked
        for warning in warnings(
            looks_of(life.scans[: number + 1], now_hour=life.scans[number].hour), box=life.box, thresholds=thresholds
        )
    }
