"""Single labels of many who ask at once are read together, each with its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.labels.domain import Issued, Series
from services.labels.read_together import SharedLooks, SharedRows
from services.labels.scans_ports import Looked
from tests.services.labels.memory_ledger import MemoryLedger


class CountedLedger(MemoryLedger):
    reads = 0

    async def issued_all(self, serials: Sequence[str]) -> list[Issued]:
        self.reads += 1
        return await super().issued_all(serials)


@dataclass
class CountedLooks:
    reads: list[tuple[Sequence[str], int]] = field(default_factory=list)

    async def looked_all(self, labels: Sequence[str], *, now_hour: int) -> Mapping[str, Looked]:
        self.reads.append((labels, now_hour))
        return {label: Looked((), more=label == "B") for label in labels}


async def test_rows_of_thirty_who_wait_are_one_read_and_the_one_under_way() -> None:
    ledger = CountedLedger()
    serials = await ledger.serials(Series("r1", "brand", "09520001000010", "PK1", "", 15, b"seed", 1_000))
    rows = SharedRows(ledger)
    asked = [*serials, "nobody's", *serials[:14]]
    found = await asyncio.gather(*map(rows.issued, asked))
    assert [one.label.serial if one else "" for one in found] == [*serials, "", *serials[:14]]
    assert ledger.reads <= 2


async def test_look_ups_are_read_together_by_the_latest_hour() -> None:
    looks = CountedLooks()
    shared = SharedLooks(looks)
    asked = (("A", 7), ("B", 8), ("A", 7))
    found = await asyncio.gather(*(shared.looked(label, now_hour=hour) for label, hour in asked))
    assert found == [Looked(()), Looked((), more=True), Looked(())]
    assert looks.reads == [(["A", "B"], 8)]
