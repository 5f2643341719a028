"""Tags of phones that look labels up: the same phone on the same label that day, and nothing else.

The key of a day is drawn at random, kept in this process alone and dropped with the day: nobody can make a tag again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from provenance.scans.cells import Cell
from provenance.scans.scan import tag_of

MOST_PHONES = 6
"""Of one network that count on one label and day: a family, or who stands at a shelf. Whoever makes up browsers on one
machine is no more than these."""
_MOST_CROWDS = 50_000


@dataclass(slots=True)
class _Crowd:
    """The phones of one network on one label and day, and the place the first of them told."""

    tags: set[bytes] = field(default_factory=set)
    place: Cell | None = None


class DayTags:
    def __init__(self, new_key: Callable[[], bytes]) -> None:
        self._new_key = new_key
        self._day, self._key = -1, b""
        self._crowds: OrderedDict[bytes, _Crowd] = OrderedDict()

    def tag(self, day: int, *, label: str, address: str, user_agent: str) -> bytes | None:
        """None where so many others of its network came before it. Raises ValueError where the address is none."""
        self._begin(day)
        tag = tag_of(self._key, label=label, address=address, user_agent=user_agent)
        tags = self._crowd(label, address).tags
        if len(tags) >= MOST_PHONES and tag not in tags:
            return None
        tags.add(tag)
        return tag

    def believes(self, day: int, place: Cell, *, label: str, address: str) -> bool:
        """Of what phones of one network tell themselves, the first place: who makes up phones is nowhere else."""
        self._begin(day)
        crowd = self._crowd(label, address)
        crowd.place = crowd.place or place
        return crowd.place == place

    def _begin(self, day: int) -> None:
        if day != self._day:
            self._day, self._key = day, self._new_key()
            self._crowds.clear()

    def _crowd(self, label: str, address: str) -> _Crowd:
        """Beyond so many, the one unseen longest is forgotten."""
        of = tag_of(self._key, label=label, address=address, user_agent="\0")
        crowd = self._crowds[of] = self._crowds.pop(of) if of in self._crowds else _Crowd()
        if len(self._crowds) > _MOST_CROWDS:
            self._crowds.popitem(last=False)
        return crowd
