"""The registry in memory: every version of every record, found as it was on a day. Used by tests and the simulator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from provenance.registry.reading import RegistryReading, Versions, targets_of
from provenance.registry.records import Record
from provenance.registry.values import KIND_OF


class MemoryRegistry(RegistryReading):
    """`provenance.registry.records.Registry` over the records given."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
        super().__init__(self._highest_first, self._linked_ids)
        for record in records:
            self.put(record)

    def put(self, record: Record) -> None:
        versions = self._records[KIND_OF[type(record)], record.id]
        versions.append(record)
        versions.sort(key=lambda version: version.version, reverse=True)

    def _highest_first(self, kind: str, id: str) -> Versions:
        return tuple(self._records.get((kind, id), ()))

    def _linked_ids(self, kind: str, target: str) -> tuple[str, ...]:
        every = ((id, versions) for (named, id), versions in self._records.items() if named == kind)
        return tuple(sorted(id for id, versions in every if any(target in targets_of(version) for version in versions)))
