"""What was shown of a kept history is shown again as it is, until something that it rests on is otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from produce.v1 import traceability_pb2

from bench.calls import history_back
from provenance import reports
from provenance.access.authority import PUBLIC, Principal
from provenance.cold_chain.facts import ColdFacts
from provenance.histories.history import History
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, Site
from provenance.standing import nobody
from provenance.weights import nothing_registered
from runtime.auth import become
from services.traceability.claims.plot_seasons import size_of_picks, trace_plot
from services.traceability.histories.cache import HistoryCache
from services.traceability.histories.telling import size_of, tell, trace
from services.traceability.model import Models
from services.traceability.ports import StoredEvent
from services.traceability.rpc import TraceabilityServicer
from services.traceability.store.memory import MemoryEventStore
from services.traceability.store.memory_payments import MemoryPaymentStore
from stream.receipts import Receipt
from tests.services.traceability.events import GTIN, LOT, harvest, stored

PLOT = "https://suyuan.example/plot/1"
AT = datetime.fromisoformat("2026-09-13T08:00:00+08:00")
CAPTURER = "https://id.gs1.org/417/9521234000006"


class Counted(MemoryRegistry):
    asked = 0
    revision = 0

    def site(self, id: str, on: date) -> Site | None:
        self.asked += 1
        return super().site(id, on)


class Applied:
    topics: frozenset[str] = frozenset()

    async def until_applied(self, _: Iterable[Receipt]) -> bool:
        return True


async def _nothing_measured(_: History) -> ColdFacts:
    return ColdFacts()


async def _nothing(*_: Any) -> None: ...


async def _servicer(registry: Counted, *more: StoredEvent) -> TraceabilityServicer:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A")), *more])
    histories = HistoryCache(
        naming=store.gathered,
        trace=partial(trace, may_declare=nobody, net_weight=nothing_registered),
        tell=tell,
        size_of=size_of,
        max_bytes=1 << 24,
    )
    histories.feed_begins()
    plots = HistoryCache(
        naming=store.gathered,
        trace=partial(trace_plot, may_declare=nobody, net_weight=nothing_registered),
        tell=lambda picks, _read: picks,
        size_of=size_of_picks,
        max_bytes=1 << 24,
    )
    plots.feed_begins()
    beside = {"plots": plots, "cold": SimpleNamespace(facts=_nothing_measured), "payments": MemoryPaymentStore()}
    model = SimpleNamespace(histories=histories, following=Applied(), store=store, **beside)
    return TraceabilityServicer(
        models=cast("Models", SimpleNamespace(current=model)),
        registry=registry,
        registry_applied=_nothing,
        registry_caught_up=_nothing,
        registry_revision=lambda: registry.revision,
        now_ms=lambda: 1_790_000_000_000,
    )


async def test_names_are_asked_of_the_registry_once_while_it_stands() -> None:
    registry = Counted([Site(id=PLOT, kind="plot", party="", name_zh="一号园")])
    servicer = await _servicer(registry)
    first = await servicer.GetHistory(history_back(LOT + "A"), None)
    asked = registry.asked
    assert asked
    again = await servicer.GetHistory(history_back(LOT + "A"), None)
    assert again == first
    assert registry.asked == asked
    registry.put(Site(id=PLOT, kind="plot", party="", name_zh="二号园", version=2))
    registry.revision += 1
    renamed = await servicer.GetHistory(history_back(LOT + "A"), None)
    assert [first.history.places[PLOT].name_zh, renamed.history.places[PLOT].name_zh] == ["一号园", "二号园"]


async def test_who_sees_more_is_not_shown_what_the_public_was_shown_nor_the_other_way_round() -> None:
    servicer = await _servicer(Counted())
    public = await servicer.GetHistory(history_back(LOT + "A"), None)
    become(Principal(CAPTURER, frozenset({"station"})))
    try:
        whole = await servicer.GetHistory(history_back(LOT + "A"), None)
    finally:
        become(PUBLIC)
    again = await servicer.GetHistory(history_back(LOT + "A"), None)
    assert [step.capturer for answer in (public, whole, again) for step in answer.history.steps] == ["", CAPTURER, ""]
    assert again == public


async def test_the_public_is_told_what_is_recalled_and_which_release_changed_nothing() -> None:
    said: dict[str, Any] = {"lots": [LOT + "A"], "reason": "mould", "site": PLOT}
    recall = reports.hold(event_id="urn:x:recall", at=AT, recall=True, **said)
    release = reports.release(event_id="urn:x:release", at=AT + timedelta(hours=1), **said)
    servicer = await _servicer(Counted(), stored(recall), stored(release))
    answer = await servicer.GetHistory(history_back(LOT + "A"), None)
    assert [(one.kind, list(one.keys), one.sentence_en) for one in answer.history.holds] == [
        ("recall", [LOT + "A"], ""),
        ("release", [], "Without effect: only the regulator or the operator ends a recall."),
    ]


async def test_what_is_shown_is_the_callers_own() -> None:
    servicer = await _servicer(Counted())
    first = await servicer.GetHistory(history_back(LOT + "A"), None)
    first.history.steps[0].kind = "written over"
    again = await servicer.GetHistory(history_back(LOT + "A"), None)
    assert again.history.steps[0].kind != "written over"


async def test_a_claim_is_judged_once_while_all_that_it_rests_on_is_the_same() -> None:
    brand = Brand(id="urn:x:brand", name_zh="品牌", owner=CAPTURER, county_code="141031", gtins=frozenset({GTIN}))
    registry = Counted([brand])
    servicer = await _servicer(registry)

    async def judged() -> tuple[str, bool]:
        """The verdict, and whether anything was judged for it."""
        before = registry.asked
        answer = await servicer.GetClaim(traceability_pb2.GetClaimRequest(code=LOT + "A", brand=brand.id), None)
        return answer.claim.verdict, registry.asked > before

    assert await judged() == ("held", True)
    assert await judged() == ("held", False)
    model = servicer._models.current
    await cast("MemoryEventStore", model.store).record([stored(harvest("h2", LOT + "B", minute=5))])
    cast("Any", model.plots).feed_breaks()  # so that the plot's picks are read again
    assert (await judged())[1]
    registry.revision += 1
    assert (await judged())[1]
    become(Principal(CAPTURER, frozenset({"station"})))
    try:
        assert (await judged())[1]
    finally:
        become(PUBLIC)
