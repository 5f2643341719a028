"""The registry in memory: every version of every record, found as it was on a day. Used by tests and the simulator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from provenance.registry import (
    Accreditation,
    Brand,
    Channel,
    County,
    LessonCompleted,
    Logger,
    Mandate,
    Party,
    Product,
    ProductionStandard,
    Record,
    Site,
)

R = TypeVar("R", bound=Record)


class MemoryRegistry:
    """`provenance.registry.Registry` over the records given; the record of a day is the highest version valid on it."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._versions: defaultdict[tuple[type[Record], str], list[Record]] = defaultdict(list)
        for record in records:
            self.put(record)

    def put(self, record: Record) -> None:
        self._versions[type(record), record.id].append(record)

    def party(self, id: str, on: date) -> Party | None:
        return self._find(Party, id, on)

    def site(self, id: str, on: date) -> Site | None:
        return self._find(Site, id, on)

    def logger(self, id: str, on: date) -> Logger | None:
        return self._find(Logger, id, on)

    def product(self, id: str, on: date) -> Product | None:
        return self._find(Product, id, on)

    def production_standard(self, id: str, on: date) -> ProductionStandard | None:
        return self._find(ProductionStandard, id, on)

    def county(self, id: str, on: date) -> County | None:
        return self._find(County, id, on)

    def brand(self, id: str, on: date) -> Brand | None:
        return self._find(Brand, id, on)

    def channel(self, id: str, on: date) -> Channel | None:
        return self._find(Channel, id, on)

    def lesson_completed(self, id: str, on: date) -> LessonCompleted | None:
        return self._find(LessonCompleted, id, on)

    def brands_of(self, gtin: str, on: date) -> tuple[Brand, ...]:
        return tuple(brand for brand in self._all(Brand, on) if gtin in brand.gtins)

    def mandates(self, from_party: str, on: date) -> tuple[Mandate, ...]:
        return tuple(mandate for mandate in self._all(Mandate, on) if mandate.from_party == from_party)

    def accreditations(self, party: str, on: date) -> tuple[Accreditation, ...]:
        return tuple(record for record in self._all(Accreditation, on) if record.party == party)

    def _find(self, kind: type[R], id: str, on: date) -> R | None:
        valid = [r for r in self._versions.get((kind, id), ()) if isinstance(r, kind) and _valid(r, on)]
        return max(valid, key=lambda record: record.version, default=None)

    def _all(self, kind: type[R], on: date) -> Iterator[R]:
        ids = sorted(id for recorded, id in self._versions if recorded is kind)
        yield from (record for id in ids if (record := self._find(kind, id, on)) is not None)


def _valid(record: Record, on: date) -> bool:
    return record.valid_from <= on and (record.valid_to is None or on < record.valid_to)
