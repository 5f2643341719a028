"""Who made a thing, where several report it, as far as it decides whose other reports count: of one set of reports.

See `provenance.graph.makers`, which says the same of whole runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from epcis.events import Event
from provenance.access.say import tellers
from provenance.graph.makers import begins, had, ingredients, of_one_maker
from provenance.graph.voices import Voices
from provenance.graph.whereabouts import makes
from provenance.standing import Reported


class FirstMakers:
    """`needs` is, by report and thing, what somebody has to have had for his report of making it to count."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices
        self.needs: dict[tuple[str, str], frozenset[str]] = {}

    def of(self, thing: str, documents: Sequence[Reported]) -> Sequence[Reported]:
        """The reports of who made it; of a thing nobody made, the one recorded first."""
        making = [document for document in documents if makes(document.event, thing)]
        if not making:
            return [min(documents, key=recorded)]
        groups = of_one_maker(making, tellers)
        if len(groups) == 1:
            return groups[0]
        first = min(groups, key=lambda group: (*self._doubt(group, thing), min(map(recorded, group))))
        self._make_others_need(thing, first, making)
        return first

    def _make_others_need(self, thing: str, first: Sequence[Reported], making: Iterable[Reported]) -> None:
        """An item is made once: who only handles it had no part in that, unless he had what it is made of."""
        ids = {document.record_id for document in first}
        others = [d for d in making if d.record_id not in ids and _makes_item(d.event, thing)]
        made_of = ingredients(first, thing) | self._own_lots(first, others, thing)
        self.needs.update({(d.record_id, thing): made_of for d in others if made_of})

    def _own_lots(self, maker: Sequence[Reported], others: Iterable[Reported], thing: str) -> frozenset[str]:
        """Lots of the maker that others say it is of: who was sent such a one may label what is in it."""
        names = set[str]().union(*map(tellers, maker))
        lots = set(chain.from_iterable(document.event.lots_by_item.get(thing, ()) for document in others))
        naming = self._voices.naming
        made = ((lot, d) for lot in lots for d in naming.get(lot, ()) if makes(d.event, lot))
        return frozenset(lot for lot, document in made if not names.isdisjoint(tellers(document)))

    def _doubt(self, group: Sequence[Reported], thing: str) -> tuple[bool, bool, bool]:
        """Who puts others' reports right made nothing; nor did who never had what it is made of, and of such ones who
        only gave it a number."""
        puts_right = all(self._voices.say(document, thing) == "all" for document in group)
        had_not = not self._had_inputs(group, thing)
        return puts_right, had_not, had_not and not any(d.event.type == "TransformationEvent" for d in group)

    def _had_inputs(self, group: Sequence[Reported], thing: str) -> bool:
        """A lot that was begun is made of nothing; an item, of the lot it is of."""
        in_force = self._voices.in_force
        runs = {document.event.transformation for document in group} - {None}
        names = set[str]().union(*map(tellers, group))
        more = (d for d in in_force if d.event.transformation in runs and not names.isdisjoint(tellers(d)))
        making = (*group, *more) if runs else group
        made_of = ingredients(making, thing)
        return had(making, made_of, in_force) if made_of else any(begins(d.event, thing) for d in group)


def _makes_item(event: Event, thing: str) -> bool:
    """Not a lot, which grows, nor what was worked on: it went in and came out again."""
    return thing not in event.input_keys and not any(item.of_class for item in event.items_by_key[thing])


def recorded(document: Reported) -> tuple[object, str]:
    return document.first, document.record_id
