"""Which lot each serialised item is of: by the reports that name it with its lot, else by the code it was asked by.

Nobody need have commissioned it: a shop that scans a signed label names item and lot in one link. Which reports count
is decided elsewhere. Where several lots are named, all are kept to be shown, and none counts unless its maker says so:
anybody may name a box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from provenance.graph.whereabouts import makes
from provenance.standing import First, Reported

Strange: TypeAlias = Mapping[str, Collection[str]]
"""By record id, the things its teller had nothing to do with."""

Asked: TypeAlias = tuple[str, str] | None
"""Item and lot of the one code that names both, where it was asked by such a code."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That an item is of a lot, and the first report that says so; the first that names it, where a code was asked."""

    lot: str
    document: Reported


class ItemLots:
    """Of events in force, in order; `naming` finds those that count by any key they name. Who had nothing to do with a
    lot puts no item into it; who names an item is heard all the same, for nobody need have named it before.

    `contradictions` are the claims about each item that was named with several lots, the first recorded first.
    """

    def __init__(
        self, in_force: Sequence[Reported], naming: Mapping[str, Sequence[Reported]], asked: Asked, strange: Strange
    ) -> None:
        self.of_item: dict[str, Claim] = {}
        self.contradictions: dict[str, Sequence[Claim]] = {}
        told: defaultdict[str, dict[str, list[Reported]]] = defaultdict(dict)
        for document in in_force:
            of_others = strange.get(document.record_id, ())
            for item, lot in document.event.item_lots:
                if lot in of_others:
                    continue
                told[item].setdefault(lot, []).append(document)
        if asked and naming.get(asked[0]):
            told[asked[0]].setdefault(asked[1], [])
        for item, claimed in told.items():
            by_lot = claimed if len(claimed) == 1 else _without_strangers(item, claimed, strange)
            if len(by_lot) == 1:
                self.of_item[item] = _claim(item, *next(iter(by_lot.items())), naming)
            else:
                self._settle(item, by_lot, naming)

    def _settle(self, item: str, by_lot: Told, naming: Mapping[str, Sequence[Reported]]) -> None:
        """Of several lots that counts which was recorded first, if who made that lot says so too; else none does."""
        lots = sorted(by_lot, key=lambda lot: _recorded(by_lot[lot]))
        claims = self.contradictions[item] = tuple(_claim(item, lot, by_lot[lot], naming) for lot in lots)
        first = by_lot[lots[0]]
        if _makers(lots[0], first, naming) & {document.first.capturer for document in first}:
            self.of_item[item] = claims[0]


Told = Mapping[str, Sequence[Reported]]
"""By lot, the reports that name one item with it: none where only the code that was asked does."""


def _without_strangers(item: str, by_lot: Told, strange: Strange) -> Told:
    """Who labels what another made is not heard, however early. Of the rest, where the first who names its lot had to
    do with the item, only such are."""

    def had_to_do(document: Reported) -> bool:
        return item not in strange.get(document.record_id, ())

    heard = [d for told in by_lot.values() for d in told if had_to_do(d) or not makes(d.event, item)]
    if not heard or not had_to_do(min(heard, key=lambda d: (d.first, d.record_id))):
        return by_lot
    kept = {lot: [d for d in told if had_to_do(d)] for lot, told in by_lot.items()}
    return {lot: told for lot, told in kept.items() if told or not by_lot[lot]}


def _claim(item: str, lot: str, told: Sequence[Reported], naming: Mapping[str, Sequence[Reported]]) -> Claim:
    """What commissions the item is believed before what merely names it, and the earlier before the later."""
    return Claim(lot, next((d for d in told if d.event.commissions), told[0] if told else naming[item][0]))


def _recorded(told: Sequence[Reported]) -> tuple[bool, tuple[First, str] | tuple[()]]:
    """When a lot was first named with the item; the code that was asked comes last."""
    return not told, min(((d.first, d.record_id) for d in told), default=())


def _makers(lot: str, told: Sequence[Reported], naming: Mapping[str, Sequence[Reported]]) -> set[str]:
    """Who made a lot; of one that nobody made but as its items, who commissions them."""
    made = {document.first.capturer for document in naming.get(lot, ()) if makes(document.event, lot)}
    return made or {document.first.capturer for document in told if document.event.commissions}


def asked_by(keys: Sequence[str]) -> Asked:
    """The item and its lot, where the keys of one code name both, the lot behind its item; before them a URI may stand
    as it was given."""
    return next((pair for pair in pairwise(keys) if _is_lot_of(*pair)), None)


def _is_lot_of(item: str, lot: str) -> bool:
    product, mark, _ = item.partition("/21/")
    return bool(mark) and lot.startswith(f"{product}/10/")
