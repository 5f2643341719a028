"""What is read of the store for somebody who waits for it. There is no other way to such a read.

It is done in a thread of the store's own, from the question to the last document: the driver's asyncio face goes to a
thread and back for each answer, takes a turn of the loop for each document, and has no bound to who may wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from services.traceability.mongo.connection import PATIENCE, InThread, Shared, unavailable
from services.traceability.store.documents import Document
from services.traceability.store.threads import StoreThreads

Answer = TypeVar("Answer")
Order = Sequence[tuple[str, int]]


class Reads:
    """Of one collection. What is asked of several that share their threads waits in one queue."""

    def __init__(self, of: Shared, threads: StoreThreads) -> None:
        self._collection: InThread = of.delegate
        self._threads = threads

    async def run(self, ask: Callable[[InThread], Answer]) -> Answer:
        """Raises Transient where the store does not answer, Overloaded where too many wait for it."""
        with unavailable():
            return await self._threads.run(lambda: ask(self._collection))

    async def find(self, wanted: Document, fields: Document, *, order: Order = (), most: int = 0) -> list[Document]:
        """`most` of them; 0 is all."""
        return await self.run(lambda collection: found(collection, wanted, fields, order=order, most=most))


def found(
    collection: InThread, wanted: Document, fields: Document, *, order: Order = (), most: int = 0
) -> list[Document]:
    """In the thread that reads."""
    return list(collection.find(wanted, fields, sort=list(order) or None, limit=most, **PATIENCE))
