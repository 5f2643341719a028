"""Whose readings count: a stranger neither breaks a cold chain nor keeps one (docs/adr/0111)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from provenance import reports
from provenance.access.say import parties_of
from provenance.cold_chain.facts import facts_from
from provenance.cold_chain.loggers import registered_on
from provenance.cold_chain.of_history import cold_chain, cold_plan
from provenance.cold_chain.verdict import ColdChain
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from provenance.registry.records import Logger, Party, Site
from provenance.standing import Reported
from tests.provenance.cold_chain.test_of_history import LOGGER, TRUCK, Chain, joining
from tests.provenance.reported import report

PALLET = "https://id.gs1.org/00/095200010000000010"
HOURS = range(6)


class Told:
    """A box on a pallet in the house's room, and then what was measured there, each report by its party."""

    def __init__(self) -> None:
        self.chain = chain = Chain()
        self.rival = chain.world.party("packing_house")
        self.rivals_site = chain.world.site("packing_house", party=self.rival)
        self.house = parties_of(chain.world.registry, chain.packed.date).keeper(chain.house)
        chain.do(reports.palletising, 0, pallet=PALLET, items=[chain.box], lots={}, site=chain.house)
        self.by: dict[str, str] = {}

    def measure(self, by: str, celsius: str, hours: Sequence[int] = HOURS, **asset: Any) -> None:
        before = len(self.chain.world.events)
        self.chain.measure(celsius, hours, **asset)
        self.by |= {event["eventID"]: by for event in self.chain.world.events[before:]}

    def documents(self) -> list[Reported]:
        listed = enumerate(self.chain.world.events)
        return [report(e, recorded=n, capturer=self.by.get(e["eventID"], self.house)) for n, e in listed]

    def history(self) -> History:
        registry = self.chain.world.registry
        parties = parties_of(registry, self.chain.packed.date)
        return build_from(self.documents(), trace_back([self.chain.box], parties=parties))

    def judged(self, hours: int = len(HOURS)) -> ColdChain:
        registry, now = self.chain.world.registry, self.chain.packed + timedelta(hours=hours)
        now_ms = round(now.timestamp() * 1000)
        plan = cold_plan(self.history(), registry, now_ms)
        days = facts_from(self.documents(), plan, partial(registered_on, registry)).days
        return cold_chain(plan, days, now_ms)


def test_a_rival_who_reports_forty_degrees_breaks_no_cold_chain() -> None:
    told = Told()
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(told.rival, "40", goods=[PALLET], device=LOGGER + "9")
    found = told.judged()
    assert [found.verdict, found.known, found.excursions, found.strange] == ["kept", 1, (), len(HOURS)]


def test_nor_does_he_keep_one_that_nobody_measured_or_cool_what_was_warm() -> None:
    told = Told()
    told.measure(told.rival, "1", range(48), goods=[PALLET])
    assert [told.judged(48).why, told.judged(48).known] == ["little-known", 0]
    told.measure(told.house, "9", range(2, 4), goods=[PALLET])
    assert told.judged().verdict == "broken"


def test_by_the_name_of_my_logger_neither() -> None:
    """Whoever measures first that day with a logger of this name would end what mine said before."""
    told = Told()
    told.chain.world.register(Logger(id=LOGGER, site=told.chain.house, interval_seconds=3600))
    told.measure(told.house, "1", site=told.chain.house)
    told.measure(told.rival, "40", site=told.rivals_site)
    assert told.judged().verdict == "kept"


def test_at_his_own_place_naming_my_pallet_neither() -> None:
    told = Told()
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(told.rival, "40", goods=[PALLET], site=told.rivals_site)
    assert told.judged().verdict == "kept"


def test_who_keeps_the_room_counts_there_though_he_has_nothing_to_do_with_the_goods() -> None:
    told = Told()
    keeper = told.chain.world.party("packing_house")
    room = told.chain.world.site("packing_house", party=keeper)
    told.chain.do(reports.storing, 1, room=room, items=[PALLET])
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(keeper, "9", range(2, 4), site=room)
    assert told.judged().verdict == "broken"


def test_who_keeps_the_room_its_logger_is_registered_in_counts_by_the_logger() -> None:
    told = Told()
    told.chain.world.register(Logger(id=LOGGER, site=told.chain.house, interval_seconds=3600))
    told.measure(told.house, "9", range(2, 4), site="geo:36.69,110.93")
    assert told.judged().verdict == "broken"


def test_the_carrier_the_goods_were_sent_with_counts_on_his_truck() -> None:
    told = Told()
    told.chain.do(reports.palletising, 1, pallet=TRUCK, items=[PALLET], lots={}, site=told.chain.house)
    carrier = told.chain.world.party("carrier")
    to = told.chain.world.site("packing_house", party=carrier)
    told.chain.do(reports.shipment, 2, items=[PALLET], from_site=told.chain.house, to_site=to, to_party=carrier)
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(told.rival, "40", range(3, 5), goods=[TRUCK], device=LOGGER + "8")
    assert told.judged().verdict == "kept"
    told.measure(carrier, "9", range(3, 5), goods=[TRUCK], device=LOGGER + "9")
    assert told.judged().verdict == "broken"


def test_who_keeps_the_truck_by_the_registry_counts_on_it_though_no_report_of_the_goods_names_him() -> None:
    told = Told()
    carrier, truck = told.chain.world.party("carrier"), "https://example.org/truck/1"
    told.measure(told.house, "1", goods=[PALLET])
    told.chain.do(reports.palletising, 1, pallet=truck, items=[PALLET], lots={}, site=told.chain.house)
    told.measure(carrier, "9", range(2, 4), goods=[truck], device=LOGGER + "9")
    assert told.judged().verdict == "kept"
    told.chain.world.register(Site(id=truck, kind="truck", party=carrier, name_zh="冷藏车"))
    assert told.judged().verdict == "broken"


@pytest.mark.parametrize("kind", ["inspector", "regulator", "operator"])
def test_an_inspector_counts_everywhere(kind: str) -> None:
    told = Told()
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(told.chain.world.party(kind), "9", range(2, 4), goods=[PALLET], device=LOGGER + "9")
    assert told.judged().verdict == "broken"


def test_what_somebody_else_took_back_makes_nothing_doubtful() -> None:
    told = Told()
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(told.rival, "40", range(2, 3), goods=[PALLET], device=LOGGER + "9")
    before = told.chain.world.events[-1]
    correction = reports.correction(before, at=told.chain.packed + timedelta(hours=5))
    told.chain.world.events.append(correction)
    told.by[correction["eventID"]] = told.rival
    assert told.judged().verdict == "kept"


def test_his_readings_are_told_as_those_of_somebody_else() -> None:
    told = Told()
    told.measure(told.house, "1", range(1), goods=[PALLET])
    told.measure(told.rival, "40", range(1, 2), goods=[PALLET])
    history = told.history()
    assert [step.stranger for step in history.steps if step.kind == "reading"] == [False, True]
    [id_] = [step.event_id for step in history.steps if step.stranger]
    assert [gap.event_ids for gap in history.gaps if gap.code == "stranger"] == [(id_,)]


def test_what_an_inspector_measured_stays_when_his_record_ends() -> None:
    told = Told()
    registry = told.chain.world.registry
    inspector = Party(id="urn:x:inspector", kind="inspector", name_zh="检查员", name_en="inspector")
    told.chain.world.register(inspector)
    told.measure(inspector.id, "14", goods=[PALLET])
    assert told.judged().verdict == "broken"
    ended = (told.chain.packed + timedelta(days=20)).date()
    told.chain.world.register(replace(inspector, version=2, valid_to=ended))
    assert registry.party(inspector.id, ended) is None
    assert told.judged(21 * 24).verdict == "broken"


def test_who_has_a_box_of_his_own_on_my_pallet_breaks_no_cold_chain_of_mine() -> None:
    told = Told()
    told.chain.do(reports.palletising, 0, pallet=PALLET, items=["urn:x:his"], lots={}, site=told.rivals_site)
    told.by[told.chain.world.events[-1]["eventID"]] = told.rival
    told.measure(told.house, "1", goods=[PALLET])
    told.measure(told.rival, "40", range(2, 4), goods=[PALLET], device=LOGGER + "9")
    found = told.judged()
    assert [found.verdict, found.strange] == ["kept", 2]


def test_where_a_rival_says_my_pallet_stood_because_of_a_box_of_his_own_on_it_is_his_boxs_alone() -> None:
    told = Told()
    chain, box = told.chain, f"https://id.gs1.org/01/{told.chain.box.split('/')[4]}/21/RIVAL1"
    told.measure(told.house, "1", goods=[PALLET])
    before = len(chain.world.events)
    chain.do(reports.palletising, 2, pallet=PALLET, items=[box], lots={}, site=told.rivals_site)
    chain.do(reports.storing, 3, room=told.rivals_site, items=[PALLET])
    told.by |= {event["eventID"]: told.rival for event in chain.world.events[before:]}
    told.measure(told.rival, "40", range(3, 6), site=told.rivals_site)
    found = told.judged()
    assert [found.verdict, found.known, found.excursions] == ["kept", 1, ()]


def test_the_logger_that_a_rival_joins_to_my_pallet_with_a_box_of_his_own_measures_his_alone() -> None:
    told = Told()
    chain, logger = told.chain, LOGGER + "7"
    chain.world.register(Logger(id=logger, site=told.rivals_site, interval_seconds=3600))
    told.measure(told.house, "1", goods=[PALLET])
    before = len(chain.world.events)
    chain.do(reports.palletising, 0, pallet=PALLET, items=["urn:x:his"], lots={}, site=told.rivals_site)
    chain.do(joining, 0, action="ADD", parent=PALLET, child=logger)
    told.by |= {event["eventID"]: told.rival for event in chain.world.events[before:]}
    told.measure(told.rival, "40", device=logger, site="geo:36.69,110.93")
    found = told.judged()
    assert [found.verdict, found.known, found.excursions] == ["kept", 1, ()]
