"""How a history is asked of an EPCIS repository: one query for each thing, then one for each that its events name.

At its best: an indexed find for each, by our own store in process, so that neither a hop nor the order that a standard
query asks for is counted against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from epcis.events import Event
from services.traceability.ports import EventStore

Lead = Callable[[Event, str], Iterable[str]]


async def ancestors_by_queries(store: EventStore, lot: str) -> int:
    """How many lots were found."""
    return await _reached(store, lot, _made_of, most=10**9)


async def products_by_queries(store: EventStore, lot: str, most: int) -> int:
    """As many as that; how many lots were found."""
    return await _reached(store, lot, _made_into, most)


async def _reached(store: EventStore, lot: str, lead: Lead, most: int) -> int:
    reached, left = {lot}, [lot]
    asked = 0
    while left and asked < most:
        key = left.pop()
        asked += 1
        for stored in await store.naming({key}):
            new = set(lead(stored.parsed, key)) - reached
            reached |= new
            left += new
    return asked


def _made_of(event: Event, key: str) -> Iterable[str]:
    return event.input_keys if key in event.output_keys else ()


def _made_into(event: Event, key: str) -> Iterable[str]:
    return event.output_keys if key in event.input_keys else ()
