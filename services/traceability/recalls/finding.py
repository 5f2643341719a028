"""Which of many boxes are recalled, by where each or its lot came from: as its page says it (`rules.not_recalled`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from provenance.histories.history import History
from provenance.quality.holds import Held, held_of
from provenance.registry.records import Registry
from services.traceability.histories.cache import Answers
from services.traceability.histories.telling import Question, Told
from services.traceability.recalls.reaching import Recalls
from services.traceability.together import together
from wire.errors import Rejected

State: TypeAlias = Literal["", "in_part", "whole", "not_known"]
"""In part: so much of a lot is recalled, and nobody knows which. Not known: its history is too much to be read."""
Goods: TypeAlias = tuple[str, ...]
"""What a label names: an item and its lot, or one of them, or nothing."""

READS_AT_ONCE = 8


async def recalled(
    goods: Sequence[Goods], *, recalls: Recalls, histories: Answers[Question, Told], registry: Registry
) -> list[State]:
    """Of each of them, in their order. Of what no recall reaches no history is read: recalls are few, and labels many.

    Raises Transient.
    """
    reached = await recalls.reached()
    left = {keys for keys in goods if keys and (reached is None or not reached.isdisjoint(keys))}

    async def history(keys: Goods) -> History:
        return (await histories.answer(Question(keys, "back")))[0].history

    async def is_whole(lot: str) -> bool:
        try:
            return _is_whole(await history((lot,)), registry)
        except Rejected:
            return False

    async def own(keys: Goods) -> State:
        try:
            return _state(await history(keys), registry)
        except Rejected:
            return "not_known"

    # Each lot once, and its boxes by themselves only where not all of it is recalled.
    lots = sorted({keys[-1] for keys in left if len(keys) > 1})
    of_lots = dict(zip(lots, await together(is_whole, lots, at_once=READS_AT_ONCE), strict=True))
    alone = [keys for keys in left if not of_lots.get(keys[-1])]
    found = dict(zip(alone, await together(own, alone, at_once=READS_AT_ONCE), strict=True))
    return [found.get(keys, "whole" if keys in left else "") for keys in goods]


def _state(history: History, registry: Registry) -> State:
    """Of the thing a back history is of."""
    found = list(_recalls(history, registry))
    if any(one.quantity is None or one.key == history.key for one in found):
        return "whole"
    return "in_part" if found else ""


def _is_whole(lot: History, registry: Registry) -> bool:
    """Whether every box of a lot is recalled: with the lot itself, or with what it is made of."""
    of_all = (one for one in _recalls(lot, registry) if not one.step.carried and "/21/" not in one.key)
    return any(one.quantity is None for one in of_all)


def _recalls(history: History, registry: Registry) -> Iterator[Held]:
    return (one for one in held_of(history, registry) if one.kind == "recall")
