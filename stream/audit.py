"""Compares what a projector says it has written with what the broker has: `suyuan audit`, and `--deep`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stream.dead_letter import DeadLetter, Reason, open_letters
from stream.log_reader import end_offsets, read_log
from stream.progress import BEGINNING, Progress
from stream.receipts import Record, TopicPartition


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing for one partition, in one sentence."""

    partition: TopicPartition
    sentence: str


def behind(ends: Mapping[TopicPartition, int], progress: Mapping[TopicPartition, Progress]) -> tuple[Shortfall, ...]:
    """Partitions whose progress is not at the end. Progress past the end means the log lost records."""
    return tuple(
        shortfall for of, end in sorted(ends.items()) for shortfall in _compared(of, end, progress.get(of, BEGINNING))
    )


def _compared(of: TopicPartition, end: int, progress: Progress) -> Iterator[Shortfall]:
    name = f"{of.topic}/{of.partition}"
    if progress.next_offset < end:
        yield Shortfall(of, f"{name}: {end - progress.next_offset} record(s) are not written yet")
    if progress.next_offset > end:
        yield Shortfall(of, f"{name}: the log ends at {end}, but {progress.next_offset} records were written from it")


def quarantined(bootstrap: str, topics: Iterable[str]) -> tuple[DeadLetter, ...]:
    """Records set aside for a bug of ours and not replayed. Blocking. Raises Transient."""
    return tuple(letter for letter in open_letters(bootstrap, topics) if letter.reason is Reason.BUG)


class DeepReading:
    """Reads the log again up to the ends at its making, and chains its digest beside the projector's."""

    def __init__(self, bootstrap: str, topics: Iterable[str]) -> None:
        self._bootstrap = bootstrap
        self.ends = end_offsets(bootstrap, topics)
        self.chains: dict[TopicPartition, Progress] = dict.fromkeys(self.ends, BEGINNING)
        self._passed: dict[TopicPartition, dict[int, bytes]] = {of: {0: BEGINNING.digest} for of in self.ends}

    def records(self, remember: Mapping[TopicPartition, int]) -> Iterator[Record]:
        """Every record once. `remember`: at which next offset of each partition to keep the digest for `differing`."""
        for record in read_log(self._bootstrap, self.ends):
            of = record.topic_partition
            self.chains[of] = self.chains[of].after(record)
            if self.chains[of].next_offset == remember.get(of):
                self._passed[of][self.chains[of].next_offset] = self.chains[of].digest
            yield record

    def differing(self, progress: Mapping[TopicPartition, Progress]) -> tuple[Shortfall, ...]:
        """Partitions whose log, up to where the projector says it is, has another digest than the projector's."""
        return tuple(
            Shortfall(of, f"{of.topic}/{of.partition}: the log up to {at.next_offset} is not what was written from it")
            for of, at in sorted(progress.items())
            if of in self.ends and self._passed[of].get(at.next_offset) != at.digest
        )
