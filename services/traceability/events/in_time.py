"""Every event that names one of some keys, in the order of time, read a few days at a time.

The one-machine store finds a key and a time in its index, and everything of both, at once; asked for anything beside
them, for an order or for a few of them, it looks at all that names the key, a fifth of a second for five thousand
events. So windows of time are read, short where there is much and longer where there is little, and whoever asks leaves
out what he has no use for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial

from provenance.days import DAY_MS, MINUTE_MS
from provenance.graph.gathering import FOREVER_MS, During, Wanted
from services.traceability.events.query import Position
from services.traceability.histories.building import in_turn
from services.traceability.ports import EventStore, StoredEvent
from wire.errors import Rejected

MOST_DAYS = 8
"""Of a window for each key; many keys are each read in longer ones."""
FIRST_DAYS = 30
"""At most, of the first window of very many keys: each window costs a question for each of them."""
MANY = 200
"""Events of one window; the next is half as long then, else twice as long."""


async def in_time(
    keys: Collection[str], since_ms: int, until_ms: int, *, store: EventStore, after: Position | None, now_ms: int
) -> AsyncIterator[StoredEvent]:
    """Those of this time that stand after a position. What has no beginning, and what is to come, is read at once.
    Where more happened in one minute than is read at once, the first that each reporter told (`Wanted.first`)."""
    here = max(since_ms, after.ms) if after else since_ms
    width = DAY_MS if after else DAY_MS * min(len(keys), FIRST_DAYS)
    while here < until_ms:
        is_few = here == -FOREVER_MS or here >= now_ms
        end = until_ms if is_few else min(here + width, until_ms)
        then = frozenset(During(key, here, end) for key in keys)
        try:
            found = await store.gathered(Wanted(frozenset(), during=then))
        except Rejected:
            if not is_few and width > MINUTE_MS:
                width = max(width // 2, MINUTE_MS)
                continue
            found = await store.gathered(Wanted(frozenset(), first=then))
        for event in await in_turn(partial(_ordered, found, after), len(found)):
            yield event
        here = end
        width = max(width // 2, MINUTE_MS) if len(found) > MANY else min(2 * width, MOST_DAYS * DAY_MS * len(keys))


def position(event: StoredEvent) -> Position:
    return Position(event.parsed.time_ms, event.record_id)


async def merged(streams: Sequence[AsyncIterator[StoredEvent]]) -> AsyncIterator[StoredEvent]:
    """In the order of time, each event once."""
    first = [await anext(stream, None) for stream in streams]
    while places := [position(event) for event in first if event is not None]:
        least = min(places)
        taken = [n for n, event in enumerate(first) if event is not None and position(event) == least]
        event = first[taken[0]]
        if event is not None:
            yield event
        for n in taken:
            first[n] = await anext(streams[n], None)


def _ordered(found: Sequence[StoredEvent], after: Position | None) -> list[StoredEvent]:
    ahead = (event for event in found if after is None or position(event) > after)
    return sorted(ahead, key=position)
