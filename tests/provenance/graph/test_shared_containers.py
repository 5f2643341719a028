"""What somebody else puts on my pallet, or on the truck it is on, says nothing of my goods; nor who named it first."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import reports
from provenance.access.say import NOBODYS, Parties
from provenance.days import day_of
from provenance.graph.containment import Containment
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.registry.records import Channel
from provenance.rules.claims import Claim
from provenance.standing import Reported
from tests.provenance.foreign import harvest, joined, made, seen, uri
from tests.provenance.graph.test_strangers import STRANGER, Honest, results
from tests.provenance.reported import report

TRUCK = "https://id.gs1.org/8004/9520001TRUCK9"
PALLET = "https://id.gs1.org/00/095200012026000013"


def rides_along(honest: Honest, container: str) -> None:
    """A stranger puts a box of his own in there."""
    his = honest.world.numbers.serial(honest.season.box)
    honest.strangely(reports.palletising, pallet=container, items=[his], lots={}, site=honest.elsewhere)


def test_who_puts_his_own_on_my_pallet_recalls_sells_sends_and_empties_nothing_of_mine() -> None:
    honest = Honest()
    mine = honest.boxes[7]
    before, steps = results(honest.claim(mine)), len(honest.history(mine).steps)
    rides_along(honest, honest.pallet)
    site = honest.elsewhere
    honest.strangely(reports.hold, items=[mine, honest.pallet], reason="x", recall=True)
    honest.strangely(reports.shipment, items=[honest.pallet], from_site=site, to_site=site)
    honest.strangely(reports.storing, items=[honest.pallet], room=site)
    honest.strangely(reports.unpacking, pallet=honest.pallet, items=(), site=site)
    honest.strangely(reports.sale, items=[honest.pallet, mine], site=site)
    assert results(honest.claim(mine)) == before
    told = honest.history(mine).steps
    assert all(step.stranger for step in told if step.document.first.capturer == STRANGER)
    assert len([step for step in told if not step.stranger]) == steps


def test_whose_number_a_pallet_is_does_not_depend_on_who_was_recorded_first() -> None:
    honest = Honest()
    honest.strangely(reports.storing, items=[honest.pallet], room=honest.elsewhere, at=honest.world.now - timedelta(9))
    late = honest.documents()
    first = [report(d.event.body, recorded=n, capturer=d.first.capturer) for n, d in enumerate(reversed(late))]
    for key in (honest.boxes[7], honest.graded):
        assert results(honest.claim(key, documents=late)) == results(honest.claim(key, documents=first))
    assert honest.history(honest.boxes[7], documents=first).keys == honest.history(honest.boxes[7]).keys


def shared_truck() -> list[tuple[str, Any]]:
    """Two houses' lots on one truck: each sends "the truck" to where its own go."""
    mine, other = ("house", "h1"), ("house2", "h2")
    told: list[tuple[str, Any]] = [
        (house, harvest(n, {lot: 100}, at=house)) for n, (house, lot) in enumerate((mine, other))
    ]
    told += [
        ("house", {**joined(3, "ADD", TRUCK, lots={"h1": 100}, at="house"), "type": "AssociationEvent"}),
        ("house", seen(4, "shipping", TRUCK, at="house", to="centre")),
        ("house2", {**joined(5, "ADD", TRUCK, lots={"h2": 100}, at="house2"), "type": "AssociationEvent"}),
        ("house2", seen(6, "shipping", TRUCK, at="house2", to="shop")),
        ("centre", seen(8, "receiving", TRUCK, at="centre")),
        ("centre", {**joined(9, "DELETE", TRUCK, lots={"h1": 100}, at="centre"), "type": "AssociationEvent"}),
        ("shop", seen(10, "receiving", TRUCK, at="shop")),
        ("shop", {**joined(11, "DELETE", TRUCK, at="shop"), "type": "AssociationEvent"}),
    ]
    return told


def keeper(place: str) -> str:
    return place.replace("urn:x:", "urn:x:party-") if place.startswith("urn:x:") else ""


PARTIES = Parties(keeper, NOBODYS.say, NOBODYS.trusts, NOBODYS.trades)


def documents(told: list[tuple[str, Any]], order: list[int]) -> list[Reported]:
    return [report(b, recorded=order[n], capturer=keeper(uri(by))) for n, (by, b) in enumerate(told)]


@settings(max_examples=20, deadline=None)
@given(st.integers())
def test_on_a_truck_of_two_houses_each_ones_goods_go_where_it_sent_them(seed: int) -> None:
    told = shared_truck()
    order = list(range(len(told)))
    Random(seed).shuffle(order)
    for lot, to in (("h1", "centre"), ("h2", "shop")):
        back, forward = (
            build_from(documents(told, order), tracing([uri(lot)], parties=PARTIES))
            for tracing in (trace_back, trace_forward)
        )
        assert [shipment.site for shipment in back.shipments] == [uri(to)]
        assert [holder.site for holder in forward.holders] == [uri(to)]
        assert back.gaps == ()


def test_containment_asks_of_each_thing_whether_a_report_is_about_it() -> None:
    added = report(joined(1, "ADD", PALLET, "urn:x:a", "urn:x:b"), recorded=1)
    emptied = report(joined(2, "DELETE", PALLET), recorded=2)
    for thing, is_out in (("urn:x:a", True), ("urn:x:b", False)):
        found = Containment([added, emptied], aside=lambda of, _by: {emptied.record_id} if of == "urn:x:b" else ())
        assert [stay.until_ms is not None for stay in found.stays(thing)] == [is_out]


@pytest.mark.parametrize("put_on", [4, 6])
@pytest.mark.parametrize(
    "attack",
    [
        seen(7, "retail_selling", PALLET, at="rival"),
        seen(7, "destroying", PALLET, action="DELETE", at="rival"),
        joined(7, "ADD", "urn:x:his-truck", PALLET, at="rival"),
        joined(7, "DELETE", TRUCK, PALLET, at="rival"),
        joined(7, "DELETE", TRUCK, at="rival"),
    ],
)
def test_who_has_a_box_on_my_pallet_takes_it_off_no_truck_for_mine(attack: Any, put_on: int) -> None:
    """Whom only the shipment of the pallet names, and nothing that is told of the truck, takes it off."""
    told: list[tuple[str, Any]] = [
        ("house", harvest(1, {"lot": 10}, at="house")),
        ("house", made(2, {"lot": 10}, {}, outputEPCList=["box"], at="house")),
        ("house", joined(3, "ADD", PALLET, "box", at="house")),
        ("house", joined(5, "ADD", TRUCK, PALLET, at="house")),
        ("house", seen(5.5, "shipping", PALLET, at="house", to="centre")),
        ("centre", joined(10, "DELETE", TRUCK, PALLET, at="centre")),
        ("centre", seen(11, "storing", PALLET, at="centre")),
    ]
    rivals = [("rival", joined(put_on, "ADD", PALLET, "his", at="rival")), ("rival", attack)]
    honest, attacked = (
        build_from(documents(listed, list(range(len(listed)))), trace_back([uri("box")], parties=PARTIES)).cold
        for listed in (told, [*told, *rivals])
    )
    on_truck = [w for stay in honest for w in stay.within if w.asset == TRUCK]
    assert [w.until_ms - w.since_ms for w in on_truck] == [5 * 3_600_000]
    assert attacked == honest


def test_whose_box_is_on_my_pallet_sends_nothing_of_mine_on_its_way() -> None:
    """It stands where nobody said, and was not shipped: nobody need have measured it."""
    told: list[tuple[str, Any]] = [
        ("house", harvest(1, {"lot": 10}, at="house")),
        ("house", made(2, {"lot": 10}, {}, outputEPCList=["box"])),
        ("house", joined(3, "ADD", PALLET, "box")),
    ]
    sent = seen(5, "shipping", PALLET, at="rival", to="rivals-centre")
    rivals = [("rival", joined(4, "ADD", PALLET, "his", at="rival")), ("rival", sent)]
    honest, attacked, own = (
        build_from(documents(listed, list(range(len(listed)))), trace_back([uri("box")], parties=PARTIES)).cold
        for listed in (told, [*told, *rivals], [*told, ("house", sent)])
    )
    assert attacked == honest
    assert [any(stay.on_the_way for stay in stays) for stays in (attacked, own)] == [False, True]


@pytest.mark.parametrize("first", ["house", "centre"])
def test_whose_phone_synced_first_makes_nobody_a_stranger_on_the_truck_he_empties(first: str) -> None:
    """Of the other pallet on the truck the history reads nothing but that, and nobody says to whom it goes."""
    other = PALLET.replace("13", "20")
    told: list[tuple[str, Any]] = [
        ("house", harvest(1, {"lot": 10}, at="house")),
        ("house", made(2, {"lot": 10}, {}, outputEPCList=["box"], at="house")),
        ("house", joined(3, "ADD", PALLET, "box", at="house")),
        ("house", joined(4, "ADD", TRUCK, PALLET, other, at="house")),
        ("house", seen(5, "shipping", PALLET, at="house", to="centre")),
        ("house", seen(5, "shipping", other, at="house")),
        ("centre", joined(8, "DELETE", TRUCK, at="centre")),
        ("centre", seen(9, "receiving", PALLET, other, at="centre")),
        ("centre", joined(10, "DELETE", PALLET, "box", at="centre")),
    ]
    order = [n + (0 if by == first else 100) for n, (by, _) in enumerate(told)]
    history = build_from(documents(told, order), trace_back([uri("box")], parties=PARTIES))
    assert [gap for gap in history.gaps if gap.key == TRUCK] == []


def test_a_grower_brings_fruit_only_to_a_station_he_gave_his_mandate() -> None:
    honest = Honest()
    before = results(honest.claim(honest.graded))
    lot, station = honest.season.lots[0], honest.season.station
    plot = honest.world.grow(county="430426")
    for into in (lot, honest.pooled, honest.graded):
        honest.strangely(reports.delivery, lot=into, kg=Decimal(5000), plot=plot.plot, grower=plot.id, station=station)
    assert results(honest.claim(honest.graded)) == before


def test_what_was_sent_to_somebody_by_name_is_not_open_to_all_by_a_departing_that_names_nobody() -> None:
    honest = Honest()
    house, box, site = honest.season.house, honest.boxes[0], honest.shop
    honest.world.report(reports.shipment, from_site=house, to_site=site, items=[box])
    honest.world.report(reports.shipment, from_site=house, items=[box])
    before = results(honest.claim(box))
    honest.strange.clear()
    honest.own = len(honest.world.events)
    honest.strangely(reports.receipt, site=honest.elsewhere, items=[box])
    honest.strangely(reports.hold, items=[box], reason="x", recall=True)
    assert results(honest.claim(box)) == before


def test_who_was_sent_boxes_of_a_lot_speaks_of_these_boxes_alone() -> None:
    honest = Honest()
    house, box, shop = honest.season.house, honest.boxes[0], honest.shop
    honest.world.report(reports.shipment, from_site=house, to_site=shop, items=[box])
    honest.world.report(reports.receipt, site=shop, items=[box])
    keys = (box, honest.boxes[7], honest.graded)
    before = [results(honest.claim(key)) for key in keys]
    honest.world.report(reports.loss, site=shop, lots={honest.graded: Decimal(900)})
    honest.world.report(reports.hold, site=shop, lots=[honest.graded], reason="x", recall=True)
    honest.world.inspect([honest.graded], site=shop, measurements=[], conformant=False)
    assert [results(honest.claim(key)) for key in keys] == before


def test_what_a_channel_of_the_brand_received_or_sold_and_nobody_sent_leaves_custody_unknown() -> None:
    for doing in (reports.receipt, reports.sale):
        honest = Honest()
        box = honest.boxes[0]
        honest.strangely(doing, site=honest.shop, items=[box])
        assert outcomes(honest.claim(box))["custody"] == "passed", "of those who do not trade in it nothing is asked"
        channel_of(honest)
        assert outcomes(honest.claim(box))["custody"] == "unknown"
        for to, known in ((honest.elsewhere, False), (honest.shop, True)):
            honest.world.report(reports.shipment, from_site=honest.season.house, to_site=to, items=[box])
            assert ("missing-shipment" not in {gap.code for gap in honest.history(box).gaps}) == known


def test_where_the_true_box_goes_days_later_sends_no_copy_of_it_to_a_shop() -> None:
    honest = Honest()
    channel_of(honest)
    world, box = honest.world, honest.boxes[0]
    honest.strangely(reports.sale, site=honest.shop, items=[box])
    world.report(reports.shipment, from_site=honest.season.house, items=[box], at=world.now + timedelta(days=5))
    assert ("missing-shipment", box) in {(gap.code, gap.key) for gap in honest.history(box).gaps}


def channel_of(honest: Honest) -> None:
    """The shop sells for the brand."""
    brand, seller = honest.season.brand, honest.keepers[honest.shop]
    honest.world.records.append(
        Channel(id="urn:x:c", brand=brand.id, party=seller, name_zh="店", valid_from=date(2026, 1, 1))
    )


def test_the_second_leg_too_is_asked_for() -> None:
    honest = Honest()
    channel_of(honest)
    world, box, between = honest.world, honest.boxes[0], honest.elsewhere
    world.report(reports.shipment, from_site=honest.season.house, to_site=between, items=[box])
    world.report(reports.receipt, site=between, items=[box])
    left = world.now
    world.report(reports.receipt, site=honest.shop, items=[box], at=left + timedelta(hours=9))
    assert ("missing-shipment", box) in {(gap.code, gap.key) for gap in honest.history(box).gaps}
    world.report(reports.shipment, from_site=between, to_site=honest.shop, items=[box], at=left + timedelta(hours=1))
    assert not [gap for gap in honest.history(box).gaps if gap.code == "missing-shipment"]


def test_what_a_regulator_recalled_stays_recalled_when_its_record_ends() -> None:
    honest = Honest()
    office = honest.world.party("regulator")
    honest.world.report(reports.hold, lots=[honest.graded], reason="x", recall=True)
    recalled = report(honest.taken()[0], recorded=9000, capturer=office)
    honest.strange.clear()
    records = honest.world.records
    number = next(n for n, record in enumerate(records) if record.id == office)
    records[number] = replace(records[number], valid_to=day_of(recalled.event) + timedelta(days=1))
    found = honest.claim(honest.graded, documents=[*honest.documents(), recalled])
    assert outcomes(found)["not_recalled"] == "failed"


def outcomes(found: Claim) -> dict[str, str]:
    return {result.rule: result.outcome for result in found.results}
