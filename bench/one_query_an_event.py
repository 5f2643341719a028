"""How a history is asked of an EPCIS repository: one query for each thing, then one for each that its events name.

Twice, by our own store in process, so that no hop is counted against it: as the standard's query asks, in the order of
event time, page after page; and at its best, one indexed find for each thing.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from epcis.events import Event
from services.traceability.events.query import MAX_PER_PAGE, EventQuery, match
from services.traceability.ports import EventStore, StoredEvent

Lead = Callable[[Event, str], Iterable[str]]
Asking = Callable[[EventStore, str], Awaitable[Sequence[StoredEvent]]]

ALL = 10**9
PEER_S = 3.0
"""After this long a peer is stopped and what it did by then is told: one that walks through all events has no end in a
large season."""


async def ancestors_by_queries(store: EventStore, lot: str, asking: Asking) -> int:
    """How many lots were asked about. Raises TimeoutError where it was stopped before the last."""
    return await _reached(store, lot, _made_of, ALL, asking)


async def products_by_queries(store: EventStore, lot: str, most: int, asking: Asking) -> int:
    """As many as that, and as there was time for; how many lots were asked about."""
    return await _reached(store, lot, _made_into, most, asking)


async def _queried(store: EventStore, lot: str) -> Sequence[StoredEvent]:
    """`GET /events?MATCH_anyEPCClass=lot`, since lots are classes and not serial numbers (EPCIS 2.0, 8.2.7.1)."""
    query = EventQuery(matches=(match("MATCH_anyEPCClass", [lot]),), per_page=MAX_PER_PAGE)
    found: list[StoredEvent] = []
    while True:
        page = await store.query(query)
        found += page.events
        if page.next is None:
            return found
        query = replace(query, after=page.next)


async def _found(store: EventStore, lot: str) -> Sequence[StoredEvent]:
    return await store.naming({lot})


PEERS: Mapping[str, Asking] = {
    "stock: one EPCIS query an event (MATCH_anyEPCClass)": _queried,
    "stock at its best: one indexed find a thing": _found,
}


async def _reached(store: EventStore, lot: str, lead: Lead, most: int, asking: Asking) -> int:
    reached, left = {lot}, [lot]
    asked, until = 0, time.monotonic() + PEER_S
    while left and asked < most and time.monotonic() < until:
        key = left.pop()
        asked += 1
        for stored in await asking(store, key):
            new = set(lead(stored.parsed, key)) - reached
            reached |= new
            left += new
    if left and asked < most and most == ALL:
        raise TimeoutError(f"{asked} things took {PEER_S:.0f} s, and there are more")
    return asked


def _made_of(event: Event, key: str) -> Iterable[str]:
    return event.input_keys if key in event.output_keys else ()


def _made_into(event: Event, key: str) -> Iterable[str]:
    return event.output_keys if key in event.input_keys else ()
