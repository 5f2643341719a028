"""Whoever names a receipt is answered from what was recorded, whatever is asked, though the feed has not told of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, cast

import pytest
from produce.v1 import capture_pb2

from provenance.balances.plot_picks import PlotSeason
from provenance.registry.memory import MemoryRegistry
from provenance.standing import nobody
from provenance.weights import nothing_registered
from services.traceability.claims.plot_seasons import picks_of, size_of_picks, trace_plot
from services.traceability.histories.cache import HistoryCache
from services.traceability.histories.telling import Question, size_of, tell, trace
from services.traceability.model import Models, ReadModel
from services.traceability.recalls.reaching import Recalls, recall_lists
from services.traceability.rpc import TraceabilityServicer
from services.traceability.store.memory import MemoryEventStore
from stream.receipts import Receipt
from tests.services.traceability.events import LOT, harvest, stored

SEASON = PlotSeason("https://suyuan.example/plot/1", 2026)
ROOMY = 1 << 24
TOPIC = "produce.harvest.v1"


class Behind:
    """A feed that has not told of what the store has."""

    topics = frozenset({TOPIC})

    async def until_applied(self, after: Iterable[Receipt]) -> bool:
        return not list(after)


class Reached:
    def __init__(self, model: ReadModel) -> None:
        self.current = model


async def _nothing(*_: Any) -> None: ...


@pytest.fixture
def store() -> MemoryEventStore:
    return MemoryEventStore()


@pytest.fixture
def servicer(store: MemoryEventStore) -> TraceabilityServicer:
    judging: dict[str, Any] = {"may_declare": nobody, "net_weight": nothing_registered}
    histories = HistoryCache(
        naming=store.gathered, trace=partial(trace, **judging), tell=tell, size_of=size_of, max_bytes=ROOMY
    )
    plots = HistoryCache(
        naming=store.gathered,
        trace=partial(trace_plot, **judging),
        tell=lambda picks, _read: picks,
        size_of=size_of_picks,
        max_bytes=ROOMY,
    )
    histories.feed_begins()
    plots.feed_begins()
    nothing: Any = None
    recalls = Recalls(recall_lists(store.gathered, max_bytes=ROOMY), nothing)
    model = ReadModel(1, store, histories, nothing, plots, nothing, cast("Any", Behind()), nothing, nothing, recalls)
    return TraceabilityServicer(
        models=cast("Models", Reached(model)),
        registry=MemoryRegistry(),
        registry_applied=_nothing,
        registry_caught_up=_nothing,
        registry_revision=lambda: 1,
        now_ms=lambda: 1_790_000_000_000,
    )


async def test_what_is_kept_beside_a_history_is_not_answered_to_who_knows_of_more(
    store: MemoryEventStore, servicer: TraceabilityServicer
) -> None:
    """A claim asks for the picks of plots, and of a box for its lot; both are kept as histories are."""

    async def told(*after: capture_pb2.Receipt) -> tuple[int, int]:
        model = await servicer._model(after)
        picks = (await picks_of([SEASON], model.plots))[SEASON].picks
        lot, _kept = await model.histories.answer(Question((LOT + "A",), "back"))
        return len(picks), len(lot.history.steps)

    await store.record([stored(harvest("h1", LOT + "A"))])
    assert await told() == (1, 1)
    await store.record([stored(harvest("h2", LOT + "A", kilograms=9000, minute=5))])
    assert await told() == (1, 1)
    assert await told(capture_pb2.Receipt(topic=TOPIC, partition=0, offset=1)) == (2, 2)
