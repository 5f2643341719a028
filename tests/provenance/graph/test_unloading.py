"""What was received by its own number elsewhere is on no truck any more, though nobody reported its unloading."""

from typing import Any

import pytest

from provenance import reports
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.foreign import back, forward, harvest, holders, joined, made, seen, uri
from tests.provenance.graph.test_shared_containers import PARTIES, keeper
from tests.provenance.graph.test_strangers import STRANGER, Honest, results
from tests.provenance.reported import report

TRUCK = "https://id.gs1.org/8004/9520001TRUCK9"
TRAILER = "https://id.gs1.org/8004/9520001TRAILER"
PALLET = "https://id.gs1.org/00/095200012026000013"
BOX = "urn:x:box"
HOUR_MS = 3_600_000

PACKED = (
    harvest(0, {"h": 10}, at="orchard"),
    made(1, {"h": 10}, {}, outputEPCList=["box"], at="house"),
    joined(2, "ADD", PALLET, BOX, at="house"),
    joined(3, "ADD", TRUCK, PALLET, at="house"),
    seen(4, "shipping", TRUCK, at="house", to="shop"),
)
DRIVES_ON = (
    seen(20, "shipping", TRUCK, at="shop", to="far"),
    seen(30, "receiving", TRUCK, at="far"),
    seen(40, "holding", TRUCK, at="far"),
)


def hours_on(history: History, asset: str) -> list[tuple[float, float]]:
    found = {(one.since_ms, one.until_ms) for stay in history.cold for one in stay.within if one.asset == asset}
    start = min(step.event.time_ms for step in history.steps)
    return sorted(((since - start) / HOUR_MS, (until - start) / HOUR_MS) for since, until in found)


@pytest.mark.parametrize("received", [BOX, PALLET])
@pytest.mark.parametrize("step", ["receiving", "accepting", "retail_selling"])
def test_a_box_or_its_pallet_received_elsewhere_is_on_the_truck_no_more(received: str, step: str) -> None:
    told = (*PACKED, seen(9, step, received, at="shop"), *DRIVES_ON)
    history = back("box", *told)
    assert hours_on(history, TRUCK) == [(3, 9)]
    assert max(step.event.time_ms for step in history.steps) == history.steps[0].event.time_ms + 9 * HOUR_MS
    assert list(holders(forward("h", *told))) == ["shop"]
    assert all(shipment.site != uri("far") for shipment in history.shipments)


def test_what_goes_on_is_told_to_its_end() -> None:
    """Another box on the pallet was not received there; nor was it where it was loaded, by whoever drives it."""
    at_the_dock = seen(3.5, "receiving", PALLET, at="house")
    told = (*PACKED, at_the_dock, joined(2, "ADD", PALLET, "other", at="house"), *DRIVES_ON)
    received = seen(9, "receiving", "other", at="shop")
    assert hours_on(back("box", *told, received), TRUCK)[0][1] > 100
    assert hours_on(back("other", *told, received), TRUCK) == [(1, 7)]


def test_what_is_loaded_again_rides_again() -> None:
    told = (
        *PACKED,
        seen(9, "receiving", PALLET, at="shop"),
        joined(12, "ADD", TRUCK, PALLET, at="shop"),
        *DRIVES_ON,
        seen(31, "receiving", PALLET, at="far"),
    )
    assert hours_on(back("box", *told), TRUCK) == [(3, 9), (12, 31)]
    assert list(holders(forward("h", *told))) == ["far"]


def test_the_last_loading_says_where_it_was_received_though_what_lies_between_was_not_read() -> None:
    """Received at the dock where it was loaded last it may be on the truck by then."""
    at_the_dock = seen(13, "receiving", PALLET, at="far")
    again = joined(12, "ADD", TRUCK, PALLET, at="far")
    between = seen(9, "receiving", PALLET, at="shop")
    told = (harvest(0, {"h": 10}, at="orchard"), made(1, {"h": 10}, {}, outputEPCList=["box"], at="house"))
    packed = (joined(3, "ADD", TRUCK, PALLET, at="house"), again, at_the_dock, joined(20, "ADD", PALLET, BOX, at="far"))
    unread, read = back("box", *told, *packed), back("box", *told, *packed, between)
    assert hours_on(read, TRUCK) == hours_on(unread, TRUCK) != []


def test_a_trailer_is_received_with_its_truck_and_stays_on_it() -> None:
    fixed = {**joined(-9, "ADD", TRUCK, TRAILER, at="depot"), "type": "AssociationEvent"}
    told = (fixed, *PACKED[:3], joined(3, "ADD", TRAILER, PALLET, at="house"), seen(5, "receiving", TRAILER, at="yard"))
    assert hours_on(back("box", *told), TRUCK)[0][1] > 100


def told_by(*told: tuple[str, Any]) -> list[Reported]:
    return [report(body, recorded=n, capturer=keeper(uri(by))) for n, (by, body) in enumerate(told)]


def test_whom_the_truck_is_sent_to_later_has_nothing_to_do_with_it() -> None:
    told = [*(("house", body) for body in PACKED), ("shop", seen(9, "receiving", BOX, at="shop"))]
    told += [("shop", seen(20, "shipping", TRUCK, at="shop", to="far")), ("far", seen(30, "holding", BOX, at="far"))]
    history = build_from(told_by(*told), trace_back([BOX], parties=PARTIES))
    assert [step.stranger for step in history.steps if step.kind == "hold"] == [True]


def test_who_never_had_to_do_with_my_box_takes_it_off_no_truck() -> None:
    his = ("rival", joined(2.5, "ADD", PALLET, "his", at="yard"))
    told = [*(("house", body) for body in PACKED), his]
    documents = told_by(*told, ("rival", seen(6, "receiving", PALLET, at="yard")))
    history = build_from(documents, trace_back([BOX], parties=PARTIES))
    assert hours_on(history, TRUCK)[0][1] > 100


def test_a_truck_that_was_loaded_with_my_trailer_before_goods_came_says_nothing_else_of_them() -> None:
    """Who has it fixed to his truck has nothing to do with what is put on it later (docs/adr/0117)."""
    fixed = ("rival", {**joined(-9, "ADD", TRUCK, TRAILER, at="yard"), "type": "AssociationEvent"})
    mine = [*(("house", body) for body in PACKED[:3]), ("house", joined(3, "ADD", TRAILER, PALLET, at="house"))]
    his = [
        ("rival", seen(6, "shipping", TRUCK, at="yard", to="far")),
        ("rival", seen(7, "receiving", TRUCK, at="far")),
        ("rival", seen(8, "holding", TRUCK, at="far")),
        ("rival", joined(9, "ADD", TRUCK, "his", at="far")),
    ]
    before, after = (build_from(told_by(fixed, *mine, *more), trace_back([BOX], parties=PARTIES)) for more in ([], his))
    assert [step.event_id for step in after.steps if not step.stranger] == [step.event_id for step in before.steps]
    assert after.shipments == before.shipments == ()
    ahead = build_from(told_by(fixed, *mine, *his), trace_forward([uri("h")], parties=PARTIES))
    assert list(holders(ahead)) == ["house"]


def test_a_recall_of_the_truck_after_it_was_unloaded_is_of_other_goods() -> None:
    honest = Honest()
    house, shop = honest.season.house, honest.shop
    honest.world.report(reports.palletising, pallet=TRUCK, items=[honest.pallet], lots={}, site=house)
    honest.world.report(reports.shipment, items=[TRUCK], from_site=house, to_site=shop)
    honest.world.report(reports.receipt, site=shop, items=[honest.pallet])
    before = results(honest.claim(honest.boxes[7]))
    honest.world.report(reports.hold, items=[TRUCK], site=shop, reason="x", recall=True)
    assert results(honest.claim(honest.boxes[7])) == before
    assert STRANGER not in {step.document.first.capturer for step in honest.history(honest.boxes[7]).steps}
