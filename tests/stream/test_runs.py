"""Which waiting records are written together: rules by example, and the law that nothing is passed over."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.progress import BEGINNING, Position, Progress
from stream.receipts import Receipt, Record, TopicPartition
from stream.runs import MOST_BYTES, MOST_RECORDS, Run, next_run

PARTITIONS = [TopicPartition("t", number) for number in range(3)]
NONE_ALONE: Callable[[Receipt], bool] = lambda place: False  # noqa: E731


def record(partition: int, offset: int, value: bytes = b"x") -> Record:
    return Record("t", partition, offset, 0, None, value)


def run_of(*records: Record, alone: Callable[[Receipt], bool] = NONE_ALONE, **standing: int) -> Run:
    """`p0=5` says that partition 0 stands at 5; the others at the beginning."""
    progress = {of: Progress(standing.get(f"p{of.partition}", 0)) for of in PARTITIONS}
    return next_run(records, progress, alone)


def offsets(run: Run) -> list[tuple[int, int]]:
    return [(one.partition, one.offset) for one in run.records]


def test_what_waits_of_every_partition_is_one_run_and_each_partition_advances_once() -> None:
    run = run_of(record(0, 5), record(1, 0), record(0, 6), record(1, 1), p0=5)
    assert offsets(run) == [(0, 5), (1, 0), (0, 6), (1, 1)]
    assert {one.of.partition: one.new for one in run.advances} == {
        0: Progress(5).after(record(0, 5)).after(record(0, 6)),
        1: BEGINNING.after(record(1, 0)).after(record(1, 1)),
    }


@pytest.mark.parametrize(
    ("waiting", "taken"),
    [
        ([record(0, 5), record(0, 3)], 1),
        ([record(0, 3), record(0, 5)], 1),
        ([record(0, 3), record(0, 4)], 2),
        ([record(0, 5), record(0, 7)], 1),
        ([record(0, 7), record(0, 5)], 1),
        ([record(0, 5), record(9, 0)], 1),
        ([record(0, 5), record(0, 6, bytes(MOST_BYTES))], 1),
        ([record(0, 5, bytes(2 * MOST_BYTES)), record(0, 6)], 1),
        ([record(0, 5 + number) for number in range(2 * MOST_RECORDS)], MOST_RECORDS),
    ],
    ids=[
        "a redelivery ends it",
        "the next ends redeliveries",
        "redeliveries",
        "a gap ends it",
        "a gap stands alone",
        "a partition that is not ours",
        "too many bytes",
        "a record above the bound",
        "too many records",
    ],
)
def test_where_a_run_ends(waiting: list[Record], taken: int) -> None:
    assert len(run_of(*waiting, p0=5).records) == taken


def test_redeliveries_and_gaps_advance_nothing() -> None:
    assert run_of(record(0, 3), record(1, 3), p0=5, p1=5).advances == ()
    gap = run_of(record(0, 6), p0=5)
    assert (gap.position, gap.advances) == (Position.GAP, ())


@pytest.mark.parametrize(("noted", "taken"), [(0, 1), (1, 1), (2, 2)])
def test_a_record_with_a_crash_is_never_written_with_another(noted: int, taken: int) -> None:
    run = run_of(*(record(0, number) for number in range(4)), alone=lambda place: place.offset == noted)
    assert len(run.records) == taken


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=40), st.integers(0, 5))
def test_a_run_is_what_came_first_in_its_order_and_no_partition_passes_over_a_record(
    came: list[tuple[int, int]], standing: int
) -> None:
    run = run_of(*(record(*each) for each in came), p0=standing)
    assert offsets(run) == came[: len(run.records)]
    assert run.records
    for advance in run.advances:
        begun = advance.expected.next_offset if advance.expected else 0
        written = [offset for partition, offset in offsets(run) if partition == advance.of.partition]
        assert written == list(range(begun, advance.new.next_offset))
