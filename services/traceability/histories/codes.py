"""Which lots and items a number without its product may mean, and which lots a product number has.

Answered from outlines of the events that made them, never from the events: anybody may ask, and an event may name ten
thousand boxes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from epcis.events import Event
from provenance.codes import Code
from provenance.standing import MayDeclare, Reported, standings
from services.traceability.ports import EventStore, Outline
from services.traceability.store.numbers import is_lot, number_in, of_number, of_product
from wire.errors import Rejected

MOST_FOUND = 20
"""Things to choose from."""

REPORTS_READ = 40
"""The newest that make such things. A labelling of thousands of boxes takes the one-machine store 0.1 s to outline."""

_ANY_TIME = "1970-01-01T00:00:00Z"

MOST_CORRECTIONS = 5
"""Of corrections of corrections; who corrects more often finds the lot by its full code."""


class Ambiguous(Rejected):
    """The code may mean any of `found`, canonical keys, the newest first."""

    def __init__(self, code: Code, found: Sequence[str]) -> None:
        super().__init__(_sentence(code, found))
        self.found = tuple(found)


async def find(code: Code, store: EventStore, *, may_declare: MayDeclare, list_lots: bool) -> tuple[str, ...]:
    """Canonical keys of what a report that stands has made, that recorded last first; at most MOST_FOUND.

    `list_lots`: whether a product's lots are told.
    """
    if code.product and list_lots and (lots := await _made(of_product(code.product), store, may_declare)):
        return tuple(lots[:MOST_FOUND])
    named = [key for number in code.numbers for key in await _made(of_number(number), store, may_declare)]
    return _as_typed(dict.fromkeys(named), code.numbers)[:MOST_FOUND]


def _as_typed(keys: Iterable[str], numbers: Collection[str]) -> tuple[str, ...]:
    """Serials and lots are case-sensitive; a lot is also found by its capitals typed small, where nothing else is."""
    listed = tuple(keys)
    return tuple(k for k in listed if number_in(k) in numbers) or tuple(k for k in listed if is_lot(k))


async def _made(name: str, store: EventStore, may_declare: MayDeclare) -> list[str]:
    """What events that were not taken back make under this name."""
    making = await store.making(name, REPORTS_READ)
    void = await _void({one.event_id for one in making}, store, may_declare)
    return list(dict.fromkeys(key for one in making if one.event_id not in void for key in one.made))


async def _void(event_ids: Collection[str], store: EventStore, may_declare: MayDeclare) -> frozenset[str]:
    known: defaultdict[str, list[Reported]] = defaultdict(list)
    wanted = set(event_ids)
    for _ in range(MOST_CORRECTIONS):
        found = await store.outlines(wanted) if wanted else ()
        for one in found:
            known[one.event_id].append(_reported(one))
        wanted = {id_ for one in found for id_ in one.corrective or ()} - known.keys()
    judged = standings((one for listed in known.values() for one in listed), may_declare=may_declare)
    return frozenset(id_ for id_, standing in judged.items() if not standing.in_force)


def _reported(one: Outline) -> Reported:
    """As much of it as its standing rests on."""
    declaration = {"declarationTime": _ANY_TIME, "correctiveEventIDs": list(one.corrective or ())}
    body = {"eventID": one.event_id, **({"errorDeclaration": declaration} if one.corrective is not None else {})}
    return Reported(one.record_id, Event(body), b"", one.first)


def unknown(code: Code) -> str:
    """The sentence for a code of which nothing is recorded."""
    if code.problem:
        return f"code: {code.problem}"
    if code.product:
        return f"code: {code.product} is a product; give the code of a lot or box of it: {code.product}/10/G0914"
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
