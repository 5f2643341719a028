"""Tests of the goods: who may say they conform, what blocks them and what lifts that, and how far a test reaches."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epcis.events import Event
from provenance import reports as reports_of
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back
from provenance.quality.holds import HANDLERS
from provenance.quality.sealed import seal_of
from provenance.registry.records import Accreditation, Party, ProductionStandard, QualityLimit, ResidueLimit
from provenance.reports import Measurement, correction
from provenance.rules.claims import claim
from provenance.rules.verdicts import RuleResult
from provenance.standing import Reported
from provenance.weights import registered
from simulator.world import CHINA
from tests.provenance.claimed import NOW, Season, good
from tests.provenance.reported import known_as, report

SOLIDS = QualityLimit("soluble solids", "P1", Decimal("12.5"), Decimal(14), "rules of the mark", "2026", "可溶性固形物")
SPRAY = ResidueLimit("imidacloprid", Decimal("0.5"), "GB 2763", "2026")
LAB, OTHER_LAB, FRIEND = "urn:x:lab", "urn:x:other-lab", "urn:x:friend"
LATER_INSPECTOR = "urn:x:later-inspector"
"""Registered on no day of a test, and on that of his declaration."""
INSPECTOR, REGULATOR, STATION = "urn:x:inspector", "urn:x:regulator", "https://example.org/someone"


@dataclass
class Judged:
    """A season whose fruit has limits; every report of it has its reporter."""

    season: Season = field(default_factory=good)
    reporters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.season.world
        self.season.standard(limits=(SOLIDS,), residue_limits=(SPRAY,))
        for party, kind in ((LAB, "laboratory"), (OTHER_LAB, "laboratory"), (FRIEND, "laboratory")):
            world.register(Party(id=party, kind=kind, name_zh=party, name_en=party))
        for party, kind in ((INSPECTOR, "inspector"), (REGULATOR, "regulator"), (STATION, "station")):
            world.register(Party(id=party, kind=kind, name_zh=party, name_en=party))
        for party in (LAB, OTHER_LAB):
            world.register(Accreditation(id=f"{party}:a", party=party, schemes=frozenset({"laboratory"})))
        self.pooled = world.pool(self.season.lots, site=self.season.house)
        self.box = world.pack(self.pooled, 10, product=self.season.box, site=self.season.house, kg=50)[0]

    def test(self, lot: str = "", per_cent: str = "13", by: str = STATION, **fields: Any) -> str:
        measured = fields.pop("measurements", (solids(per_cent),))
        event_id = self.season.world.inspect(
            [lot or self.pooled], site=self.season.house, measurements=measured, **{"conformant": None, **fields}
        )
        return self.reported_by(by, event_id)

    def retest(self, lot: str = "", by: str = OTHER_LAB, *, sampler: str = INSPECTOR, **fields: Any) -> str:
        """On a sealed sample, as what lifts a failed test must be."""
        seal = f"F{len(self.season.world.events)}"
        self.sample(seal, lot, by=sampler)
        usual = {"kind": "laboratory", "reason": "mixed up", "sample": f"urn:x:{seal}", "report_number": "R-8"}
        return self.test(lot, by=by, **(usual | fields))

    def sample(self, id_: str, lot: str = "", by: str = INSPECTOR, **fields: Any) -> str:
        usual = {"lot": lot or self.pooled, "kg": Decimal(1), "site": self.season.house, "due_on": date(2026, 12, 5)}
        return self.do(reports_of.sample, sample=f"urn:x:{id_}", by=by, **({"seal": id_} | usual | fields))

    def do(self, builder: Any, by: str = STATION, **fields: Any) -> str:
        return self.reported_by(by, self.season.world.report(builder, **fields))

    def reported_by(self, by: str, event_id: str) -> str:
        self.reporters[event_id] = by
        return event_id

    def documents(self) -> list[Reported]:
        listed = enumerate(self.season.world.events)
        return [report(body, recorded=n, capturer=self.reporters.get(body["eventID"], STATION)) for n, body in listed]

    def judged(self, rule: str = "standard", key: str = "", now: datetime = NOW) -> RuleResult:
        return self.judged_of(self.documents(), rule, key, now)

    def judged_of(self, documents: list[Reported], rule: str, key: str = "", now: datetime = NOW) -> RuleResult:
        registry = self.season.world.registry
        tracing = trace_back(
            [key or self.box], net_weight=registered(registry), may_declare=known_as(INSPECTOR, LATER_INSPECTOR)
        )
        history = build_from(documents, tracing)
        found = claim(history, registry, self.season.brand, now)
        return next(result for result in found.results if result.rule == rule)


def solids(per_cent: str) -> Measurement:
    return Measurement("", Decimal(per_cent), "%", "soluble_solids")


def residue(milligrams: str, unit: str = "mg/kg", *, at_most: bool = False) -> Measurement:
    return Measurement("", Decimal(milligrams), unit, "imidacloprid", at_most=at_most)


# --- the verdict of one inspection ---


@pytest.mark.parametrize(
    ("measured", "outcome"),
    [
        (solids("12.5"), "passed"),
        (solids("14"), "passed"),
        (solids("12.4"), "failed"),
        (solids("14.1"), "failed"),
        (Measurement("", Decimal(125), "g/kg", "Soluble  Solids"), "passed"),
        (Measurement("", Decimal("124.9"), "g/kg", "soluble solids"), "failed"),
        (Measurement("", Decimal("13"), "°Brix", "soluble solids"), "passed"),
        (Measurement("Dimensionless", Decimal("13"), "XYZ", "soluble solids"), "unknown"),
        (residue("0.5"), "passed"),
        (residue("500", "µg/kg"), "passed"),
        (residue("501", "µg/kg"), "failed"),
        (residue("0.01", at_most=True), "passed"),
        (residue("1", at_most=True), "unknown"),
        (Measurement("", Decimal(40), "%", "total sugar"), "unknown"),
    ],
)
def test_a_value_is_held_against_the_limit_in_any_unit_exactly(measured: Measurement, outcome: str) -> None:
    tested = Judged()
    tested.test(measurements=[measured])
    assert tested.judged().outcome == outcome


def test_a_failing_value_is_named_with_its_limit_and_the_limits_source() -> None:
    tested = Judged()
    event_id = tested.test(per_cent="11.2")
    found = tested.judged()
    assert "soluble solids 11.2 % (12.5-14 %, rules of the mark 2026)" in found.sentence_en
    assert "可溶性固形物11.2 %（标准12.5-14 %, rules of the mark 2026）" in found.sentence_zh
    assert (found.event_ids, found.concerns) == ((event_id,), (tested.pooled,))
    assert "Another accredited laboratory" in found.remedy_en


def test_what_the_standard_limits_and_nobody_measured_is_named() -> None:
    tested = Judged()
    tested.test(per_cent="13")
    found = tested.judged()
    assert "Measured: 1 of the 2 limits of the standard; not measured: imidacloprid." in found.sentence_en
    assert "标准规定的2项中测了1项，未测：imidacloprid。" in found.sentence_zh
    tested.test(measurements=[residue("0.1")])
    assert "not measured" not in tested.judged().sentence_en


CHLORPYRIFOS = ResidueLimit(
    "chlorpyrifos", Decimal("0.01"), "GB 2763", "2021", "毒死蜱",
    frozenset({"chlorpyriphos", "2921-88-2", "https://identifiers.org/inchikey:SBPBAQFWLVIOKP-UHFFFAOYSA-N"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "substance", "unit", "value", "outcome"),
    [
        ("chlorpyrifos", "", "mg/kg", "5", "failed"),
        ("Chlorpyrifos", "", "ppm", "5", "failed"),
        ("毒死蜱", "", "mg/kg", "5", "failed"),
        ("chlorpyriphos", "", "mg/kg", "5", "failed"),
        ("2921-88-2", "", "µg/kg", "5000", "failed"),
        ("Chlorpyrifos (毒死蜱)", "", "mg/kg", "5", "failed"),
        ("", "https://identifiers.org/inchikey:SBPBAQFWLVIOKP-UHFFFAOYSA-N", "mg/kg", "5", "failed"),
        ("water", "https://identifiers.org/inchikey:SBPBAQFWLVIOKP-UHFFFAOYSA-N", "mg/kg", "5", "failed"),
        ("毒死蜱", "", "mg/kg", "0.01", "passed"),
        ("Dursban", "", "mg/kg", "5", "unknown"),
        ("Dursban", "", "ppb", "5", "unknown"),
        ("", "urn:x:chlorpyrifos", "mg/kg", "5", "unknown"),
        ("", "urn:x:chlorpyrifos", "mg/kg", "0", "passed"),
    ],
)
def test_a_residue_is_held_against_its_limit_under_any_name_and_without_one_is_not_known(
    name: str, substance: str, unit: str, value: str, outcome: str
) -> None:
    tested = Judged()
    tested.season.standard(limits=(SOLIDS,), residue_limits=(CHLORPYRIFOS,))
    found = Measurement("", Decimal(value), unit, name, substance or None)
    tested.test(measurements=[solids("13"), found])
    result = tested.judged()
    assert result.outcome == outcome
    if outcome == "unknown":
        assert "for which the production standard has no limit" in result.sentence_en
        assert (name or "chlorpyrifos") in result.sentence_zh and result.remedy_en and result.concerns


@pytest.mark.parametrize(("less_than", "outcome"), [("0.01", "passed"), ("0.05", "passed"), ("5", "unknown")])
def test_a_residue_that_was_looked_for_and_not_found_needs_no_limit(less_than: str, outcome: str) -> None:
    tested = Judged()
    tested.test(measurements=[solids("13"), Measurement("", Decimal(less_than), "mg/kg", "Dursban", at_most=True)])
    assert tested.judged().outcome == outcome


def test_a_retest_under_another_name_of_the_same_substance_lifts_what_failed() -> None:
    tested = Judged()
    tested.season.standard(residue_limits=(CHLORPYRIFOS,))
    tested.test(by=LAB, measurements=[Measurement("", Decimal(5), "mg/kg", "chlorpyrifos")])
    again = [Measurement("", Decimal("0.001"), "mg/kg", "毒死蜱")]
    tested.retest(measurements=again)
    assert tested.judged().outcome == "passed"


def test_a_required_value_that_nobody_measured_leaves_the_standard_unknown_and_is_named() -> None:
    tested = Judged()
    required = replace(CHLORPYRIFOS, required=True)
    tested.season.standard(limits=(replace(SOLIDS, required=True),), residue_limits=(required, SPRAY))
    tested.test(per_cent="13")
    found = tested.judged()
    assert found.outcome == "unknown"
    assert (
        found.sentence_en
        == "Only 0% of the weight has a passing test that measured chlorpyrifos; the rest is not known."
    )
    assert "毒死蜱检测值" in found.sentence_zh
    clean = [Measurement("", Decimal("0.001"), "mg/kg", "毒死蜱")]
    tested.test(tested.season.lots[0], measurements=clean)
    assert tested.judged().sentence_en.startswith("Only 60% of the weight")
    tested.test(tested.season.lots[1], measurements=clean)
    assert "not measured: imidacloprid" in tested.judged().sentence_en


def test_a_required_value_counts_in_a_test_of_the_required_kind_only() -> None:
    tested = Judged()
    required, kinds = (replace(SOLIDS, required=True),), frozenset({"laboratory"})
    tested.season.standard(limits=required, residue_limits=(SPRAY,), tests_required=kinds)
    tested.test(by=LAB, kind="laboratory", measurements=[residue("0.1")])
    tested.test(per_cent="13", kind="self")
    assert "test that measured soluble solids" in tested.judged().sentence_en
    tested.test(per_cent="13", kind="laboratory", by=LAB)
    assert tested.judged().outcome == "passed"


def test_the_source_of_several_limits_is_said_once() -> None:
    tested = Judged()
    sugar = replace(SOLIDS, property="total sugar", name_zh="总糖")
    tested.season.standard(limits=(SOLIDS, sugar))
    tested.test(measurements=[solids("13"), Measurement("", Decimal(13), "%", "total sugar")])
    said = tested.judged().sentence_en
    assert "soluble solids 13 % (12.5-14 %), total sugar 13 % (12.5-14 %) (rules of the mark 2026)" in said


def test_the_limits_are_those_of_the_day_of_the_inspection() -> None:
    tested = Judged()
    tested.test(per_cent="13")
    records = reversed(tested.season.world.records)
    standard = next(record for record in records if isinstance(record, ProductionStandard))
    higher = replace(SOLIDS, minimum=Decimal("13.5"))
    stricter = replace(standard, version=standard.version + 1, valid_from=date(2026, 11, 1), limits=(higher,))
    tested.season.world.register(stricter)
    assert tested.judged().outcome == "passed"
    tested.test(per_cent="13", at=datetime(2026, 11, 2, 8, 0, tzinfo=CHINA))
    assert tested.judged().outcome == "failed"


@pytest.mark.parametrize(
    ("said", "per_cent", "by", "reason", "outcome"),
    [
        (True, "11", STATION, "", "failed"),
        (True, "11", STATION, "I know better", "failed"),
        (True, "11", INSPECTOR, "", "failed"),
        (True, "11", INSPECTOR, "the refractometer was not calibrated", "passed"),
        (False, "13", STATION, "", "passed"),
        (False, "13", INSPECTOR, "rotten inside", "failed"),
    ],
)
def test_the_values_count_and_only_an_inspector_with_a_reason_overrides_them(
    said: bool, per_cent: str, by: str, reason: str, outcome: str
) -> None:
    tested = Judged()
    tested.test(per_cent=per_cent, by=by, conformant=said, override_reason=reason)
    assert tested.judged().outcome == outcome


def test_an_override_shows_as_one_and_so_does_a_report_that_says_otherwise() -> None:
    tested = Judged()
    tested.test(per_cent="11", by=INSPECTOR, conformant=True, override_reason="not calibrated")
    assert "Overridden under signature: not calibrated" in tested.judged().sentence_en
    tested = Judged()
    tested.test(per_cent="13", conformant=False)
    assert "says otherwise of itself" in tested.judged().sentence_en


def test_what_was_only_looked_at_may_fail_and_never_vouches() -> None:
    tested = Judged()
    tested.test(measurements=(), conformant=True)
    assert tested.judged().outcome == "unknown"
    tested.test(measurements=(), conformant=False)
    assert tested.judged().outcome == "failed"


# --- testing until it passes ---


def failed_at_the_laboratory(times: int = 1) -> Judged:
    tested = Judged()
    for _ in range(times):
        tested.test(per_cent="11", by=LAB, kind="laboratory")
    return tested


@pytest.mark.parametrize(
    ("retest", "outcome", "why"),
    [
        ({"by": LAB, "kind": "laboratory", "reason": "again"}, "failed", "found it failing before"),
        ({"by": FRIEND, "kind": "laboratory", "reason": "again"}, "failed", "not registered as accredited"),
        ({"by": STATION, "kind": "self", "reason": "again"}, "failed", "not registered as accredited"),
        (
            {"by": STATION, "kind": "laboratory", "laboratory": OTHER_LAB, "reason": "a"},
            "failed",
            "nor an official signed",
        ),
        ({"by": OTHER_LAB, "reason": ""}, "failed", "gives no reason"),
        ({"by": OTHER_LAB, "sample": None}, "failed", "names no sample"),
        ({"by": OTHER_LAB, "sample": "urn:x:never-taken"}, "failed", "names no sample"),
        ({"by": OTHER_LAB, "sampler": STATION}, "failed", "names no sample"),
        ({"by": OTHER_LAB, "sampler": LAB}, "passed", ""),
        ({"by": OTHER_LAB, "report_number": ""}, "failed", "no number of its report"),
        ({"by": OTHER_LAB, "kind": "laboratory", "reason": "the sample was mixed up"}, "passed", ""),
        ({"by": INSPECTOR, "kind": "laboratory", "laboratory": OTHER_LAB, "reason": "paper"}, "passed", ""),
    ],
)
def test_three_failing_and_one_passing_is_blocked_unless_another_accredited_laboratory_says_why(
    retest: dict[str, Any], outcome: str, why: str
) -> None:
    tested = failed_at_the_laboratory(times=3)
    tested.retest(per_cent="13", **retest)
    found = tested.judged()
    assert found.outcome == outcome
    assert why in found.sentence_en


def test_a_retest_must_measure_what_was_found_wrong() -> None:
    tested = Judged()
    tested.test(by=LAB, kind="laboratory", measurements=[residue("0.9")])
    tested.retest(per_cent="13")
    assert "it did not measure what was found wrong" in tested.judged().sentence_en
    tested.retest(measurements=[residue("0.1"), solids("13")])
    assert tested.judged().outcome == "passed"


def test_a_failed_test_that_was_superseded_stays_told_with_what_superseded_it() -> None:
    tested = failed_at_the_laboratory()
    tested.retest()
    found = tested.judged()
    assert found.outcome == "passed"
    assert "Found not to conform before: lot" in found.sentence_en and "soluble solids 11 %" in found.sentence_en
    assert "conform (R-8)" in found.sentence_en and "曾检验不合格" in found.sentence_zh


def test_what_fails_again_after_a_retest_is_blocked_again() -> None:
    tested = failed_at_the_laboratory()
    tested.retest()
    tested.test(per_cent="11", by=INSPECTOR, kind="official")
    assert tested.judged().outcome == "failed"


def test_a_failing_check_of_ones_own_is_lifted_by_an_official_one_and_not_by_another_of_ones_own() -> None:
    tested = Judged()
    tested.test(per_cent="11", kind="self")
    tested.test(per_cent="13", kind="self")
    assert tested.judged().outcome == "failed"
    tested.test(per_cent="13", kind="official", by=INSPECTOR)
    assert tested.judged().outcome == "passed"


def test_a_failed_delivery_taints_what_was_made_of_it_until_the_output_or_the_delivery_is_tested_again() -> None:
    for retested in ("lot", "pool", "other"):
        tested = Judged()
        tested.test(tested.season.lots[0], per_cent="11", by=LAB, kind="laboratory")
        tested.test(tested.pooled, per_cent="13")
        assert tested.judged().outcome == "failed"
        lots = {"lot": tested.season.lots[0], "pool": tested.pooled, "other": tested.season.lots[1]}
        tested.retest(lots[retested])
        assert tested.judged().outcome == ("failed" if retested == "other" else "passed"), retested


def _taken_back(
    by: str,
    instead: str = "",
    *,
    sample: str = "",
    later_sample: str = "",
    later: bool = False,
    signed_by: str = LAB,
    **fields: Any,
) -> RuleResult:
    """A failing test of the laboratory's, declared wrong by somebody; `instead` is the value that was meant, of the
    same time unless it is `later`."""
    tested, at = Judged(), datetime(2026, 11, 20, 8, 0, tzinfo=CHINA)
    failing = tested.test(per_cent="11", by=LAB, kind="laboratory", at=at, sample=sample or None)
    tested.test(by=INSPECTOR, kind="official", at=at + timedelta(hours=2))
    assert tested.judged().outcome == "failed"
    fields = {"by": signed_by, "kind": "laboratory", "at": at + timedelta(hours=later), **fields}
    named = [tested.test(per_cent=instead, sample=later_sample or None, **fields)] if instead else []
    documents = tested.documents()
    wrong = tested.season.world.take_back(failing, corrected_by=named)
    return tested.judged_of([*documents, report(wrong, recorded=900, capturer=by)], "standard")


def test_a_laboratory_does_not_lift_its_own_finding_by_taking_it_back() -> None:
    found = _taken_back(LAB)
    assert (found.outcome, "took it back" in found.sentence_en) == ("failed", True)
    assert _taken_back(LAB, "11.5").outcome == "failed"
    assert _taken_back(LAB, "13", measurements=[residue("0.1")]).outcome == "failed"


def test_a_finding_declared_wrong_by_an_inspector_or_with_the_value_that_was_meant_blocks_no_more() -> None:
    assert _taken_back(INSPECTOR).outcome == "passed"
    assert _taken_back(LATER_INSPECTOR).outcome == "passed"
    assert _taken_back(LAB, "13").outcome == "passed"
    assert _taken_back(LAB, "13", sample="urn:x:s1", later_sample="urn:x:s1", later=True).outcome == "passed"


def test_whoever_mistyped_a_value_is_told_to_correct_it() -> None:
    tested = Judged()
    tested.test(per_cent="11", by=INSPECTOR, kind="official")
    assert tested.judged().remedy_en.startswith("If a value was mistyped, its reporter corrects the report.")
    assert "由上报方更正" in tested.judged().remedy_zh


def test_a_later_test_is_no_correction_of_the_failing_one() -> None:
    assert _taken_back(LAB, "13", later=True).outcome == "failed"
    assert _taken_back(LAB, "13", sample="urn:x:s1", later_sample="urn:x:s2", later=True).outcome == "failed"
    assert _taken_back(LAB, "13", signed_by=OTHER_LAB).outcome == "failed"


@pytest.mark.parametrize("by", [LAB, INSPECTOR, REGULATOR])
@pytest.mark.parametrize("called", ["rapid", "self"])
def test_what_a_laboratory_or_an_official_finds_wrong_binds_whatever_it_is_called(by: str, called: Any) -> None:
    tested = Judged()
    tested.test(per_cent="11", by=by, kind=called)
    tested.test(by=by, kind="laboratory", laboratory=LAB)
    assert tested.judged().outcome == "failed"
    tested.retest(reason="a slip")
    assert tested.judged().outcome == "passed"


def test_a_check_that_only_calls_itself_a_laboratorys_is_lifted_by_any_official_one() -> None:
    tested = Judged()
    tested.test(per_cent="11", by=STATION, kind="laboratory")
    tested.test(by=INSPECTOR, kind="official")
    assert tested.judged().outcome == "passed"


# --- one box of a lot ---


def labelled(box: str, lot: str) -> str:
    """The link printed on the box, which names its lot too."""
    product, serial = box.split("/21/")
    return f"{product}/10/{lot.rsplit('/10/', 1)[1]}/21/{serial}"


def failed_box(by: str = LAB, *, scanned: bool = True) -> tuple[Judged, str, str]:
    """One of two boxes of a lot failed; the other, and the lot."""
    tested = Judged()
    world = tested.season.world
    first, other = world.pack(tested.pooled, 2, product=tested.season.box, site=tested.season.house, kg=10)
    lot = f"{first.split('/21/')[0]}/10/{tested.pooled.rsplit('/10/', 1)[1]}"
    item = labelled(first, lot) if scanned else first
    tested.do(
        reports_of.inspection, lots={}, items=[item], site=tested.season.house, measurements=[solids("11")],
        kind="laboratory", by=by,
    )  # fmt: skip
    tested.test(by=OTHER_LAB, kind="laboratory")
    return tested, other, lot


def test_a_box_that_fails_at_the_laboratory_blocks_its_lot_until_the_lot_is_tested_again() -> None:
    tested, other, lot = failed_box()
    assert tested.judged(key=other).outcome == "failed"
    assert tested.judged(key=lot).outcome == "failed"
    world = tested.season.world
    world.kg[lot] = None
    tested.retest(lot, reason="a bruised one")
    assert tested.judged(key=other).outcome == "passed"


def test_a_box_that_fails_by_its_bare_serial_blocks_its_lot_too_for_who_packed_it_says_which() -> None:
    tested, other, lot = failed_box(scanned=False)
    assert tested.judged(key=other).outcome == "failed"
    assert tested.judged(key=lot).outcome == "failed"
    tested.season.world.kg[lot] = None
    tested.retest(lot, reason="a bruised one")
    assert tested.judged(key=other).outcome == "passed"


def test_a_test_of_the_packed_lot_is_one_of_its_boxes() -> None:
    tested = Judged()
    lot = f"{tested.box.split('/21/')[0]}/10/{tested.pooled.rsplit('/10/', 1)[1]}"
    tested.season.world.kg[lot] = None
    tested.test(lot)
    assert tested.judged().outcome == "passed"
    tested.test(lot, per_cent="11", by=LAB)
    assert tested.judged().outcome == "failed"


def test_a_box_somebody_looks_at_himself_blocks_no_other() -> None:
    tested, other, _ = failed_box(STATION)
    assert tested.judged(key=other).outcome == "passed"


# --- how far a test reaches ---


def test_a_passing_test_reaches_as_far_as_its_fruit_went() -> None:
    tested = Judged()
    tested.test(tested.season.lots[0])
    found = tested.judged()
    assert found.outcome == "unknown"
    assert "Only 60% of the weight has a passing inspection" in found.sentence_en
    tested.test(tested.season.lots[1])
    assert tested.judged().outcome == "passed"


def test_a_test_of_one_grade_vouches_for_its_part_of_what_both_went_into() -> None:
    tested = Judged()
    world, house = tested.season.world, tested.season.house
    lot = world.pick(tested.season.growers[0], 100, station=tested.season.station)
    one, other = world.grade(lot, [70, 30], site=house)
    boxes = world.pack(world.pool([one, other], site=house), 1, product=tested.season.box, site=house, kg=5)
    tested.test(one)
    assert "Only 70% of the weight" in tested.judged(key=boxes[0]).sentence_en


def test_what_went_in_unweighed_and_untested_is_not_vouched_for_by_the_rest() -> None:
    season = good()
    season.bring(None, 1)
    tested = Judged(season)
    for lot in season.lots[:2]:
        tested.test(lot)
    found = tested.judged()
    assert found.outcome == "unknown"
    assert found.sentence_en.startswith("What went in unweighed has no passing inspection")
    tested.test(season.lots[2])
    assert tested.judged().outcome == "passed"


@pytest.mark.parametrize(
    ("by", "kind", "laboratory", "outcome"),
    [
        (LAB, "laboratory", None, "passed"),
        (LAB, "", None, "passed"),
        (INSPECTOR, "laboratory", LAB, "passed"),
        (STATION, "laboratory", LAB, "unknown"),
        (FRIEND, "laboratory", None, "unknown"),
        (INSPECTOR, "official", None, "unknown"),
    ],
)
def test_a_required_laboratory_test_is_one_of_an_accredited_laboratory_signed_by_it_or_by_an_official(
    by: str, kind: str, laboratory: str | None, outcome: str
) -> None:
    tested = Judged()
    tested.season.standard(limits=(SOLIDS,), tests_required=frozenset({"laboratory"}))
    tested.test(by=by, kind=kind or None, laboratory=laboratory)
    assert tested.judged().outcome == outcome


def test_a_test_that_is_too_old_at_packing_does_not_count() -> None:
    tested = Judged()
    tested.season.standard(limits=(SOLIDS,), test_within_days=14)
    early = datetime(2026, 8, 1, 8, 0, tzinfo=CHINA)
    for lot in tested.season.lots:
        tested.test(lot, at=early)
    assert tested.judged().outcome == "unknown"


# --- samples ---


def test_a_sample_is_pending_until_its_report_and_overdue_after_its_day() -> None:
    tested = Judged()
    lots = {"lot": tested.pooled, "kg": Decimal(1), "site": tested.season.house}
    tested.do(reports_of.sample, sample="urn:x:s1", seal="S1", due_on=date(2026, 12, 5), by=INSPECTOR, **lots)
    assert "Pending: S1 (due 2026-12-05)" in tested.judged().sentence_en
    tested.test(per_cent="13")
    assert tested.judged().outcome == "passed"
    late = tested.judged(now=datetime(2026, 12, 6, 8, 0, tzinfo=CHINA))
    assert (late.outcome, late.sentence_en) == ("unknown", "The report on sample S1 (due 2026-12-05) is overdue.")
    tested.test(by=LAB, kind="laboratory", sample="urn:x:s1", report_number="R-7")
    assert tested.judged(now=datetime(2026, 12, 6, 8, 0, tzinfo=CHINA)).outcome == "passed"


@pytest.mark.parametrize("second", [("urn:x:s1", "S2"), ("urn:x:s2", "S1"), ("urn:x:s2", "S1 ")])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_one_number_on_two_samples_is_flagged_and_vouches_for_neither(second: tuple[str, str], elsewhere: bool) -> None:
    """By its id whatever the other is of; by its seal where both are of these goods."""
    tested, (id_, seal) = Judged(), second
    lots: dict[str, Any] = {"kg": Decimal(1), "site": tested.season.house, "due_on": date(2026, 12, 5), "by": INSPECTOR}
    other = "urn:x:another-lot" if elsewhere else tested.pooled
    tested.do(reports_of.sample, sample="urn:x:s1", seal="S1", lot=tested.pooled, **lots)
    tested.do(reports_of.sample, sample=id_, seal=seal, lot=other, **lots)
    tested.test(by=LAB, kind="laboratory", sample="urn:x:s1", per_cent="13")
    found = tested.judged()
    if elsewhere and id_ != "urn:x:s1":
        assert found.outcome == "passed"
        return
    assert (found.outcome, len(found.event_ids)) == ("unknown", 2)
    assert "was used more than once" in found.sentence_en
    taken = next(
        event for event in tested.season.world.events if event.get("suyuan:seal") == seal and id_ in event["epcList"]
    )
    tested.season.world.events.append(correction(taken, at=tested.season.world.now))
    assert tested.judged().outcome == "passed"


@pytest.mark.parametrize(
    ("written", "number"), [("S1", "S1"), (" S1 ", "S1"), (20260142, "20260142"), (" ", ""), (None, ""), (["S1"], "")]
)
def test_a_seal_is_the_number_on_it_as_text_or_in_digits(written: object, number: str) -> None:
    assert seal_of(Event({"type": "ObjectEvent", "suyuan:seal": written})) == number


def test_a_sample_due_before_it_was_taken_and_a_value_of_nothing_are_refused() -> None:
    tested = Judged()
    with pytest.raises(ValueError, match="due_on"):
        tested.do(
            reports_of.sample, sample="s", lot=tested.pooled, kg=Decimal(1), site="x", due_on=date(2026, 1, 1)
        )  # fmt: skip
    with pytest.raises(ValueError, match="name"):
        Measurement("", Decimal(1), "%")
    with pytest.raises(ValueError, match="uom"):
        Measurement("", Decimal(1), "cups", "sugar")


@pytest.mark.parametrize(
    ("seal", "in_time", "outcome"), [("S9", True, "passed"), ("", True, "failed"), ("S9", False, "failed")]
)
def test_a_sample_that_was_not_sealed_or_was_taken_after_the_test_lifts_nothing(
    seal: str, in_time: bool, outcome: str
) -> None:
    tested = failed_at_the_laboratory()
    tells: list[Callable[[], str]] = [
        lambda: tested.sample("s9", seal=seal),
        lambda: tested.test(by=OTHER_LAB, kind="laboratory", reason="mixed up", sample="urn:x:s9", report_number="R-8"),
    ]
    for tell in tells if in_time else reversed(tells):
        tell()
    assert tested.judged().outcome == outcome


# --- holds and recalls ---


@pytest.mark.parametrize(
    ("recall", "by", "lifted_by", "lifted"),
    [
        (False, STATION, STATION, True),
        (False, STATION, INSPECTOR, True),
        (False, STATION, FRIEND, False),
        (False, INSPECTOR, STATION, False),
        (True, STATION, STATION, False),
        (True, STATION, INSPECTOR, False),
        (True, STATION, REGULATOR, True),
    ],
)
def test_who_may_let_goods_go_again(recall: bool, by: str, lifted_by: str, lifted: bool) -> None:
    tested = Judged()
    tested.test()
    rule = "not_recalled" if recall else "standard"
    lots, site = [tested.season.lots[0]], tested.season.station
    tested.do(reports_of.hold, by=by, site=site, lots=lots, reason="mould", recall=recall)
    found = tested.judged(rule)
    assert (found.outcome, tested.judged("standard" if recall else "not_recalled").outcome) == ("failed", "passed")
    assert "mould" in found.sentence_en and found.remedy_en
    tested.do(reports_of.release, by=lifted_by, site=site, lots=lots, reason="sorted out")
    assert tested.judged(rule).outcome == ("passed" if lifted else "failed")


@pytest.mark.parametrize(
    ("by", "taken_back_by", "outcome"),
    [(STATION, STATION, "failed"), (STATION, INSPECTOR, "passed"), (REGULATOR, REGULATOR, "passed")],
)
def test_who_recalled_does_not_end_it_by_taking_the_report_back(by: str, taken_back_by: str, outcome: str) -> None:
    tested = Judged()
    lots, site = [tested.season.lots[0]], tested.season.station
    event_id = tested.do(reports_of.hold, by=by, lots=lots, site=site, reason="mould", recall=True)
    wrong = tested.season.world.take_back(event_id)
    others = [one for one in tested.documents() if one.event.error_declaration is None]
    documents = [*others, report(wrong, recorded=99, capturer=taken_back_by)]
    assert tested.judged_of(documents, "not_recalled").outcome == outcome


@pytest.mark.parametrize(("same_lot", "reason"), [(True, "rot"), (False, "mould")])
def test_a_corrected_recall_is_as_it_was_corrected_and_one_of_other_goods_ends_it_for_none(
    same_lot: bool, reason: str
) -> None:
    tested = Judged()
    world, lot, site = tested.season.world, tested.season.lots[0], tested.season.station
    event_id = tested.do(reports_of.hold, lots=[lot], site=site, reason="mould", recall=True)
    other = lot if same_lot else world.pick(tested.season.growers[0], 10, station=site)
    instead = tested.do(reports_of.hold, lots=[other], site=site, reason="rot", recall=True)
    world.take_back(event_id, corrected_by=[instead])
    found = tested.judged("not_recalled")
    assert (found.outcome, reason in found.sentence_en) == ("failed", True)
    assert len(found.event_ids) == 1


@pytest.mark.parametrize("kind", sorted(HANDLERS))
@pytest.mark.parametrize(("made", "rule"), [(True, "not_recalled"), (False, "standard")])
def test_a_shop_or_carrier_recalls_what_it_made_itself_and_holds_what_others_made(
    kind: str, made: bool, rule: str
) -> None:
    """Who fills boxes in his shop knows what is in them."""
    tested, by = Judged(), "urn:x:handler"
    tested.test()
    lot, world, where = tested.pooled, tested.season.world, {"site": tested.season.house}
    world.register(Party(id=by, kind=kind, name_zh=kind, name_en=kind))
    pooling = next(event for event in world.events if lot in str(event.get("outputQuantityList")))
    tested.reported_by(by if made else STATION, pooling["eventID"])
    tested.do(reports_of.receipt, by=by, lots={lot: Decimal(50)}, **where)
    tested.do(reports_of.hold, by=by, lots=[lot], reason="mould", recall=True, **where)
    assert [one for one in ("not_recalled", "standard") if tested.judged(one).outcome == "failed"] == [rule]


@pytest.mark.parametrize(("recall", "rule"), [(False, "standard"), (True, "not_recalled")])
def test_a_telephone_number_in_the_reason_of_a_hold_is_told_to_nobody(recall: bool, rule: str) -> None:
    tested = Judged()
    lots, site = [tested.season.lots[0]], tested.season.station
    tested.do(reports_of.hold, lots=lots, site=site, reason="请联系张三１３８１２３４５６７８", recall=recall)
    found = tested.judged(rule)
    assert (found.outcome, "张三" in found.sentence_zh) == ("failed", False)


def test_a_hold_on_the_pallet_holds_the_boxes_on_it() -> None:
    tested = Judged()
    tested.test()
    pallet = tested.season.world.palletise([tested.box], site=tested.season.house)
    tested.do(reports_of.hold, items=[pallet], reason="wet")
    assert tested.judged().outcome == "failed"
    assert "urn:x:inspector" not in tested.judged().remedy_en and "inspector" in tested.judged().remedy_en


def test_an_inspection_disputed_by_who_had_to_do_with_the_goods_leaves_the_standard_failed() -> None:
    tested = Judged()
    event_id = tested.test(by=INSPECTOR)
    wrong = tested.season.world.take_back(event_id)
    documents = [one for one in tested.documents() if one.event.error_declaration is None]
    for by, outcome in ((STATION, "failed"), (FRIEND, "passed")):
        objected = [*documents, report(wrong, recorded=99, capturer=by)]
        assert tested.judged_of(objected, "standard").outcome == outcome


def test_past_its_shelf_life_since_packing_it_is_not_sold() -> None:
    tested = Judged()
    tested.season.standard(limits=(SOLIDS,), shelf_life_days=60)
    packed = datetime(2026, 9, 10, 12, 0, tzinfo=CHINA)
    assert tested.judged("not_recalled", now=packed + timedelta(days=60)).outcome == "passed"
    late = tested.judged("not_recalled", now=packed + timedelta(days=61))
    assert (late.outcome, late.sentence_en) == ("failed", "Past its shelf life, which ended on 2026-11-09.")


# --- the law ---

DEEDS: tuple[Callable[[Judged], object], ...] = (
    lambda t: t.test(t.season.lots[0], per_cent="11", by=LAB, kind="laboratory"),
    lambda t: t.test(t.pooled, per_cent="13", by=OTHER_LAB, kind="laboratory", reason="mixed up"),
    lambda t: t.test(t.season.lots[1], per_cent="13"),
    lambda t: t.do(reports_of.hold, lots=[t.pooled], reason="mould", by=STATION),
    lambda t: t.do(reports_of.release, lots=[t.pooled], reason="fine", by=INSPECTOR),
    lambda t: t.do(reports_of.hold, lots=[t.pooled], reason="recall", by=REGULATOR, recall=True),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(DEEDS), max_size=5), st.randoms(use_true_random=False))
def test_whatever_was_tested_and_held_the_order_of_arrival_and_repeats_change_nothing(deeds: Any, random: Any) -> None:
    tested = Judged()
    for deed in deeds:
        deed(tested)
    documents = tested.documents()
    shuffled = documents * 2
    random.shuffle(shuffled)
    for rule in ("standard", "not_recalled"):
        assert tested.judged_of(shuffled, rule) == tested.judged_of(documents, rule)


def test_a_pallet_is_judged_by_the_standard_of_what_is_on_it() -> None:
    tested = Judged()
    pallet = tested.season.world.palletise([tested.box], site=tested.season.house)
    assert "Only 0% of the weight" in tested.judged(key=pallet).sentence_en
    tested.test()
    assert tested.judged(key=pallet).outcome == "passed"
