"""Where goods were, and whose readings counted for them there: pallets, trucks, rooms, loggers, shops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from provenance import reports
from provenance.cold_chain.asset_days import summary
from provenance.cold_chain.facts import facts_from
from provenance.cold_chain.loggers import registered_on
from provenance.cold_chain.of_history import cold_chain, cold_plan
from provenance.cold_chain.rooms import FOREVER
from provenance.cold_chain.verdict import ColdChain
from provenance.cold_chain.words import told
from provenance.days import MINUTE_MS
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back
from provenance.registry.records import Logger, Product, ProductionStandard
from provenance.reports.event_json import event
from provenance.short_names import Words
from simulator.world import CHINA, World
from tests.provenance.reported import report

START = datetime(2026, 9, 12, 8, 0, tzinfo=CHINA)
TRUCK = "https://id.gs1.org/8004/9520001TRUCK1"
LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
STANDARD = "https://example.org/standard"


class Chain:
    """A box of one picking, packed at once, that must be cold from its packing on."""

    def __init__(self, **limits: Any) -> None:
        self.world = World(seed=3, start=START - timedelta(hours=1))
        self.house, self.shop = self.world.site("packing_house"), self.world.site("shop")
        product = self.world.product("礼盒", net_weight_kg=5)
        self.lot = lot = self.world.pick(self.world.grow(), 40, station=self.house)
        given = {"storage_min_c": Decimal(-1), "storage_max_c": Decimal(2)} | limits
        self.world.register(ProductionStandard(id=STANDARD, name_zh="标准", **given))
        named: dict[str, Any] = {"name_zh": "礼盒", "net_weight_kg": Decimal(5), "production_standard": STANDARD}
        self.world.register(Product(id=product, version=2, **named))
        self.world.now = START
        self.box = self.world.pack(lot, 2, product=product, site=self.house)[0]
        self.packed = datetime.fromisoformat(self.world.events[-1]["eventTime"])

    def measure(self, celsius: str, hours: Sequence[int], *, device: str = LOGGER, **asset: Any) -> None:
        """An hour's mean for each of these hours after packing."""
        for hour in hours:
            at = self.packed + timedelta(hours=hour)
            self.world.report(partial(_hour, device=device, celsius=celsius, **asset), at=at)

    def do(self, builder: Any, hour: int, **fields: Any) -> None:
        self.world.report(builder, at=self.packed + timedelta(hours=hour), **fields)

    def judged(self, key: str = "", *, hours_later: float = 0, reported_late: bool = False) -> ColdChain:
        """So long after the last report, which came in at its time or, all together, now."""
        last = max(datetime.fromisoformat(body["eventTime"]) for body in self.world.events)
        now_ms = round((last + timedelta(hours=hours_later)).timestamp() * 1000)
        documents = [report(body, recorded=now_ms if reported_late else 0) for body in self.world.events]
        registry = self.world.registry
        plan = cold_plan(build_from(documents, trace_back([key or self.box])), registry, now_ms)
        return cold_chain(plan, facts_from(documents, plan, partial(registered_on, registry)).days, now_ms)


def _hour(*, event_id: str, at: datetime, device: str, celsius: str, **asset: Any) -> reports.Json:
    end = at + timedelta(hours=1)
    return reports.reading(event_id=event_id, start=at, end=end, device=device, mean_c=Decimal(celsius), **asset)


def joining(*, event_id: str, at: datetime, action: str, parent: str, child: str) -> reports.Json:
    return event("AssociationEvent", event_id=event_id, at=at, action=action, parentID=parent, childEPCs=[child])


def on_a_truck() -> Chain:
    """On a pallet at once, on the truck from the second hour to the fifth."""
    chain = Chain()
    pallet = "https://id.gs1.org/00/095200010000000010"
    chain.do(reports.palletising, 0, pallet=pallet, items=[chain.box], lots={}, site=chain.house)
    chain.do(reports.palletising, 2, pallet=TRUCK, items=[pallet], lots={}, site=chain.house)
    chain.do(reports.unpacking, 5, pallet=TRUCK, items=[], site=chain.house)
    return chain


def test_a_reading_on_the_truck_counts_exactly_while_the_pallet_was_on_it() -> None:
    chain = on_a_truck()
    chain.measure("1", range(6), site=chain.house)
    chain.measure("9", (0, 5, 6), goods=[TRUCK], device=LOGGER + "9")
    assert chain.judged().verdict == "kept"
    chain.measure("9", (3,), goods=[TRUCK], device=LOGGER + "9")
    found = chain.judged()
    # The hour itself, and three times a quarter of an hour until which it holds.
    assert [found.verdict, found.degree_minutes] == ["broken", 7 * (60 + 45)]
    assert [one.asset for one in found.excursions] == [TRUCK]


def test_a_truck_is_no_longer_in_the_house_once_what_is_on_it_was_shipped() -> None:
    chain = Chain()
    pallet = "https://id.gs1.org/00/095200010000000010"
    chain.do(reports.palletising, 0, pallet=pallet, items=[chain.box], lots={}, site=chain.house)
    chain.do(reports.palletising, 1, pallet=TRUCK, items=[pallet], lots={}, site=chain.house)
    chain.do(reports.shipment, 2, from_site=chain.house, to_site=chain.shop, items=[pallet])
    chain.measure("1", range(10), site=chain.house)
    chain.do(reports.unpacking, 10, pallet=TRUCK, items=[], site=chain.shop)
    found = chain.judged()
    assert [found.verdict, found.known] == ["unknown", Fraction(2, 10)]


def test_a_truck_that_drives_on_takes_nothing_along_that_it_carried_before() -> None:
    chain = Chain()
    pallet, cold = "https://id.gs1.org/00/095200010000000010", chain.world.site("cold_store")
    chain.do(reports.palletising, 0, pallet=pallet, items=[chain.box], lots={}, site=chain.house)
    chain.do(reports.palletising, 1, pallet=TRUCK, items=[pallet], lots={}, site=chain.house)
    chain.do(reports.shipment, 1, from_site=chain.house, to_site=cold, items=[pallet])
    chain.do(reports.unpacking, 2, pallet=TRUCK, items=[pallet], site=cold)
    chain.do(reports.receipt, 2, items=[pallet], site=cold)
    chain.do(reports.shipment, 3, from_site=cold, to_site=chain.shop, items=[TRUCK])
    chain.measure("1", (0,), site=chain.house)
    chain.measure("1", range(2, 12), site=cold, device=LOGGER + "9")
    found = chain.judged()
    assert [found.verdict, found.known] == ["kept", Fraction(11, 12)]


def test_what_is_shipped_of_a_lot_leaves_what_is_on_a_pallet_where_it_is() -> None:
    chain = Chain()
    pallet = "https://id.gs1.org/00/095200010000000010"
    chain.do(reports.palletising, 1, pallet=pallet, lots={chain.lot: Decimal(10)}, site=chain.house)
    chain.do(reports.shipment, 2, from_site=chain.house, to_site=chain.shop, lots={chain.lot: Decimal(5)})
    documents = [report(body) for body in chain.world.events]
    stays = [stay for stay in build_from(documents, trace_back([pallet])).cold if stay.thing == chain.lot]
    rooms = {
        one.until_ms
        for stay in stays
        for one in stay.within
        if one.asset == chain.house and any(other.asset == pallet for other in stay.within)
    }
    assert rooms == {FOREVER}


def test_a_logger_joined_to_the_truck_counts_for_it_exactly_then() -> None:
    chain = on_a_truck()
    chain.measure("1", range(6), site=chain.house)
    chain.do(joining, 3, action="ADD", parent=TRUCK, child=LOGGER + "9")
    chain.do(joining, 4, action="DELETE", parent=TRUCK, child=LOGGER + "9")
    chain.measure("9", (1, 4), device=LOGGER + "9", site="geo:36.69,110.93")
    before = chain.judged()
    chain.measure("9", (3,), device=LOGGER + "9", site="geo:36.69,110.93")
    assert chain.judged().degree_minutes - before.degree_minutes == 7 * 60


def test_a_logger_joined_to_a_room_counts_for_what_stood_in_it() -> None:
    chain = Chain()
    chain.do(joining, 0, action="ADD", parent=chain.house, child=LOGGER)
    chain.measure("8", (1,), site="geo:36.69,110.93")
    assert chain.judged().verdict == "broken"


def test_what_a_logger_measured_in_its_room_is_told_once_of_the_room() -> None:
    chain = Chain()
    chain.do(joining, 0, action="ADD", parent=chain.house, child=LOGGER)
    chain.measure("8", (1,), site=chain.house)
    assert [one.asset for one in chain.judged().excursions] == [chain.house]


def test_a_registered_logger_counts_for_its_room_on_the_days_it_is_registered_there() -> None:
    chain = Chain()
    there = Logger(id=LOGGER, site=chain.house, interval_seconds=3600, valid_from=date(2026, 9, 13))
    chain.measure("8", (1, 26), site="geo:36.69,110.93")
    chain.do(reports.storing, 30, room=chain.house, items=[chain.box])
    assert not chain.judged().excursions
    chain.world.register(there)
    assert chain.judged().excursions[0].since_ms > round((chain.packed + timedelta(hours=14)).timestamp() * 1000)


def test_a_logger_that_left_the_room_half_way_through_months_vouches_for_its_own_time_only() -> None:
    chain = Chain()
    moved = chain.packed.date() + timedelta(days=40)
    there = Logger(id=LOGGER, site=chain.house, interval_seconds=8 * 3600, valid_from=chain.packed.date())
    chain.world.register(there)
    elsewhere = replace(there, version=2, site="https://example.org/room/2", valid_from=moved)
    chain.world.register(elsewhere)
    for day in range(80):
        chain.measure("1", (24 * day,), site="geo:36.69,110.93")
    found = chain.judged()
    assert found.verdict == "unknown" and found.known is not None
    assert Fraction(45, 100) < found.known < Fraction(55, 100)


def test_the_chain_ends_at_the_shop() -> None:
    chain = Chain()
    chain.measure("1", range(4), site=chain.house)
    chain.do(reports.receipt, 4, site=chain.shop, items=[chain.box])
    chain.measure("20", range(4, 10), site=chain.shop)
    found = chain.judged()
    assert [found.verdict, found.known] == ["kept", 1]


def test_it_ended_there_also_when_the_shop_closes_later() -> None:
    chain = Chain()
    chain.measure("1", range(4), site=chain.house)
    chain.do(reports.receipt, 4, site=chain.shop, items=[chain.box])
    shop = next(record for record in chain.world.records if record.id == chain.shop)
    chain.world.register(replace(shop, version=2, valid_to=(chain.packed + timedelta(days=9)).date()))
    assert chain.judged(hours_later=24 * 30).verdict == "kept"


def test_it_ends_with_the_sale() -> None:
    chain = Chain()
    chain.measure("1", range(4), site=chain.house)
    chain.do(reports.sale, 4, site=chain.house, items=[chain.box])
    chain.measure("20", range(4, 10), site=chain.house)
    assert chain.judged().verdict == "kept"


def test_before_the_cool_by_time_warmth_is_no_breach_and_after_it_is_told() -> None:
    chain = Chain(cool_within_minutes=6 * 60)
    chain.measure("18", range(3), site=chain.house)
    chain.measure("1", range(3, 12), site=chain.house)
    assert chain.judged().verdict == "kept"
    late = Chain(cool_within_minutes=6 * 60)
    late.measure("18", range(7), site=late.house)
    late.measure("1", range(7, 12), site=late.house)
    found = late.judged()
    assert (found.verdict, found.late) == ("broken", True)


def test_a_room_nobody_measured_is_unknown_with_its_share() -> None:
    chain = Chain()
    chain.measure("1", range(2), site=chain.house)
    chain.do(reports.storing, 10, room="https://example.org/room/1", items=[chain.box])
    chain.do(reports.storing, 20, room="https://example.org/room/1", items=[chain.box])
    found = chain.judged()
    assert (found.verdict, found.why) == ("unknown", "little-known")
    assert found.known is not None and found.known < Decimal("0.5")


def test_a_packing_taken_back_takes_its_readings_with_it() -> None:
    chain = on_a_truck()
    chain.measure("1", range(6), site=chain.house)
    chain.measure("9", (3,), goods=[TRUCK], device=LOGGER + "9")
    assert chain.judged().verdict == "broken"
    [loaded] = [e for e in chain.world.events if e.get("parentID") == TRUCK and e["action"] == "ADD"]
    chain.world.take_back(loaded["eventID"])
    assert chain.judged().verdict == "kept"


def test_a_pallet_must_be_as_cold_as_what_is_on_it() -> None:
    chain = on_a_truck()
    chain.measure("9", (3,), goods=[TRUCK])
    assert chain.judged("https://id.gs1.org/00/095200010000000010").verdict == "broken"


def test_silence_of_more_than_a_day_is_not_known_to_be_cold() -> None:
    chain = Chain()
    chain.measure("1", range(72), site=chain.house)
    assert chain.judged(hours_later=24).verdict == "kept"
    found = chain.judged(hours_later=24 * 77)
    assert (found.verdict, found.why) == ("unknown", "little-known")
    assert found.known is not None and found.known < Decimal("0.1")


def test_what_nobody_ever_measured_is_unknown_once_it_is_due() -> None:
    chain = Chain(cool_within_minutes=2 * 1440)
    assert chain.judged(hours_later=20).why == "not-begun"
    assert chain.judged(hours_later=47).why == "not-begun"
    assert chain.judged(hours_later=24 * 80).verdict == "unknown"
    assert Chain().judged(hours_later=24 * 80).verdict == "unknown"


def test_what_is_packed_just_now_waits_a_day_for_its_readings_and_what_is_told_late_does_not() -> None:
    chain = Chain()
    assert chain.judged(hours_later=1).why == "just-begun"
    assert chain.judged(hours_later=24 * 80, reported_late=True).verdict == "unknown"
    chain.do(reports.storing, 10, room="https://example.org/room/1", items=[chain.box])
    assert chain.judged(hours_later=24 * 80, reported_late=True).verdict == "unknown"


def test_of_what_no_time_counts_one_reason_is_told() -> None:
    shown, sold = Chain(cool_within_minutes=2 * 1440), Chain(cool_within_minutes=2 * 1440)
    shown.do(reports.receipt, 4, site=shown.shop, items=[shown.box])
    sold.do(reports.sale, 4, site=sold.house, items=[sold.box])
    for chain, over in ((shown, "in-shop-before"), (sold, "gone-before")):
        assert [chain.judged(hours_later=hours).why for hours in (1, 24 * 80)] == ["not-begun", over]
        assert chain.judged(hours_later=24 * 80).verdict == "kept"
    waiting = Chain(cool_within_minutes=60)
    assert waiting.judged(hours_later=3).why == "just-begun"
    assert told(shown.judged(hours_later=24 * 80)) == Words(
        "在必须冷藏（-1至2°C）之前已到店，冷链到此为止。",
        "It came to a shop before it had to be cold (-1 to 2 °C); the cold chain ends there.",
    )


def test_silence_after_the_sale_or_in_the_shop_is_none() -> None:
    sold = Chain()
    sold.measure("1", range(4), site=sold.house)
    sold.do(reports.sale, 4, site=sold.house, items=[sold.box])
    shown = Chain()
    shown.measure("1", range(4), site=shown.house)
    shown.do(reports.receipt, 4, site=shown.shop, items=[shown.box])
    sent = Chain()
    sent.measure("1", range(4), site=sent.house)
    sent.do(reports.parcel, 4, site=sent.house, items=[sent.box], order="urn:x:order")
    for chain in (sold, shown, sent):
        assert chain.judged(hours_later=24 * 80).verdict == "kept"


def test_three_days_of_readings_told_months_later_are_as_silent_as_told_at_once() -> None:
    chain = Chain()
    chain.measure("1", range(72), site=chain.house)
    assert chain.judged(hours_later=24 * 77, reported_late=True) == chain.judged(hours_later=24 * 77)


def test_what_comes_back_after_a_sale_is_not_over() -> None:
    chain = Chain()
    chain.measure("1", range(4), site=chain.house)
    chain.do(reports.sale, 4, site=chain.house, items=[chain.box])
    chain.do(reports.returned, 5, site=chain.house, items=[chain.box])
    chain.measure("25", range(5, 20), site=chain.house)
    assert chain.judged().verdict == "broken"


def test_what_comes_back_from_a_shop_is_not_over() -> None:
    chain = Chain()
    chain.measure("1", range(4), site=chain.house)
    chain.do(reports.receipt, 4, site=chain.shop, items=[chain.box])
    chain.do(reports.shipment, 5, from_site=chain.shop, to_site=chain.house, items=[chain.box])
    assert chain.judged(hours_later=24 * 3).verdict == "kept"
    chain.do(reports.receipt, 6, site=chain.house, items=[chain.box])
    chain.measure("25", range(6, 20), site=chain.house)
    assert chain.judged().verdict == "broken"


def test_a_hold_a_recall_or_an_inspection_moves_no_goods() -> None:
    chain = Chain()
    chain.measure("1", range(8), site=chain.house)
    chain.do(reports.hold, 5, items=[chain.box], reason="x", recall=True, site=chain.shop)
    chain.do(reports.hold, 20, items=[chain.box], reason="x", site="https://example.org/office")
    chain.do(reports.release, 21, items=[chain.box], reason="x", site="https://example.org/office")
    found = chain.judged()
    assert [found.verdict, found.known, len(found.legs)] == ["kept", 1, 1]
    sold = Chain()
    sold.measure("1", range(4), site=sold.house)
    sold.do(reports.sale, 4, site=sold.house, items=[sold.box])
    sold.do(reports.hold, 900, items=[sold.box], reason="x", recall=True, site=sold.house)
    assert sold.judged().known == 1


def test_a_logger_is_registered_from_the_first_hour_of_its_day_in_china() -> None:
    chain = Chain()
    first = chain.packed.date()
    chain.world.register(Logger(id=LOGGER, site=chain.house, interval_seconds=4 * 3600, valid_from=first))
    interval = partial(registered_on, chain.world.registry)
    early = datetime(first.year, first.month, first.day, 0, 30, tzinfo=CHINA)
    body = _hour(event_id="urn:r:1", at=early, device=LOGGER, celsius="1", site=chain.house)
    day = early.astimezone(UTC).date()
    found = summary(chain.house, day, [report(body)], ask=interval).heard(lambda _asset, _day, _by: True)
    assert day < first
    assert [end - start for start, end in found.covered] == [13 * 3_600_000]


def test_a_logger_registered_to_measure_once_a_week_vouches_for_a_day() -> None:
    chain = Chain()
    chain.world.register(Logger(id=LOGGER, site=chain.house, interval_seconds=7 * 86_400))
    chain.measure("1", (0,), site=chain.house)
    chain.do(reports.storing, 24 * 15, room=chain.house, items=[chain.box])
    found = chain.judged()
    assert found.verdict == "unknown" and found.known is not None and found.known < Decimal("0.1")


def _on_the_road(hours: int, measured: Sequence[int]) -> Chain:
    """An hour in the house, then on the road, measured at these hours, then for a week in the cold of another house."""
    chain = Chain()
    pallet = "https://id.gs1.org/00/095200010000000010"
    centre = chain.world.site("packing_house")
    chain.do(reports.palletising, 0, pallet=pallet, items=[chain.box], lots={}, site=chain.house)
    chain.do(reports.palletising, 1, pallet=TRUCK, items=[pallet], lots={}, site=chain.house)
    chain.do(reports.shipment, 1, from_site=chain.house, to_site=centre, items=[pallet])
    chain.do(reports.unpacking, 1 + hours, pallet=TRUCK, items=[pallet], site=centre)
    chain.measure("1", (0,), site=chain.house)
    chain.measure("1", [1 + hour for hour in measured], goods=[TRUCK])
    chain.measure("1", range(1 + hours, 150), site=centre)
    return chain


def test_weeks_in_the_cold_say_nothing_of_the_hours_on_the_road_before() -> None:
    found = _on_the_road(6, ()).judged()
    assert found.known and found.known > Fraction(9, 10)
    assert [found.verdict, found.why] == ["unknown", "unseen-way"]
    assert found.unseen and found.unseen[1] - found.unseen[0] < 6.01 * 60 * MINUTE_MS
    assert told(found).zh.endswith("在运输途中没有任何记录；途中最多可以缺四小时。")


def test_a_short_way_or_a_measured_one_is_known() -> None:
    assert _on_the_road(3, ()).judged().verdict == "kept"
    assert _on_the_road(9, (0, 4)).judged().verdict == "kept"


def test_a_lot_is_not_where_it_was_counted_once_all_its_boxes_left() -> None:
    chain = Chain()
    product, serial = chain.box.split("/21/")
    lot = product + "/10/" + chain.lot.split("/10/")[1]
    chain.do(reports.storing, 1, room=chain.house, lots={lot: Decimal(10)})
    chain.do(reports.shipment, 2, from_site=chain.house, to_site=chain.shop, items=[chain.box])
    assert _ends(chain, lot)[-1] == FOREVER
    other = f"{product}/21/{serial[:-1]}{int(serial[-1]) + 1}"
    chain.do(reports.shipment, 3, from_site=chain.house, to_site=chain.shop, items=[other])
    assert _ends(chain, lot) == [round((chain.packed + timedelta(hours=3)).timestamp() * 1000)]


def _ends(chain: Chain, lot: str) -> list[int]:
    documents = [report(body) for body in chain.world.events]
    return [stay.until_ms for stay in build_from(documents, trace_back([lot])).cold if stay.thing == lot]
