"""What the projector does with records: decode, store. Reading on is `stream`'s, durability the store's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.traceability.ports import Shelf, StoredRecord
from services.traceability.store.documents import UnreadableEvent
from stream.receipts import Record
from wire.errors import Rejected


async def project(
    records: Sequence[Record], *, shelf_of: Callable[[str], Shelf], projected: Callable[[str, int], None]
) -> None:
    """Returns when all that the records hold, which are of one topic, is durable: with one insert.

    Raises Rejected where one of them is no envelope, or has an event that cannot be read; what can be read is stored in
    the second case.
    """
    shelf = shelf_of(records[0].topic)
    held: Sequence[StoredRecord] = [one for record in records for one in shelf.held(record)]
    try:
        await shelf.store.record(held)
    except UnreadableEvent:
        held, problems = sorted_out(held, shelf)
        if held:
            await shelf.store.record(held)
        raise Rejected("; ".join(problems)) from None
    projected(records[0].topic, len(held))


def sorted_out(held: Sequence[StoredRecord], shelf: Shelf) -> tuple[tuple[StoredRecord, ...], tuple[str, ...]]:
    """What of a record can be stored, and a sentence for each event that cannot."""
    readable: list[StoredRecord] = []
    problems: list[str] = []
    for index, one in enumerate(held):
        try:
            shelf.check(one)
        except UnreadableEvent as error:
            problems.append(f"event {index} of the envelope: {error}")
        else:
            readable.append(one)
    return tuple(readable), tuple(problems)
