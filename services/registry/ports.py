"""What the handlers need: the registry's own view of its topic, and the one writer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from provenance.registry.records import Record
from services.registry.domain import Versions
from wire.place import Place


class View(Protocol):
    async def caught_up(self) -> None:
        """Until the topic's present end is applied. Raises Transient."""
        ...

    async def applied(self, place: Place) -> None:
        """Until that record is. Raises Transient."""
        ...

    def versions(self, kind: str, id: str) -> Versions: ...

    def linked(self, kind: str, target: str) -> Sequence[str]:
        """Ids of records of `kind` of which some version names `target`."""
        ...

    def linked_after(self, kind: str, target: str, after_id: str, limit: int) -> Sequence[str]:
        """The same in id order, those after `after_id`, at most `limit`."""
        ...

    def ids_after(self, kind: str, after_id: str, limit: int) -> Sequence[str]:
        """Of all records of `kind`, likewise."""
        ...

    def last_applied(self) -> Place:
        """A place at or behind which every record seen so far lies."""
        ...


class Writer(Protocol):
    def turn(self) -> AbstractAsyncContextManager[None]:
        """Between reading and writing nobody else writes: one put at a time here, and no other process at all."""
        ...

    async def write(self, records: Sequence[Record], replaced: Sequence[Record] = ()) -> Sequence[Place]:
        """All of them or none, and with them the end of the versions `replaced`. Raises Transient where unknown.

        A place for each of `records`.
        """
        ...

    async def rewrite(self, records: Sequence[Record]) -> Place:
        """As `write`, for versions that are there and whose old content must go from the log and from every view."""
        ...
