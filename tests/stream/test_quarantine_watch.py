"""The watch for quarantines goes on looking after every fault, and when it cannot, the process ends."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest

from stream.dead_letter import DeadLetter, Reason
from stream.quarantine_watch import QuarantineWatch
from stream.receipts import Receipt, Record, TopicPartition
from tests.stream.trial import eventually
from wire.errors import Transient

PLACE = TopicPartition("trial.dlq", 0)


def letter(reason: Reason) -> DeadLetter:
    return DeadLetter(Receipt("trial.dlq", 0, 0), Record("trial", 0, 7, 1, None, b"x"), reason, "why", "group")


class DeadLetterTopic:
    """What a broker would answer; `faults` are raised first, one a look."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.letters: list[DeadLetter] = []
        self.readings = 0

    def ends(self, _: str, __: Iterable[str]) -> Mapping[TopicPartition, int]:
        if self.faults:
            raise self.faults.pop(0)
        return {PLACE: len(self.letters)}

    def open(self, _: str, __: Iterable[str]) -> Sequence[DeadLetter]:
        self.readings += 1
        return list(self.letters)


@asynccontextmanager
async def watching(
    topic: DeadLetterTopic, on_count: Callable[[int], None]
) -> AsyncIterator[tuple[QuarantineWatch, list[str]]]:
    ended: list[str] = []
    watch = QuarantineWatch(
        bootstrap="nowhere",
        topics=["trial"],
        every_s=0.01,
        on_count=on_count,
        on_end=lambda: ended.append("ended"),
        ends=topic.ends,
        letters=topic.open,
    )
    watch.start()
    yield watch, ended
    watch.stop()


@pytest.mark.parametrize("fault", [Transient("away"), KeyError("suyuan-topic"), OSError("no more threads")])
async def test_a_look_that_fails_is_taken_again(fault: Exception) -> None:
    topic = DeadLetterTopic(fault, fault)
    async with watching(topic, lambda _: None) as (watch, ended):
        assert watch.not_ready() == "dead letters were not read yet"
        await eventually(lambda: watch.not_ready() is None, "ready after all")
        topic.letters = [letter(Reason.BUG), letter(Reason.REJECTED)]
        await eventually(lambda: watch.open == 1, "the quarantine seen")
        assert "1 record(s) quarantined" in str(watch.not_ready())
    assert ended == []


async def test_letters_are_read_again_only_when_there_are_more() -> None:
    topic, counts = DeadLetterTopic(), list[int]()
    async with watching(topic, counts.append):
        await eventually(lambda: counts == [0], "read once")
        topic.faults = [Transient("away")] * 5
        await eventually(lambda: not topic.faults, "looked five times more")
        assert (topic.readings, counts) == (1, [0])


async def test_a_watch_that_ends_by_itself_ends_the_process() -> None:
    class EndOfWatch(BaseException):
        """Nothing that a look may catch."""

    topic = DeadLetterTopic()
    topic.ends = lambda *_: (_ for _ in ()).throw(EndOfWatch())  # type: ignore[method-assign]
    async with watching(topic, lambda _: None) as (_, ended):
        await eventually(lambda: ended == ["ended"], "the end told")
