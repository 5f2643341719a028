"""What the projector does with records: decode, store. Reading on is `stream`'s, durability the store's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.traceability.documents import UnreadableEvent, document_of
from services.traceability.ports import EventStore, StoredEvent
from stream.receipts import Record
from wire.errors import Rejected

EventsOf = Callable[[Record], Sequence[StoredEvent]]


async def project(
    records: Sequence[Record], *, events_of: EventsOf, store: EventStore, projected: Callable[[str, int], None]
) -> None:
    """Returns when every event of the records, which are of one topic, is durable: with one insert.

    Raises Rejected where one of them is no envelope, or has an event that cannot be read; what can be read is stored in
    the second case.
    """
    events: Sequence[StoredEvent] = [event for record in records for event in events_of(record)]
    try:
        await store.record(events)
    except UnreadableEvent:
        events, problems = sorted_out(events)
        if events:
            await store.record(events)
        raise Rejected("; ".join(problems)) from None
    projected(records[0].topic, len(events))


def sorted_out(events: Sequence[StoredEvent]) -> tuple[tuple[StoredEvent, ...], tuple[str, ...]]:
    """What of a record can be stored, and a sentence for each event that cannot."""
    readable: list[StoredEvent] = []
    problems: list[str] = []
    for index, event in enumerate(events):
        try:
            document_of(event)
        except UnreadableEvent as error:
            problems.append(f"event {index} of the envelope: {error}")
        else:
            readable.append(event)
    return tuple(readable), tuple(problems)
