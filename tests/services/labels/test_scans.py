"""Look-ups in the labels' store: in any order and repeated the same rows, and none that nobody counts any more."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.scan import KEPT_HOURS, Look, Scan, looks_of
from services.labels.looked import look_ups_of
from services.labels.mongo import MongoLedger
from services.labels.mongo_scans import MongoScans
from services.labels.scans import keep
from services.labels.scans_ports import MOST_LOOKS, Looked
from stream.aging import AgingProgress
from stream.progress import Advance, MemoryProgress, Progress
from stream.receipts import Record, TopicPartition
from wire.errors import Rejected, Transient
from wire.scan_codec import encode

NOW = 490_000
_CELLS = tuple(Cell.at(Point(*place)) for place in ((36.7, 110.9), (39.9, 116.4), (23.1, 113.3)))
_LABELS = ("ABCDEFGHJKM4", "ABCDEFGHJKM5")


def _of_a_phone(label: str, phone: int, hour: int, cell: Cell | None) -> Scan:
    """A tag is of one day: `phone` is looked with on its own day, at one of its hours."""
    return Scan(label, NOW - 24 * phone - hour, phone.to_bytes(12, "big"), cell)


_SCANS = st.lists(
    st.builds(
        _of_a_phone, st.sampled_from(_LABELS), st.integers(0, 9), st.integers(0, 23), st.sampled_from([None, *_CELLS])
    ),
    max_size=30,
)


@pytest.fixture
def ledger(mongo_url: str, unique: str) -> Iterator[MongoLedger]:
    ledger = MongoLedger(mongo_url, unique)
    yield ledger
    ledger.close()


@pytest.fixture
async def scans(ledger: MongoLedger) -> MongoScans:
    scans = MongoScans(ledger.scans, ledger.scan_progress)
    await scans.prepare()
    return scans


def _record(value: bytes, offset: int = 0) -> Record:
    return Record("t.scans.v1", 0, offset, 0, None, value)


def _scan(number: int, *, hour: int = NOW, label: str = _LABELS[0], cell: Cell | None = None) -> Scan:
    return Scan(label, hour, number.to_bytes(12, "big"), cell)


@given(found=_SCANS, data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_scans_kept_in_any_order_and_repeatedly_are_the_looks_that_the_rules_count(
    scans: MongoScans, ledger: MongoLedger, found: list[Scan], data: Any
) -> None:
    await ledger.scans.delete_many({})
    shuffled = data.draw(st.permutations(found + found[::2]))
    for start in range(0, len(shuffled), 7):
        await keep([_record(encode(shuffled[start : start + 7]))], scans=scans)
    for label in _LABELS:
        looked = await scans.looked(label, now_hour=NOW)
        assert list(looked.looks) == looks_of([one for one in found if one.label == label], now_hour=NOW)
        assert (await scans.looked_all(_LABELS, now_hour=NOW))[label] == looked


async def test_a_label_has_only_its_own_looks_and_one_nobody_looked_up_none(scans: MongoScans) -> None:
    await scans.keep([_scan(1), _scan(2, label=_LABELS[1], cell=_CELLS[0])])
    assert await scans.looked(_LABELS[1], now_hour=NOW) == Looked((Look(NOW, _CELLS[0]),))
    assert await scans.looked("NOBODYS23456", now_hour=NOW) == Looked(())


async def test_a_crowd_of_looks_is_told_as_more_than_are_read(scans: MongoScans) -> None:
    await scans.keep([_scan(number, hour=NOW - number) for number in range(MOST_LOOKS + 20)])
    looked = await scans.looked(_LABELS[0], now_hour=NOW)
    assert looked.more and len(looked.looks) == MOST_LOOKS
    assert looked.looks[-1].hour == NOW  # the newest are told
    together = await scans.looked_all(_LABELS, now_hour=NOW)
    assert (together[_LABELS[0]], together[_LABELS[1]]) == (looked, Looked(()))


async def test_rows_leave_the_store_when_nobody_counts_them_any_more(scans: MongoScans, ledger: MongoLedger) -> None:
    """By an index of the store's own; and until it has swept, they do not count."""
    await scans.keep([_scan(1, hour=NOW - KEPT_HOURS)])
    (index,) = [one for one in (await ledger.scans.index_information()).values() if "expireAfterSeconds" in one]
    assert index["expireAfterSeconds"] == 0 and [name for name, _ in index["key"]] == ["expires"]
    (row,) = [row async for row in ledger.scans.find({})]
    assert row["expires"].timestamp() == NOW * 3600  # 90 days after the look
    assert (await scans.looked(_LABELS[0], now_hour=NOW)).looks == ()


async def test_a_record_that_is_none_of_scans_is_rejected_and_keeps_nothing(scans: MongoScans) -> None:
    with pytest.raises(Rejected):
        await keep([_record(encode([_scan(1)])), _record(b"\xff")], scans=scans)
    assert (await scans.looked(_LABELS[0], now_hour=NOW)).looks == ()


class _Away:
    async def keep(self, scans: object) -> None: ...

    async def looked(self, label: str, *, now_hour: int) -> Looked:
        raise Transient("the store is away")


async def test_no_verdict_fails_where_look_ups_cannot_be_counted() -> None:
    assert await look_ups_of("ABCDEFGHJKM4", scans=_Away(), now_ms=lambda: 0) is None
    assert await look_ups_of("no code at all", scans=_Away(), now_ms=lambda: 0) is None


OF = TopicPartition("t.scans.v1", 3)


async def _first(of: TopicPartition) -> int:
    return 40


@pytest.mark.parametrize("stored", [None, Progress(7)])
async def test_what_aged_out_unread_is_passed_over(stored: Progress | None) -> None:
    kept = MemoryProgress()
    if stored:
        kept.stored[OF] = stored
    progress = AgingProgress(kept, first_offset=_first)
    assert await progress.read(OF) == Progress(40) == kept.stored[OF]
    assert await progress.compare_and_set([Advance(OF, Progress(40), Progress(41))])


async def test_where_nothing_aged_out_unread_nothing_is_passed_over() -> None:
    kept = MemoryProgress()
    kept.stored[OF] = Progress(41)
    assert await AgingProgress(kept, first_offset=_first).read(OF) == Progress(41)


async def test_progress_through_the_scans_is_compared_and_set_in_the_store(scans: MongoScans) -> None:
    assert await scans.read(OF) is None
    assert await scans.compare_and_set([Advance(OF, None, Progress(3))])
    assert not await scans.compare_and_set([Advance(OF, None, Progress(4))])
    assert not await scans.compare_and_set([Advance(OF, Progress(2), Progress(4))])
    assert await scans.compare_and_set([Advance(OF, Progress(3), Progress(4))])
    assert await scans.read(OF) == Progress(4)
