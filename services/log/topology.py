"""The topics as the log sees them: what it is fed from, its own partition, and single places on the event topics."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from runtime import logs
from runtime.metrics import LOG_FED_RECORDS
from services.log.domain import Committed, Forked
from stream.keyed_producer import KeyedProducer, Message
from stream.log_reader import end_offsets
from stream.receipts import Record
from stream.spot_reader import SpotReader
from wire.envelope import EnvelopeError, decode
from wire.errors import Rejected
from wire.log_codec import decode_entries, encode_entries, event_leaves, labels_leaves
from wire.place import Place
from wire.topics import EVENT_TOPICS, LABELS, LOG

RECORDS_A_READ = 1000
MOST_ENTRIES_A_STEP = 4000
PARTITION = 0

log = logs.get(__name__)


def fed_topics(prefix: str) -> tuple[str, ...]:
    return tuple(topic.name(prefix) for topic in (*EVENT_TOPICS, LABELS))


def entries_of(record: Record, *, prefix: str, salt_key: bytes) -> list[bytes]:
    """Of each event, or of the labels that were made together. Raises Rejected."""
    leaves = labels_leaves if record.topic == LABELS.name(prefix) else event_leaves
    return [leaf.entry for leaf in leaves(record.value or b"", salt_key=salt_key)]


class CommitmentsOut:
    """Appends to the log topic."""

    def __init__(self, producer: KeyedProducer, prefix: str) -> None:
        self._producer, self._topic = producer, LOG.name(prefix)

    async def append(self, entries: Sequence[bytes]) -> None:
        await self._producer.send_all([Message(self._topic, None, encode_entries(entries), partition=PARTITION)])


class CommitmentsIn:
    """Reads the log topic. What was read and not asked for yet is kept for the next question."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self._bootstrap, self._topic = bootstrap, LOG.name(prefix)
        self._reader = SpotReader(bootstrap=bootstrap, topic=self._topic, client_id="log-sequence")
        self._waiting: list[Committed] = []

    async def check_reaches(self, offset: int) -> None:
        """Raises Forked where the topic ends before what was read of it once: it is another one, or was cut off; and
        where it was parted, for between two partitions there is no order."""
        ends = await asyncio.to_thread(end_offsets, self._bootstrap, [self._topic])
        if len(ends) > 1:
            raise Forked(f"{self._topic} has {len(ends)} partitions, and the log is the order of one")
        if (end := sum(ends.values())) < offset:
            raise Forked(f"{self._topic} ends at {end}, and the log has read it to {offset}")

    async def read(self, offset: int) -> Sequence[Committed]:
        if not self._waiting or self._waiting[0].offset != offset:
            found = await asyncio.to_thread(self._reader.read, PARTITION, offset, RECORDS_A_READ)
            self._waiting = [_committed(one) for one in found]
        step = _as_many(self._waiting)
        self._waiting = self._waiting[len(step) :]
        return step

    def close(self) -> None:
        self._reader.close()


def _committed(record: Record) -> Committed:
    """What no feed of ours wrote is no entry, for whoever redoes the fold: nobody can take it out of the topic, and it
    ends no log."""
    try:
        return Committed(record.offset, decode_entries(record.value or b""))
    except Rejected as error:
        LOG_FED_RECORDS.labels(record.topic, "rejected").inc()
        log.warning("a record on the log's topic was passed over", offset=record.offset, error=str(error))
        return Committed(record.offset, ())


def _as_many(records: Sequence[Committed]) -> list[Committed]:
    """The first, and as many behind it as one step should take."""
    step: list[Committed] = []
    entries = 0
    for record in records:
        entries += len(record.entries)
        if step and entries > MOST_ENTRIES_A_STEP:
            break
        step.append(record)
    return step


class EventTopics:
    """`services.log.ports.Recorded`."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        names = [topic.name(prefix) for topic in EVENT_TOPICS]
        self._readers = {name: SpotReader(bootstrap=bootstrap, topic=name, client_id="log-serve") for name in names}
        self._reading: dict[tuple[str, int, int], asyncio.Future[Mapping[str, str]]] = {}

    async def capturers(self, place: Place) -> Mapping[str, str]:
        """Who ask for one place at the same time are answered by one read: reports of one moment share an envelope."""
        at = (place.topic, place.partition, place.offset)
        if (reading := self._reading.get(at)) is None:
            reading = self._reading[at] = asyncio.ensure_future(self._read(place))
            reading.add_done_callback(lambda done: self._done(at, done))
        return await asyncio.shield(reading)

    def _done(self, at: tuple[str, int, int], done: asyncio.Future[Mapping[str, str]]) -> None:
        del self._reading[at]
        if not done.cancelled():
            done.exception()  # whoever asked may be gone: then it is told nobody

    async def _read(self, place: Place) -> Mapping[str, str]:
        reader = self._readers.get(place.topic)
        found = await asyncio.to_thread(reader.read, place.partition, place.offset, 1) if reader else []
        try:
            return {one.record_id: one.capturer for record in found for one in decode(record.value or b"")}
        except EnvelopeError:
            return {}

    async def reach(self) -> None:
        """Connects. Raises Transient."""
        for reader in self._readers.values():
            await asyncio.to_thread(reader.read, 0, 0, 1)

    def close(self) -> None:
        for reader in self._readers.values():
            reader.close()
