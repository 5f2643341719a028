"""What the guard does with one record, without Kafka: the order of write, dead letter, advance, and the ends."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from stream.crash_notes import FileCrashNotes
from stream.dead_letter import Reason
from stream.guard import BUG_EXIT, INTERRUPTED_EXIT, Apply, Guard, Unobserved
from stream.progress import Advance, MemoryProgress, Progress
from stream.receipts import Record, TopicPartition
from wire.errors import Rejected, Transient

OF = TopicPartition("t", 0)


class Ended(BaseException):
    """In place of the end of the process."""


class Letters:
    def __init__(self) -> None:
        self.sent: list[tuple[Record, Reason]] = []

    async def set_aside(self, record: Record, reason: Reason, explanation: str) -> None:
        self.sent.append((record, reason))


class Bench:
    """A guard whose every neighbour can be looked at."""

    def __init__(self, folder: Path, apply: Apply) -> None:
        self.progress = MemoryProgress()
        self.letters = Letters()
        self.notes = FileCrashNotes(folder / "crashes.json")
        self.stopping = False
        self.ended: list[int] = []
        self.guard = Guard(
            apply=apply,
            progress=self.progress,
            dead_letters=self.letters,
            crash_notes=self.notes,
            end_process=self._end,
            stopping=lambda: self.stopping,
            observer=Unobserved(),
        )

    async def handle(self, offset: int, *behind: int) -> int | None:
        """The exit status, or None where the guard returned and Faust would acknowledge."""
        self.ended.clear()
        with suppress(Ended):
            await self.guard.handle(record(offset), [record(each) for each in behind])
        return self.ended[0] if self.ended else None

    def _end(self, status: int) -> NoReturn:
        """A real process is gone at the first."""
        self.ended.append(status)
        raise Ended


def record(offset: int) -> Record:
    return Record("t", 0, offset, 0, None, f"value {offset}".encode())


def failing(*errors: BaseException | None) -> Apply:
    """Raises each in turn, then succeeds."""
    left = list(errors)

    async def apply(_: Sequence[Record]) -> None:
        if left and (error := left.pop(0)) is not None:
            raise error

    return apply


async def test_progress_is_advanced_only_after_the_write(tmp_path: Path) -> None:
    seen: list[Progress | None] = []

    async def apply(_: Sequence[Record]) -> None:
        seen.append(bench.progress.stored.get(OF))

    bench = Bench(tmp_path, apply)
    await bench.guard.given([OF])
    assert [await bench.handle(0), await bench.handle(1)] == [None, None]
    assert [progress and progress.next_offset for progress in seen] == [None, 1]
    assert bench.progress.stored[OF].next_offset == 2


async def test_a_redelivered_record_is_written_again_and_advances_nothing(tmp_path: Path) -> None:
    written: list[int] = []

    async def apply(records: Sequence[Record]) -> None:
        written.extend(one.offset for one in records)

    bench = Bench(tmp_path, apply)
    bench.progress.stored[OF] = Progress(5)
    await bench.guard.given([OF])
    assert await bench.handle(3) is None
    assert written == [3]
    assert bench.progress.stored[OF] == Progress(5)


async def test_a_rejected_record_advances_progress_after_its_letter(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing(Rejected("bad")))
    await bench.guard.given([OF])
    assert await bench.handle(0) is None
    assert bench.letters.sent == [(record(0), Reason.REJECTED)]
    assert bench.progress.stored[OF].next_offset == 1


async def test_the_third_crash_at_one_place_sets_it_aside_and_a_crash_elsewhere_does_not_count(tmp_path: Path) -> None:
    for offset in (0, 1, 0, 0):
        bench = Bench(tmp_path, failing(ZeroDivisionError()))
        bench.progress.stored[OF] = Progress(offset)
        await bench.guard.given([OF])
        assert await bench.handle(offset) == BUG_EXIT
        assert bench.letters.sent == []
    bench = Bench(tmp_path, failing(ZeroDivisionError()))
    await bench.guard.given([OF])
    assert await bench.handle(0) == BUG_EXIT
    bench = Bench(tmp_path, failing(ZeroDivisionError()))
    await bench.guard.given([OF])
    assert await bench.handle(0) is None
    assert bench.letters.sent == [(record(0), Reason.BUG)]
    assert bench.notes.crashes_at(record(0).place) == 0


async def test_a_record_that_succeeds_clears_its_crashes(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing(ZeroDivisionError(), None))
    await bench.guard.given([OF])
    assert await bench.handle(0) == BUG_EXIT
    assert await bench.handle(0) is None
    assert FileCrashNotes(tmp_path / "crashes.json").crashes_at(record(0).place) == 0


async def test_a_cancellation_is_not_held_against_the_record(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing(asyncio.CancelledError()))
    await bench.guard.given([OF])
    assert await bench.handle(0) == INTERRUPTED_EXIT
    assert bench.notes.crashes_at(record(0).place) == 0


async def test_transient_trouble_while_stopping_ends_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing(Transient("away")))
    await bench.guard.given([OF])
    bench.stopping = True
    assert await bench.handle(0) == INTERRUPTED_EXIT
    assert OF not in bench.progress.stored


async def test_a_lost_answer_of_the_compare_and_set_is_not_a_fence(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing())
    real = bench.progress.compare_and_set

    async def answer_lost(advances: Sequence[Advance]) -> bool:
        bench.progress.compare_and_set = real  # type: ignore[method-assign]
        await real(advances)
        raise Transient("done, but the answer was lost")

    await bench.guard.given([OF])
    bench.progress.compare_and_set = answer_lost  # type: ignore[method-assign]
    assert await bench.handle(0) is None
    assert bench.progress.stored[OF].next_offset == 1


@pytest.mark.parametrize("elsewhere", [Progress(1), Progress(7)])
async def test_a_projector_that_was_replaced_ends(tmp_path: Path, elsewhere: Progress) -> None:
    bench = Bench(tmp_path, failing())
    await bench.guard.given([OF])
    bench.progress.stored[OF] = elsewhere
    assert await bench.handle(0) == BUG_EXIT
    assert bench.notes.crashes_at(record(0).place) == 0


async def test_a_record_of_a_partition_not_given_ends(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing())
    assert await bench.handle(0) == BUG_EXIT


def raising_at(*bad: int, error: BaseException) -> tuple[Apply, list[list[int]]]:
    """Raises for whatever has one of these offsets; and which offsets each write had that was asked for."""
    asked: list[list[int]] = []

    async def apply(records: Sequence[Record]) -> None:
        asked.append([one.offset for one in records])
        if set(bad) & set(asked[-1]):
            raise error

    return apply, asked


async def test_what_waits_is_written_at_once_and_only_passes_when_its_turn_comes(tmp_path: Path) -> None:
    apply, asked = raising_at(error=AssertionError())
    bench = Bench(tmp_path, apply)
    await bench.guard.given([OF])
    assert await bench.handle(0, 1, 2) is None
    assert bench.progress.stored[OF].next_offset == 3
    assert [await bench.handle(1, 2, 3), await bench.handle(2, 3), await bench.handle(3)] == [None] * 3
    assert asked == [[0, 1, 2], [3]]
    assert bench.progress.stored[OF].next_offset == 4


async def test_what_was_written_ahead_and_comes_twice_is_a_redelivery(tmp_path: Path) -> None:
    apply, asked = raising_at(error=AssertionError())
    bench = Bench(tmp_path, apply)
    await bench.guard.given([OF])
    await bench.handle(0, 1)
    assert [await bench.handle(1), await bench.handle(1)] == [None, None]
    assert asked == [[0, 1], [1]]
    assert bench.progress.stored[OF].next_offset == 2


async def test_one_bad_record_among_many_is_the_only_dead_letter_and_the_rest_is_written(tmp_path: Path) -> None:
    apply, asked = raising_at(2, error=Rejected("no envelope"))
    bench = Bench(tmp_path, apply)
    await bench.guard.given([OF])
    assert await bench.handle(0, 1, 2, 3) is None
    assert bench.letters.sent == [(record(2), Reason.REJECTED)]
    assert asked == [[0, 1, 2, 3], [0], [1], [2], [3]]
    assert bench.progress.stored[OF].next_offset == 4


async def test_a_poison_record_among_many_is_the_only_one_noted_and_quarantined(tmp_path: Path) -> None:
    progress = MemoryProgress()
    for _ in range(3):
        apply, _ = raising_at(2, error=ZeroDivisionError())
        bench = Bench(tmp_path, apply)
        bench.progress.stored = progress.stored
        await bench.guard.given([OF])
        assert await bench.handle(*range(progress.stored.get(OF, Progress()).next_offset, 5)) == BUG_EXIT
        assert progress.stored[OF].next_offset == 2
    apply, asked = raising_at(2, error=ZeroDivisionError())
    bench = Bench(tmp_path, apply)
    bench.progress.stored = progress.stored
    await bench.guard.given([OF])
    assert [await bench.handle(2, 3, 4), await bench.handle(3, 4)] == [None, None]
    assert bench.letters.sent == [(record(2), Reason.BUG)]
    assert asked == [[3, 4]]
    assert progress.stored[OF].next_offset == 5


async def test_transient_trouble_keeps_a_run_together(tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing(Transient("away"), Transient("away")))
    await bench.guard.given([OF])
    assert await bench.handle(0, 1, 2) is None
    assert bench.progress.stored[OF].next_offset == 3


@pytest.mark.parametrize(
    ("error", "status"), [(asyncio.CancelledError(), INTERRUPTED_EXIT), (GeneratorExit(), INTERRUPTED_EXIT)]
)
async def test_a_cancelled_run_ends_at_once_and_is_held_against_nobody(
    tmp_path: Path, error: BaseException, status: int
) -> None:
    apply, asked = raising_at(1, error=error)
    bench = Bench(tmp_path, apply)
    await bench.guard.given([OF])
    assert await bench.handle(0, 1) == status
    assert asked == [[0, 1]]
    assert bench.notes.crashes_at(record(0).place) == bench.notes.crashes_at(record(1).place) == 0


async def test_a_run_of_which_one_partition_was_taken_by_another_projector_ends(tmp_path: Path) -> None:
    other = TopicPartition("t", 1)
    bench = Bench(tmp_path, failing())
    await bench.guard.given([OF, other])
    bench.progress.stored[other] = Progress(7)
    with suppress(Ended):
        await bench.guard.handle(record(0), [Record("t", 1, 0, 0, None, b"x")])
    assert bench.ended == [BUG_EXIT]
    assert bench.progress.stored[other] == Progress(7)


async def test_a_partition_given_again_forgets_what_was_written_ahead(tmp_path: Path) -> None:
    apply, asked = raising_at(error=AssertionError())
    bench = Bench(tmp_path, apply)
    await bench.guard.given([OF])
    await bench.handle(0, 1)
    await bench.guard.given([OF])
    await bench.handle(1)
    assert asked == [[0, 1], [1]]
    assert bench.progress.stored[OF].next_offset == 2
