"""What was drawn from a lot: every use, sale and loss that was reported of it, with the kilograms each said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from epcis.events import Event, Item
from provenance.quantities import Kilograms, known, total
from provenance.runs import Run, Runs
from provenance.standing import Reported
from provenance.steps import APPLYING_INPUT
from provenance.whereabouts import SOLD, ends, says

DrawKind = Literal["used", "labelled", "sold", "lost"]


@dataclass(frozen=True, slots=True)
class Draw:
    """`kilograms` is None where it was not said how much."""

    kind: DrawKind
    kilograms: Kilograms
    event_ids: tuple[str, ...]


class Draws:
    """Of events in force; `weight` says what an event names of a thing."""

    def __init__(
        self, *, runs: Runs, naming: Mapping[str, Sequence[Reported]], weight: Callable[[Item], Kilograms]
    ) -> None:
        self._runs = runs
        self._naming = naming
        self._weight = weight

    def of(self, lot: str) -> Iterator[Draw]:
        for run in self._runs.using(lot):
            yield from self._by_run(run, lot)
        for document in self._naming.get(lot, ()):
            if ends(document.event):
                kind, ids = _end(document.event), (document.event.event_id,)
                yield from (Draw(kind, self._weight(i), ids) for i in document.event.items_by_key.get(lot, ()))

    def _by_run(self, run: Run, lot: str) -> Iterator[Draw]:
        if run.open_ended:
            yield Draw("labelled", known(map(self._weight, run.outputs)), run.event_ids)
        elif run.serialising:
            yield Draw("labelled", total(map(self._weight, run.outputs)), run.event_ids)
        else:
            ids = run.ids_naming(lot)
            yield from (Draw("used", self._weight(item), ids) for item in run.inputs_by_key[lot])


def _end(event: Event) -> DrawKind:
    """A spray used up on a plot was used."""
    if event.biz_step == APPLYING_INPUT:
        return "used"
    return "sold" if says(event, SOLD) else "lost"
