"""Which lot each serialised item is of: by the reports that name it with its lot, else by the code it was asked by.

Nobody need have commissioned it: a shop that scans a signed label names item and lot in one link. Which reports count
is decided elsewhere; what commissions an item is believed before what merely names it, and the first report before the
later ones. Where several lots are named, all are kept to be shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from provenance.standing import Reported

Asked: TypeAlias = tuple[str, str] | None
"""Item and lot of the one code that names both, where it was asked by such a code."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That an item is of a lot, and the first report that says so; the first that names it, where a code was asked."""

    lot: str
    document: Reported


class ItemLots:
    """Of events in force, in order; `naming` finds them by any key they name."""

    def __init__(self, in_force: Sequence[Reported], naming: Mapping[str, Sequence[Reported]], asked: Asked) -> None:
        self._claims: defaultdict[str, dict[str, Claim]] = defaultdict(dict)
        told = [document for document in in_force if document.event.item_lots]
        for document in sorted(told, key=lambda document: not document.event.commissions):
            for item, lot in document.event.item_lots:
                self._claims[item].setdefault(lot, Claim(lot, document))
        if asked and naming.get(asked[0]):
            item, lot = asked
            self._claims[item].setdefault(lot, Claim(lot, naming[item][0]))
        self.of_item: Mapping[str, Claim] = {item: next(iter(found.values())) for item, found in self._claims.items()}

    @property
    def contradictions(self) -> Mapping[str, Sequence[Claim]]:
        """The claims about each item that was named with several lots; the first one counts."""
        return {item: tuple(found.values()) for item, found in self._claims.items() if len(found) > 1}


def asked_by(keys: Sequence[str]) -> Asked:
    """The item and its lot, where the keys of one code are these two."""
    if len(keys) < 2:
        return None
    product, mark, _ = keys[0].partition("/21/")
    return (keys[0], keys[1]) if mark and keys[1].startswith(f"{product}/10/") else None
