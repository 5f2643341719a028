"""The rules of progress, row by row and as laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.progress import BEGINNING, STEPS, Advance, MemoryProgress, Position, Progress, Step, position
from stream.receipts import Record, TopicPartition


def record(offset: int, value: bytes | None = b"x") -> Record:
    return Record("t", 0, offset, 0, None, value)


@pytest.mark.parametrize(
    ("next_offset", "offset", "where", "steps"),
    [
        (5, 0, Position.REDELIVERY, (Step.WRITE,)),
        (5, 4, Position.REDELIVERY, (Step.WRITE,)),
        (5, 5, Position.NEXT, (Step.WRITE, Step.ADVANCE)),
        (5, 6, Position.GAP, (Step.STOP,)),
        (5, 99, Position.GAP, (Step.STOP,)),
        (0, 0, Position.NEXT, (Step.WRITE, Step.ADVANCE)),
        (0, 1, Position.GAP, (Step.STOP,)),
    ],
)
def test_what_a_record_is_and_what_is_done_with_it(
    next_offset: int, offset: int, where: Position, steps: tuple[Step, ...]
) -> None:
    assert position(Progress(next_offset), offset) is where
    assert STEPS[where] == steps


def test_every_position_has_its_steps_and_the_write_comes_before_the_advance() -> None:
    assert set(STEPS) == set(Position)
    assert all(steps.index(Step.WRITE) < steps.index(Step.ADVANCE) for steps in STEPS.values() if Step.ADVANCE in steps)


@given(st.lists(st.integers(0, 30), max_size=200))
def test_whatever_is_delivered_nothing_is_passed_over_unwritten(deliveries: list[int]) -> None:
    """At each moment everything below `next_offset` was written, in whatever order and how often records came."""
    progress, written = BEGINNING, set[int]()
    for offset in deliveries:
        for step in STEPS[position(progress, offset)]:
            if step is Step.WRITE:
                written.add(offset)
            elif step is Step.ADVANCE:
                progress = progress.after(record(offset))
        assert set(range(progress.next_offset)) <= written


@given(st.lists(st.binary(max_size=8), max_size=10), st.lists(st.binary(max_size=8), max_size=10))
def test_two_logs_have_one_digest_exactly_when_they_are_equal(one: list[bytes], other: list[bytes]) -> None:
    assert (_chain(one) == _chain(other)) == (one == other)


def test_a_progress_goes_on_only_with_the_next_record() -> None:
    with pytest.raises(ValueError, match="5 is"):
        Progress(5).after(record(6))


@pytest.mark.parametrize(("next_offset", "digest"), [(-1, bytes(32)), (0, b"short")])
def test_a_progress_that_exists_is_right(next_offset: int, digest: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Progress(next_offset, digest)


async def test_of_two_projectors_that_advance_from_one_place_one_succeeds() -> None:
    store, of = MemoryProgress(), TopicPartition("t", 0)
    assert await store.compare_and_set([Advance(of, None, Progress(1))])
    assert not await store.compare_and_set([Advance(of, None, Progress(1))])
    assert await store.read(of) == Progress(1)


def _chain(values: list[bytes]) -> Progress:
    progress = BEGINNING
    for offset, value in enumerate(values):
        progress = progress.after(record(offset, value))
    return progress
