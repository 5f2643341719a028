"""Which lots and items a number without its product may mean, and which lots a product number has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provenance.codes import Code
from services.traceability.names import names
from services.traceability.numbers import made, number_in, of_number, of_product
from services.traceability.ports import EventStore, StoredEvent
from wire.errors import Rejected

MOST_FOUND = 20
"""Things to choose from."""

EVENTS_READ = 100
"""The newest that make such things; a product has more lots than anybody would read through."""


class Ambiguous(Rejected):
    """The code may mean any of `found`, canonical keys, the newest first."""

    def __init__(self, code: Code, found: Sequence[str]) -> None:
        super().__init__(_sentence(code, found))
        self.found = tuple(found)


async def find(code: Code, store: EventStore) -> tuple[str, ...]:
    """Canonical keys, the newest first; at most MOST_FOUND."""
    if code.product:
        events = await store.making(of_product(code.product), EVENTS_READ)
        lots = [key for key in _made(events) if key.startswith(f"{code.product}/10/")]
        if lots:
            return tuple(lots[:MOST_FOUND])
    found: dict[str, None] = {}
    for number in code.numbers:
        events = await store.making(of_number(number), EVENTS_READ)
        found.update(dict.fromkeys(key for key in _made(events) if number_in(key).upper() == number.upper()))
    return tuple(found)[:MOST_FOUND]


def _made(events: Iterable[StoredEvent]) -> Iterable[str]:
    made_things = (key for event in events for key in made(event.parsed.body, names(event.parsed.body)))
    return dict.fromkeys(made_things)


def unknown(code: Code) -> str:
    """The sentence for a code of which nothing is recorded."""
    if code.problem:
        return f"code: {code.problem}"
    if code.keys:
        return f"nothing is recorded about {code.keys[0]}"
    if code.numbers:
        return (
            f"no lot or item with the number {code.numbers[0]} is recorded; scan the label, or give the product number "
            f"too: (01)09520001000010(10){code.numbers[0]}"
        )
    return f"code: {code.text!r} is no code: give a lot, item or pallet as it is scanned, or the number under it"


def _sentence(code: Code, found: Sequence[str]) -> str:
    listed = ", ".join(found)
    if code.product and found[0].startswith(code.product):
        return f"code: {code.product} is a product; say which lot of it, the newest first: {listed}"
    return f"code: {code.text} is the number of {len(found)} things; say which: {listed}"
