"""However often a stranger reports on somebody's goods, they are looked up and told as without him (docs/adr/0112)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from provenance import reports
from provenance.balances.plot_picks import read_plot_picks
from provenance.balances.plot_yields import seasons_of
from provenance.graph import gathering
from provenance.graph.containers import MOST_OF_ONE
from provenance.graph.containment import Containment
from provenance.graph.gathering import CROWD, FIRST_TOLD, TooMuchError
from provenance.histories.history import History, drive, reading
from provenance.histories.onward_pages import OnwardWalk
from provenance.histories.tracing import trace_back, trace_forward
from provenance.payments.deliveries import read_deliveries
from provenance.rules.claims import Claim, claim
from provenance.standing import Reported
from tests.provenance.claimed import NOW
from tests.provenance.graph.test_strangers import STRANGER, Honest, results
from tests.provenance.reported import report

MANY = 3 * CROWD


@pytest.fixture(autouse=True)
def few_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_EVENTS", 2 * CROWD)


def flooding(h: Honest, goods: dict[str, Any], by: str = STRANGER, many: int = MANY) -> Iterator[Reported]:
    for n in range(many):
        at = h.world.now + timedelta(seconds=n)
        body = reports.receipt(event_id=f"urn:x:{by[-4:]}:{n}", at=at, site=h.elsewhere, **goods)
        yield report(body, recorded=9000 + n, capturer=by)


def more(history: History) -> list[str]:
    return [gap.message for gap in history.gaps if gap.code == "stranger" and " more." in gap.message]


@pytest.mark.parametrize("direction", ["back", "forward"])
def test_a_flood_on_a_lot_refuses_nobody_its_history_and_is_counted(direction: str) -> None:
    h = Honest()
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}}))
    how: dict[str, Any] = {"tracing": trace_forward} if direction == "forward" else {}
    before = h.history(h.graded, **how)
    after = h.history(h.graded, documents=[*h.documents(), *flood], **how)
    assert [s for s in after.steps if not s.stranger] == list(before.steps)
    assert sum(step.stranger for step in after.steps) == FIRST_TOLD
    assert (after.kilograms, after.holders, after.shares) == (before.kilograms, before.holders, before.shares)
    assert [f"and {MANY - FIRST_TOLD:,} more." in said for said in more(after)] == [True]


def test_no_claim_of_the_goods_changes() -> None:
    h = Honest()
    flood = [*flooding(h, {"items": h.boxes[:1]}), *flooding(h, {"lots": {h.season.lots[0]: Decimal(1)}}, by="urn:x:y")]
    for key in (h.boxes[0], h.graded):
        assert results(h.claim(key, documents=[*h.documents(), *flood])) == results(h.claim(key))


def test_nor_by_a_pallet_or_under_the_id_of_an_honest_report() -> None:
    h = Honest()
    before = h.history(h.boxes[7])
    packing = next(step.document for step in before.steps if step.document.event.type == "TransformationEvent")
    flood = list(flooding(h, {"items": [h.pallet]}))
    for n in range(MANY):
        body = {**packing.event.body, "eventTime": (h.world.now + timedelta(seconds=n)).isoformat()}
        flood.append(report(body, recorded=9000 + n, capturer=STRANGER))
    after = h.history(h.boxes[7], documents=[*h.documents(), *flood])
    assert [s.event_id for s in after.steps if not s.stranger] == [s.event_id for s in before.steps]
    assert after.shares == before.shares


def test_who_had_to_do_with_them_is_read_whole_or_it_is_too_much() -> None:
    h = Honest()
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}}))
    house = h.keepers[h.season.house]
    body = reports.stock_take
    own = [
        report(
            body(event_id=f"urn:x:o{n}", at=h.world.now, site=h.season.house, lots={h.graded: Decimal(n + 1)}),
            recorded=8000 + n,
            capturer=house,
        )
        for n in range(CROWD)
    ]
    after = h.history(h.graded, documents=[*h.documents(), *flood, *own[:100]])
    assert {d.event.event_id for d in own[:100]} <= {step.event_id for step in after.steps}
    with pytest.raises(TooMuchError):
        h.history(
            h.graded, documents=[*h.documents(), *flood, *own, *flooding(h, {"lots": {h.graded: Decimal(1)}}, house)]
        )


def test_nor_by_few_reports_that_name_very_many_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_NAMES", 20_000)
    h = Honest()
    others = [h.world.numbers.serial(h.season.box) for _ in range(3_000)]
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}, "items": others}, many=20))
    before = h.history(h.graded)
    after = h.history(h.graded, documents=[*h.documents(), *flood])
    assert [s for s in after.steps if not s.stranger] == list(before.steps)
    assert ["and 17 more." in said for said in more(after)] == [True]


def test_forward_in_pages_too() -> None:
    h = Honest()
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}}))

    def first(documents: list[Reported]) -> History:
        return drive(OnwardWalk([h.graded]).page(50), reading(documents)).history

    before, after = first(h.documents()), first([*h.documents(), *flood])
    assert [s for s in after.steps if not s.stranger] == list(before.steps)
    assert after.holders == before.holders
    assert more(after)


TRUCK = "https://id.gs1.org/8004/9520001TRUCK1"


def on_a_truck() -> tuple[Honest, datetime]:
    """Three days on the road, told of the truck alone; when it was loaded."""
    h = Honest()
    house = h.season.house
    h.world.report(reports.palletising, pallet=TRUCK, items=[h.pallet], lots={}, site=house)
    h.world.report(reports.shipment, items=[TRUCK], from_site=house, to_site=h.shop)
    loaded = h.world.now
    h.world.now += timedelta(days=3)
    h.world.report(reports.receipt, items=[TRUCK], site=h.shop)
    h.world.report(reports.unpacking, pallet=TRUCK, items=(), site=h.shop)
    h.own = len(h.world.events)
    return h, loaded


def seen(h: Honest, **named: Any) -> dict[str, Any]:
    return reports.receipt(items=[TRUCK], site=h.elsewhere, **named)


def carries_his_own(h: Honest, into: str = TRUCK, **named: Any) -> dict[str, Any]:
    own = [f"https://example.org/own/{named['event_id']}"]
    return reports.palletising(pallet=into, items=own, lots={}, site=h.elsewhere, **named)


def on_the_pallet(h: Honest, **named: Any) -> dict[str, Any]:
    return carries_his_own(h, into=h.pallet, **named)


def emptied_by_him(h: Honest, **named: Any) -> dict[str, Any]:
    return reports.unpacking(pallet=TRUCK, items=(), site=h.elsewhere, **named)


def on_his_ferry(h: Honest, **named: Any) -> dict[str, Any]:
    return reports.palletising(pallet="https://example.org/ferry", items=[TRUCK], lots={}, site=h.elsewhere, **named)


def a_logger(h: Honest, to: str = TRUCK, **named: Any) -> dict[str, Any]:
    logger = "https://id.gs1.org/8004/9520001" + named["event_id"].rpartition(":")[2]
    joined = reports.palletising(pallet=to, items=[logger], lots={}, site=h.elsewhere, **named)
    return {**joined, "type": "AssociationEvent"}


def a_logger_in_my_room(h: Honest, **named: Any) -> dict[str, Any]:
    return a_logger(h, to=h.season.house, **named)


def his_certificate(h: Honest, **named: Any) -> dict[str, Any]:
    day = named["at"].date()
    return reports.certificate(
        certificate="https://id.gs1.org/253/9520001" + named["event_id"].rpartition(":")[2],
        state="issued",
        scheme="green",
        number="1",
        issuer=STRANGER,
        scope=[h.graded],
        valid_from=day,
        valid_to=day + timedelta(days=9),
        **named,
    )


@pytest.mark.parametrize(
    "told",
    [
        seen,
        carries_his_own,
        on_the_pallet,
        emptied_by_him,
        on_his_ferry,
        a_logger,
        a_logger_in_my_room,
        his_certificate,
    ],
)
@pytest.mark.parametrize("many", [MOST_OF_ONE + 1, MANY])
def test_nor_by_the_truck_the_room_or_the_certificates(told: Any, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if many < MANY:
        monkeypatch.setattr(gathering, "MOST_EVENTS", 20_000)
    h, loaded = on_a_truck()
    flood = [
        report(
            told(h, event_id=f"urn:x:flood:{n}", at=loaded + timedelta(seconds=n)),
            recorded=9000 + n,
            capturer=STRANGER,
        )
        for n in range(many)
    ]
    before = h.history(h.boxes[7])
    after = h.history(h.boxes[7], documents=[*h.documents(), *flood])
    assert sum(step.carried for step in before.steps) > 2
    assert [s.event_id for s in after.steps if not s.stranger] == [s.event_id for s in before.steps]
    assert "not-followed" not in {gap.code for gap in after.gaps}
    assert results(claimed(h, after)) == results(claimed(h, before))


def claimed(h: Honest, history: History) -> Claim:
    return claim(history, h.world.registry, h.season.brand, NOW)


def test_what_the_goods_own_people_told_of_the_truck_meanwhile_is_read_whole() -> None:
    h, loaded = on_a_truck()
    flood = [
        report(seen(h, event_id=f"urn:x:{n}", at=loaded + timedelta(seconds=n)), recorded=n, capturer=STRANGER)
        for n in range(MANY)
    ]
    house = h.keepers[h.season.house]
    body = partial(reports.receipt, items=[TRUCK], site=h.season.house)
    own = [
        report(body(event_id=f"urn:x:o{n}", at=loaded + timedelta(minutes=n)), recorded=8000 + n, capturer=house)
        for n in range(3 * FIRST_TOLD)
    ]
    after = h.history(h.boxes[7], documents=[*h.documents(), *flood, *own])
    assert {d.event.event_id for d in own} <= {step.event_id for step in after.steps}


def declaring(body: dict[str, Any], many: int = MANY) -> list[Reported]:
    """Anybody may declare anybody's report wrong: once for each reason that he can think of."""
    when = "2026-10-01T08:00:00.000Z"
    wrong = ({**body, "errorDeclaration": {"declarationTime": when, "reason": f"urn:x:{n}"}} for n in range(many))
    return [report(body, recorded=9000 + n, capturer=STRANGER) for n, body in enumerate(wrong)]


def test_nor_by_declaring_a_spray_wrong_very_often() -> None:
    h = Honest()
    plot = h.season.growers[0].plot
    h.world.report(reports.farm_input, at=h.world.now - timedelta(days=90), plot=plot, substance="imidacloprid")
    flood = declaring(h.world.events[-1])
    before = h.history(h.boxes[0])
    after = h.history(h.boxes[0], documents=[*h.documents(), *flood])
    assert [one.plot for one in before.applied] == [plot]
    assert after.applied == before.applied
    assert results(claimed(h, after)) == results(claimed(h, before))


def test_nor_by_declaring_a_delivery_wrong_and_all_that_was_picked_on_its_plot_is_known() -> None:
    h = Honest()
    delivery = next(body for body in h.world.events if body.get("bizStep") == "commissioning")
    flood = declaring(delivery)
    seasons = set(seasons_of(h.history(h.boxes[0])))
    for documents in (h.documents(), [*h.documents(), *flood]):
        found = [drive(read_plot_picks(season), reading(documents)) for season in seasons]
        assert [(len(picks.picks), picks.is_complete) for picks in found] == [(1, True)] * len(seasons)
        brought = [drive(read_deliveries(season.keys), reading(documents)) for season in seasons]
        assert [len(of_plot) for of_plot in brought] == [1] * len(seasons)


def narrowed(monkeypatch: pytest.MonkeyPatch, names: int) -> None:
    """As if everybody told of very many things: of each no more names are read at first."""
    for bound in ("WIDE", "MOST_WIDE"):
        monkeypatch.setattr(gathering, bound, 0)
    monkeypatch.setattr(gathering, "MOST_NAMES_FIRST", names)


def test_how_many_things_a_stranger_names_in_how_many_reports_costs_what_one_of_them_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put, puts = Containment._put, [0]

    def counting(*args: Any, **named: Any) -> None:
        puts[0] += 1
        put(*args, **named)

    monkeypatch.setattr(Containment, "_put", counting)
    monkeypatch.setattr(gathering, "MOST_WIDE", 1_500)
    monkeypatch.setattr(gathering, "MOST_NAMES_FIRST", 500)
    h = Honest()
    before = h.history(h.boxes[7])
    cost = []
    for reports_of_his in (1, 30):
        h.strange.clear()
        for n in range(reports_of_his):
            his = [f"https://example.org/own/{n}-{k}" for k in range(400)]
            at = h.world.now + timedelta(seconds=n)
            h.strangely(reports.palletising, pallet=h.pallet, items=his, lots={}, site=h.elsewhere, at=at)
        puts[0] = 0
        after = h.history(h.boxes[7])
        cost.append(puts[0])
        assert [s.event_id for s in after.steps if not s.stranger] == [s.event_id for s in before.steps]
        assert results(claimed(h, after)) == results(claimed(h, before))
    assert cost[0] == cost[1] > 400


@pytest.mark.parametrize("names", [3, 30])
@pytest.mark.parametrize("late", [False, True])
def test_who_had_to_do_with_it_is_read_whole_however_many_things_he_names(
    names: int, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    h, _ = on_a_truck()
    packing = next(body for body in h.world.events if h.boxes[0] in str(body.get("outputEPCList")))
    plot = h.season.growers[0].plot
    sprays = [h.world.report(reports.farm_input, plot=plot, substance=f"copper {n}") for n in range(6)]
    for wrong in (packing["eventID"], *sprays):
        h.world.take_back(wrong)
    packed = datetime.fromisoformat(packing["eventTime"]) + timedelta(seconds=1)
    h.world.events.append({**packing, "eventID": "urn:x:again", "eventTime": packed.isoformat(timespec="milliseconds")})
    h.world.report(reports.receipt, items=h.boxes[:1], site=h.shop)
    told = h.documents()
    if late:  # whose phone had no network for days
        told = [replace(one, first=one.first._replace(record_time_ms=-one.first.record_time_ms)) for one in told]
    keys = (h.boxes[0], h.boxes[7], h.graded, h.pallet)
    traced = [(key, how) for key in keys for how in (trace_back, trace_forward)]
    before = [h.history(key, documents=told, tracing=how) for key, how in traced]
    narrowed(monkeypatch, names)
    assert [h.history(key, documents=told, tracing=how) for key, how in traced] == before
