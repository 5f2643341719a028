"""A page of what is shown of many ids: so many are found, or so many are looked at, and it is told where to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST_LOOKED_AT = 1000
USUAL_READ = 100


def paged(ids: Iterable[str], shown: Callable[[str], T | None], most: int, after_id: str) -> tuple[list[T], str]:
    """At most `most` of those `shown`, in order of `ids`, and the id to go on after, empty at the end. A page may have
    fewer, and others after it: no more than `MOST_LOOKED_AT` are looked at for one."""
    found: list[T] = []
    for looked, id_ in enumerate(ids):
        if len(found) == most or looked == MOST_LOOKED_AT:
            return found, after_id
        found += [one for one in (shown(id_),) if one is not None]
        after_id = id_
    return found, ""


def in_parts(read: Callable[[str, int], Sequence[str]], after_id: str) -> Iterator[str]:
    """Every id of `read(after, limit)` behind `after_id`, read a part at a time."""
    while ids := read(after_id, USUAL_READ):
        yield from ids
        after_id = ids[-1]
