"""What was drawn from a lot: every use, sale and loss that was reported of it, with the kilograms each said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from epcis.events import Item
from provenance.graph.effects import effect
from provenance.graph.runs import Run, Runs
from provenance.quantities import Kilograms, known, total
from provenance.standing import Reported

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
            kind, event = effect(document.event), document.event
            if kind in ("used", "sold", "lost"):
                ids = (event.event_id,)
                yield from (Draw(kind, self._weight(item), ids) for item in event.items_by_key.get(lot, ()))

    def _by_run(self, run: Run, lot: str) -> Iterator[Draw]:
        if run.open_ended:
            yield Draw("labelled", known(map(self._weight, run.outputs)), run.event_ids)
        elif run.serialising:
            yield Draw("labelled", total(map(self._weight, run.outputs)), run.event_ids)
        else:
            ids = run.ids_naming(lot)
            yield from (Draw("used", self._weight(item), ids) for item in run.inputs_by_key[lot])
