"""What a claim rests on beside a history, read from documents in memory as the service reads it from its store."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from provenance.balances.plot_picks import read_plot_picks
from provenance.balances.plot_yields import seasons_of
from provenance.cold_chain.facts import facts_from
from provenance.cold_chain.loggers import registered_on
from provenance.cold_chain.of_history import cold_plan
from provenance.graph.gathering import Gathering, Wanted
from provenance.histories.history import History
from provenance.histories.history import reading as reading_of
from provenance.registry.records import Registry
from provenance.rules.beside import Beside
from provenance.standing import Reported
from provenance.weights import registered

Found = TypeVar("Found")


def beside_of(history: History, documents: Iterable[Reported], registry: Registry, now: datetime) -> Beside:
    documents = list(documents)
    reading, weight = reading_of(documents), registered(registry)
    plan = cold_plan(history, registry, round(now.timestamp() * 1000))
    return Beside(
        plot_picks={one: _driven(read_plot_picks(one, net_weight=weight), reading) for one in seasons_of(history)},
        cold=facts_from(documents, plan, partial(registered_on, registry)),
    )


Read = Callable[[Wanted], Sequence[Reported]]


def _driven(reading: Gathering[Found], read: Read) -> Found:
    try:
        wanted = next(reading)
        while True:
            wanted = reading.send(read(wanted))
    except StopIteration as end:
        found: Found = end.value
        return found
