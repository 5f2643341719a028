"""What the log needs of the world."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from provenance.log.growth import Tiles
from provenance.log.notes import Note
from provenance.log.tiles import Tile
from services.log.domain import Committed, Head
from wire.place import Place


class LogEnd(Protocol):
    """Where the log's topic is written."""

    async def append(self, entries: Sequence[bytes]) -> None:
        """Returns after the broker's acknowledgement. Raises Unacknowledged; again is harmless."""
        ...


class LogTopic(Protocol):
    """Read from its one partition: the order there is the log's."""

    async def read(self, offset: int) -> Sequence[Committed]:
        """Records from `offset` on, none where there are none yet. Raises Transient."""
        ...


class LogStore(Protocol):
    """Durable on return. Every method may be repeated, by several at once, and raises Transient."""

    async def head(self) -> Head: ...

    async def advance(self, old: Head, new: Head) -> bool:
        """True where `old` stood and `new` stands now."""
        ...

    async def numbers(self, entries: Collection[bytes]) -> Mapping[bytes, int]:
        """Of those that have one. From the head's size on a number is what somebody began and nothing is said by it."""
        ...

    async def number(self, entries: Sequence[bytes], first: int) -> None:
        """From `first` on. Raises Forked where one has another."""
        ...

    async def tiles(self, wanted: Iterable[Tile]) -> Tiles:
        """As much of each as `wanted` says. Raises Forked where there is less."""
        ...

    async def keep(self, tiles: Tiles) -> None:
        """A tile that is as long or longer already stays as it is."""
        ...

    async def checkpoint(self) -> Note | None:
        """The longest that was signed."""
        ...

    async def keep_checkpoint(self, size: int, checkpoint: Note) -> None: ...


class Recorded(Protocol):
    """What lies on the event topics."""

    async def capturers(self, place: Place) -> Mapping[str, str]:
        """By record id, the party that reported each event of the record at this place; none where it is no such place.

        Raises Transient.
        """
        ...
