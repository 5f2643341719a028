"""A season of lots mixed and divided is repeatable, valid, and of the size and depth it was told to have."""

from collections import defaultdict
from itertools import islice

from epcis.validation import validate_event
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.reports import Json
from simulator.lot_graph import LotGraph, Shape
from tests.provenance.reported import reports

SMALL = Shape(lots=3_000, sites=10, deepest=12, stock=6, silo_uses=20)


def test_the_same_seed_gives_the_same_season() -> None:
    one, other = LotGraph(seed=1, shape=SMALL), LotGraph(seed=1, shape=SMALL)
    assert list(one.reports()) == list(other.reports())
    assert (one.lots, one.links, one.by_depth, one.silos) == (other.lots, other.links, other.by_depth, other.silos)
    assert next(LotGraph(seed=2, shape=SMALL).reports()) != next(LotGraph(seed=1, shape=SMALL).reports())


def test_it_has_the_lots_the_links_and_the_depth_wanted() -> None:
    graph = LotGraph(shape=SMALL)
    parents = _parents(list(graph.reports()))
    assert SMALL.lots <= graph.lots <= SMALL.lots + 5
    assert abs(graph.links / graph.lots - 2) < 0.1
    assert graph.links == sum(map(len, parents.values()))
    assert max(graph.by_depth) == SMALL.deepest
    assert all(_depth(lot, parents) == 12 for lot in graph.by_depth[12][:5])


def test_every_report_is_valid_and_no_lot_gives_more_than_there_was_of_it() -> None:
    there: dict[str, float] = {}
    for event in LotGraph(shape=SMALL).reports():
        assert [p for p in validate_event(event, context=event["@context"], strict=True) if p.severity == "error"] == []
        for used in event.get("inputQuantityList", ()):
            there[used["epcClass"]] -= used["quantity"]
        for made in (*event.get("quantityList", ()), *event.get("outputQuantityList", ())):
            there[made["epcClass"]] = made["quantity"]
    assert min(there.values()) > -0.001


def test_it_begins_at_once_however_large_it_is() -> None:
    assert len(list(islice(LotGraph(shape=Shape(lots=10**9)).reports(), 100))) == 100


def test_its_histories_are_whole() -> None:
    graph = LotGraph(shape=SMALL)
    documents = list(reports(graph.reports()))
    deep = build_from(documents, trace_back([graph.by_depth[12][0]]))
    assert sum(share.fraction for share in deep.shares) == 1
    silo = build_from(documents, trace_forward([graph.silos[0]]))
    assert silo.kilograms is not None and silo.lost_kg is not None
    assert sum((holder.kilograms or 0 for holder in silo.holders), silo.lost_kg) == silo.kilograms


def _parents(events: list[Json]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for event in events:
        for made in event.get("outputQuantityList", ()):
            found[made["epcClass"]].update(used["epcClass"] for used in event["inputQuantityList"])
    return found


def _depth(lot: str, parents: dict[str, set[str]]) -> int:
    return 1 + max((_depth(parent, parents) for parent in parents.get(lot, ())), default=0)
