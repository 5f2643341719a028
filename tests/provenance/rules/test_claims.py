"""The claim behind a label: each rule failing alone and unknown alone, the verdict table, the county's badges."""

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product as every
from typing import Any, get_args

import pytest

from provenance import reports as reports_of
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back
from provenance.registry.records import Accreditation, Brand, County, CountyStatus, Site
from provenance.rules.badges import badges
from provenance.rules.case import Case
from provenance.rules.claims import JUDGED, RULES, Claim, claim
from provenance.rules.verdicts import TABLE, Outcome, RuleResult, verdict
from provenance.weights import registered
from simulator.world import CHINA
from tests.material import shared
from tests.provenance.claimed import CERTIFICATE, CERTIFIER, GOOD, NOW, QIDONG, Season, good, outcomes
from tests.provenance.reported import report, reports


def test_an_honest_box_is_granted_with_its_evidence_and_the_badge_of_its_county() -> None:
    found = good().claim()
    assert (found.verdict, outcomes(found)) == ("granted", GOOD)
    assert [badge.sentence_zh for badge in found.badges] == ["隰县：原国家级贫困县，2018年脱贫"]
    assert all(result.sentence_zh and result.sentence_en for result in found.results)
    assert all(result.event_ids for result in found.results if result.rule in ("origin", "producer", "certified"))


def test_outside_fruit_pooled_in_is_refused_and_shows_no_badge() -> None:
    season = good()
    stranger = season.world.grow(county="140000")
    season.growers.append(stranger)
    season.certify()
    season.bring(10, 2)
    found = season.claim()
    assert (found.verdict, found.badges) == ("refused", ())
    assert outcomes(found) == {**GOOD, "origin": "failed", "producer": "failed"}
    assert "90.9%" in found.results[0].sentence_en


def test_a_brand_may_ask_for_less_than_all() -> None:
    season = good(least_origin_share=Decimal("0.85"))
    season.growers.append(season.world.grow(county="140000"))
    season.certify()
    season.bring(10, 2)
    assert outcomes(season.claim())["origin"] == "passed"


def test_a_report_that_names_another_county_than_the_plot_fails_origin_alone() -> None:
    season = good()
    season.bring(10, 0, county_code="430426")
    assert outcomes(season.claim()) == {**GOOD, "origin": "failed"}


def test_a_plot_of_the_county_that_is_another_growers_fails_producer_alone() -> None:
    season = good()
    season.growers.append(replace(season.growers[0], id=season.growers[1].id))
    season.bring(10, 2)
    found = season.claim()
    assert (found.verdict, outcomes(found)) == ("refused", {**GOOD, "producer": "failed"})


def test_a_plot_not_registered_yet_is_held_not_refused() -> None:
    season = good()
    season.growers.append(replace(season.growers[0], plot="https://suyuan.example/plot/new"))
    season.certify()
    season.bring(10, 2)
    found = season.claim()
    assert (found.verdict, outcomes(found)) == ("held", {**GOOD, "origin": "unknown", "producer": "unknown"})


def test_a_grower_not_registered_leaves_producer_unknown_alone() -> None:
    season = good()
    site = Site(
        id="https://suyuan.example/plot/p", kind="plot", party="urn:x:nobody", name_zh="园", county_code="141031"
    )
    season.world.register(site)
    season.growers.append(replace(season.growers[0], id="urn:x:nobody", plot=site.id))
    season.certify()
    season.bring(10, 2)
    assert outcomes(season.claim()) == {**GOOD, "producer": "unknown"}


def test_unweighed_fruit_of_the_county_does_not_matter_but_unweighed_fruit_from_outside_does() -> None:
    season = good()
    season.bring(None, 0)
    assert outcomes(season.claim()) == GOOD
    season = good()
    season.growers.append(season.world.grow(county="140000"))
    season.certify()
    season.bring(None, 2)
    assert outcomes(season.claim())["origin"] == "unknown"


def test_the_county_is_judged_by_the_plots_record_of_that_day() -> None:
    season = good()
    plot = next(r for r in season.world.records if r.id == season.growers[0].plot)
    assert isinstance(plot, Site)
    season.world.register(replace(plot, version=2, valid_from=date(2026, 11, 1), county_code="430426"))
    assert outcomes(season.claim()) == GOOD


@pytest.mark.parametrize("state", ["suspended", "revoked"])
def test_a_certificate_withdrawn_afterwards_holds_what_leaned_on_it(state: Any) -> None:
    season = good()
    box = season.boxes()[0]
    season.certify(state=state)
    found = season.claim(key=box)
    assert (found.verdict, outcomes(found)) == ("held", {**GOOD, "certified": "failed"})
    assert "withdrawn" in found.results[3].sentence_en


def test_a_suspended_certificate_that_is_reinstated_stands_again() -> None:
    season = good()
    box = season.boxes()[0]
    season.certify(state="suspended")
    season.certify(state="reinstated")
    assert outcomes(season.claim(key=box)) == GOOD


@pytest.mark.parametrize("scope", [[], ["urn:x:else"]])
def test_a_revocation_is_of_all_it_was_issued_for_whatever_scope_it_names(scope: list[str]) -> None:
    season = good()
    box = season.boxes()[0]
    season.world.report(
        reports_of.certificate, certificate=CERTIFICATE, state="revoked", issuer=CERTIFIER, scope=scope, reason="rotten"
    )
    certified = season.claim(key=box).results[3]
    assert certified.outcome == "failed"
    assert "(revoked on 2026-" in certified.sentence_en and ": rotten)" in certified.sentence_en
    assert " by certifier: rotten" in certified.sentence_en


def _covered(season: Season, box: str) -> str:
    return outcomes(season.claim(key=box))["certified"]


def test_an_issue_anew_for_more_plots_or_days_covers_nothing_picked_before_it() -> None:
    wider = Season(required_certificate_schemes=frozenset({"green_food"}))
    wider.certify(scope=[wider.growers[0].plot])
    longer = Season(required_certificate_schemes=frozenset({"green_food"}))
    longer.certify(valid_from=date(2025, 1, 1), valid_to=date(2026, 9, 1))
    for season in (wider, longer):
        season.bring(60, 0)
        season.bring(40, 1)
        box = season.boxes()[0]
        assert _covered(season, box) == "failed"
        season.world.now = datetime(2026, 11, 1, tzinfo=CHINA)
        season.certify(valid_from=date(2025, 1, 1), valid_to=date(2029, 9, 1))
        assert _covered(season, box) == "failed"
        assert "issued on 2026-11-01: 2025-01-01 to 2029-08-31" in season.claim(key=box).results[3].sentence_en


def test_a_renewal_for_fewer_plots_takes_nothing_from_what_was_picked_before_it() -> None:
    season = good()
    box = season.boxes()[0]
    season.world.now = datetime(2026, 11, 1, tzinfo=CHINA)
    season.certify(scope=[season.growers[0].plot], valid_from=date(2026, 11, 1))
    assert _covered(season, box) == "passed"


def test_a_certifier_is_accredited_from_the_first_hour_of_its_day_in_china() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.world.records = [record for record in season.world.records if not isinstance(record, Accreditation)]
    first = date(2026, 9, 10)
    season.world.register(
        Accreditation(id="urn:x:a", party=CERTIFIER, schemes=frozenset({"green_food"}), valid_from=first)
    )
    season.certify(valid_from=first)
    season.bring(60, at=datetime(2026, 9, 10, 7, tzinfo=CHINA))
    assert outcomes(season.claim())["certified"] == "passed"


def test_what_was_only_reinstated_and_never_issued_covers_nothing() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(state="reinstated")
    season.bring()
    assert outcomes(season.claim())["certified"] == "failed"


def test_a_reinstatement_widens_nothing() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(scope=["urn:x:else"])
    season.certify(state="suspended")
    season.certify(state="reinstated")
    season.bring()
    assert outcomes(season.claim())["certified"] == "failed"


def test_a_state_somebody_else_reports_for_an_earlier_time_makes_him_no_issuer() -> None:
    season = good()
    box = season.boxes()[0]
    season.world.report(
        reports_of.certificate,
        at=datetime(2026, 1, 1, tzinfo=CHINA),
        certificate=CERTIFICATE,
        state="revoked",
        issuer="urn:x:friend",
    )
    assert outcomes(season.claim(key=box)) == GOOD


def test_a_certificate_used_after_it_was_withdrawn_does_not_cover() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify()
    season.certify(state="revoked")
    season.bring()
    assert outcomes(season.claim()) == {**GOOD, "certified": "failed"}


def test_a_certificate_that_has_expired_since_still_covers_what_was_picked_under_it() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(valid_to=date(2026, 10, 1))
    season.bring()
    assert outcomes(season.claim(NOW + timedelta(days=400))) == GOOD


def test_a_certificate_that_had_expired_before_picking_does_not_cover() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(valid_to=date(2026, 9, 1))
    season.bring()
    assert outcomes(season.claim())["certified"] == "failed"


def test_a_certificate_issued_by_nobody_accredited_does_not_cover() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(issuer="urn:x:friend")
    season.bring()
    assert outcomes(season.claim())["certified"] == "failed"


def test_a_certificate_must_cover_every_grower_in_the_box() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(scope=[season.growers[0].plot])
    season.bring(50, 0)
    season.bring(50, 1)
    assert outcomes(season.claim())["certified"] == "failed"


@pytest.mark.parametrize("scope", ["house", "box"])
def test_a_certificate_at_packing_is_enough(scope: str) -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(scope=[getattr(season, scope)])
    season.bring()
    assert outcomes(season.claim()) == GOOD


def test_a_certificate_that_is_only_named_is_unknown_and_holds_unless_the_brand_allows_it() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.bring(certificates=[CERTIFICATE])
    box = season.boxes()[0]
    found = season.claim(key=box)
    assert (found.verdict, outcomes(found)) == ("held", {**GOOD, "certified": "unknown"})
    allowed = replace(season.brand, may_be_unknown=frozenset({"certified"}))
    assert claim_under(season, allowed, box).verdict == "granted"


def claim_under(season: Season, brand: Brand, key: str) -> Claim:
    season.brand = brand
    return season.claim(key=key)


def test_a_brand_that_asks_for_no_certificate_gets_none_judged() -> None:
    season = Season()
    season.bring()
    assert outcomes(season.claim()) == GOOD


def test_a_code_nobody_reported_on_is_held() -> None:
    found = Season().claim(key="https://id.gs1.org/01/09520001000010/10/NEVER")
    assert (found.verdict, found.badges) == ("held", ())


# decisive rule failed → refused; other failed → held; unknown → held unless it may be unknown; else granted
@pytest.mark.parametrize(
    ("rule", "outcome", "allowed", "expected"),
    [
        ("origin", "failed", False, "refused"),
        ("origin", "failed", True, "refused"),
        ("origin", "unknown", False, "held"),
        ("origin", "unknown", True, "granted"),
        ("origin", "passed", False, "granted"),
        ("origin", "passed", True, "granted"),
        ("certified", "failed", False, "held"),
        ("certified", "failed", True, "held"),
        ("certified", "unknown", False, "held"),
        ("certified", "unknown", True, "granted"),
        ("certified", "passed", False, "granted"),
        ("certified", "passed", True, "granted"),
    ],
)
def test_the_verdict_row_by_row(rule: str, outcome: Outcome, allowed: bool, expected: str) -> None:
    result = RuleResult(rule, outcome, "", "")
    assert verdict([result], {rule} if allowed else ()) == expected


def test_the_table_has_a_row_for_every_case_and_the_worst_result_decides() -> None:
    assert set(TABLE) == set(every((True, False), get_args(Outcome), (True, False)))
    results = [RuleResult("certified", "failed", "", ""), RuleResult("origin", "failed", "", "")]
    assert verdict(results, ()) == "refused"


def test_qidong_has_its_provincial_badge_and_never_the_national_one() -> None:
    assert [(b.level, b.sentence_zh) for b in badges(QIDONG)] == [
        ("provincial", "祁东县：原省级贫困县，2018年批准退出")
    ]
    assert badges(QIDONG, {"national-832"}) == ()


def test_badges_follow_the_list_of_counties_in_the_shared_material() -> None:
    with shared("data", "counties_832.csv").open(encoding="utf-8") as file:
        exits = {row["code"]: int(row["exit_year"]) for row in csv.DictReader(file)}
    assert exits["141031"] == 2018
    assert "430426" not in exits


def test_a_badge_is_history_never_a_present_tense() -> None:
    listed = County(id="1", name_zh="某县", statuses=(CountyStatus("s", "national", 2012, None, ""),))
    assert badges(listed)[0].sentence_zh == "某县：2012年列入国家级贫困县名单"
    assert badges(listed)[0].sentence_en == "某县: entered the national list of poor counties in 2012"


def test_nobody_but_its_issuer_can_reinstate_a_certificate() -> None:
    season = good()
    box = season.boxes()[0]
    season.certify(state="suspended")
    season.certify(state="reinstated", issuer="urn:x:friend")
    assert outcomes(season.claim(key=box))["certified"] == "failed"


NEW_PLOT = "https://suyuan.example/plot/new"


def test_a_plot_not_registered_is_named_with_its_lot_and_who_registers_it() -> None:
    season = good()
    season.growers.append(replace(season.growers[0], plot=NEW_PLOT))
    season.certify()
    season.bring(100, 2)
    origin, producer, *_ = season.claim().results
    lot = season.lots[2].split("/10/")[1]
    assert producer.sentence_en == f"Not registered yet: plot new (lot {lot})."
    assert producer.sentence_zh == f"尚未登记：地块new（批次{lot}）。"
    assert "registrar" in producer.remedy_en
    assert "县登记员" in producer.remedy_zh
    assert {NEW_PLOT, season.lots[2]} <= set(producer.concerns)
    assert origin.sentence_en.endswith(f"the rest is not known. Not known: plot new (lot {lot}) 50%.")
    assert len(producer.event_ids) == 1


def test_a_grower_is_named_by_code_and_by_name_only_to_whom_it_may_be_told() -> None:
    season = good()
    plot = Site(
        id="https://suyuan.example/plot/p", kind="plot", party=season.growers[1].id, name_zh="园", county_code="141031"
    )
    season.world.register(plot)
    season.growers.append(replace(season.growers[0], plot=plot.id))
    season.certify()
    season.bring(10, 2)
    box, code = season.boxes()[0], season.growers[0].id.rsplit("/", 1)[1]
    public = season.claim(key=box).results[1].sentence_en
    assert f"grower {code} (plot p (园, lot" in public
    history = build_from(reports(season.world.events), trace_back([box]))
    told = claim(history, season.world.registry, season.brand, NOW, lambda party: "Lao Wang").results[1]
    assert f"grower {code} (Lao Wang, plot p (园, lot" in told.sentence_en
    assert "Lao Wang" not in public


def test_fruit_from_another_county_is_named_with_its_county_and_part() -> None:
    season = good()
    season.world.register(replace(QIDONG, id="140000"))
    season.growers.append(season.world.grow(county="140000"))
    season.certify()
    season.bring(100, 2)
    origin, producer, *_ = season.claim().results
    assert "From elsewhere: plot" in origin.sentence_en
    assert "in Qidong County 50%" in origin.sentence_en
    assert "采自别处：祁东县地块" in origin.sentence_zh
    assert season.lots[2] in origin.concerns
    assert producer.sentence_en.startswith("Not in Xi County: plot")


def test_lots_no_certificate_covers_are_named_and_what_the_reported_ones_lack() -> None:
    season = Season(required_certificate_schemes=frozenset({"green_food"}))
    season.certify(scope=[season.growers[0].plot], valid_to=date(2026, 9, 1))
    season.bring(50, 0)
    certified = season.claim().results[3]
    lot = season.lots[0].split("/10/")[1]
    assert f"lot {lot})" in certified.sentence_en
    assert "9520001000508C0001 (2026-01-01 to 2026-08-31, expired)" in certified.sentence_en
    assert "已过期" in certified.sentence_zh
    assert "certifying body" in certified.remedy_en
    assert {season.lots[0], CERTIFICATE} <= set(certified.concerns)


def test_the_certificate_that_carries_the_claim_is_named_and_its_events_alone_are_the_evidence() -> None:
    season = good()
    other = season.world.certify("urn:x:other", scheme="green_food", scope=["urn:x:else"], issuer=CERTIFIER)
    certified = season.claim().results[3]
    assert "9520001000508C0001" in certified.sentence_en
    assert other not in certified.event_ids
    assert certified.remedy_en == ""


def test_a_withdrawn_certificate_is_named_with_the_day() -> None:
    season = good()
    box = season.boxes()[0]
    season.certify(state="revoked")
    certified = season.claim(key=box).results[3]
    assert "9520001000508C0001 (revoked on 2026-" in certified.sentence_en
    assert "已撤销" in certified.sentence_zh


def test_more_than_a_few_are_counted() -> None:
    season = good()
    for number in range(8):
        season.growers.append(replace(season.growers[0], plot=f"{NEW_PLOT}{number}"))
        season.bring(10, len(season.growers) - 1)
    assert season.claim().results[1].sentence_en.endswith("and 3 more.")


def test_more_boxes_than_their_lot_can_fill_hold_every_label_of_it_with_kilograms_and_events() -> None:
    season = good()
    lot = season.world.pool(season.lots, site=season.house)
    assert outcomes(season.claim(key=lot))["balance"] == "passed"
    for _ in range(2):
        season.world.pack(lot, 12, product=season.box, site=season.house, kg=60)
    found = season.claim(key=lot)
    assert (found.verdict, outcomes(found)["balance"]) == ("held", "failed")


def test_every_rule_says_when_it_is_judged() -> None:
    found = good().claim()
    assert [result.rule for result in found.results] == [rule.__name__ for rule in RULES]
    assert {r.rule: "continuing" if r.continuing else "at issue" for r in found.results} == {
        rule.__name__: JUDGED[rule.__name__] for rule in RULES
    }


def test_goods_whose_labels_are_out_are_held_by_continuing_rules_alone() -> None:
    season = good()
    box = season.boxes()[0]
    plot = next(r for r in season.world.records if r.id == season.growers[0].plot)
    assert isinstance(plot, Site)
    season.world.register(replace(plot, version=2, party=season.growers[1].id))  # the registrar corrects the grower
    tracing = trace_back([box], net_weight=registered(season.world.registry))
    history = build_from(reports(season.world.events), tracing)
    at_issue = claim(history, season.world.registry, season.brand, NOW)
    again = claim(history, season.world.registry, season.brand, NOW, issued=True)
    assert (at_issue.verdict, outcomes(at_issue)["producer"]) == ("refused", "failed")
    assert again.verdict == "granted"
    assert [r.rule for r in again.results] == [r.rule for r in at_issue.results if r.rule != "producer"]


@pytest.mark.parametrize(("set_", "expected"), [({}, "granted"), ({"storage_max_c": Decimal(2)}, "held")])
def test_an_unknown_cold_chain_is_let_pass_only_where_no_range_is_set(
    set_: dict[str, Decimal], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = good()
    season.standard(**set_)

    def cold_chain(_case: Case) -> RuleResult:
        return RuleResult("cold_chain", "unknown", "", "")

    others = tuple(rule for rule in RULES if rule.__name__ != "cold_chain")
    monkeypatch.setattr("provenance.rules.claims.RULES", (*others, cold_chain))
    assert season.claim().verdict == expected


def _parcels(season: Season, **fields: Any) -> None:
    """Both growers' plots under one parcel of the land register."""
    for grower in season.growers:
        plot = next(r for r in season.world.records if r.id == grower.plot)
        assert isinstance(plot, Site)
        season.world.register(replace(plot, version=2, parcel_code="1410311002010100012", **fields))


def test_the_same_ground_registered_twice_leaves_producer_unknown_alone_and_names_both_plots() -> None:
    season = good()
    _parcels(season)
    found = season.claim()
    assert (found.verdict, outcomes(found)) == ("held", {**GOOD, "producer": "unknown"})
    producer = found.results[1]
    assert all(grower.plot.rsplit("/", 1)[1] in producer.sentence_en for grower in season.growers)
    assert "approves" in producer.remedy_en


def test_a_plot_that_lies_nowhere_leaves_producer_unknown_alone_until_somebody_vouches_for_it() -> None:
    season = good()
    plot = next(r for r in season.world.records if r.id == season.growers[0].plot)
    assert isinstance(plot, Site)
    season.world.register(replace(plot, version=2, latitude=None, longitude=None))
    box = season.boxes()[0]
    found = season.claim(key=box)
    assert (found.verdict, outcomes(found)) == ("held", {**GOOD, "producer": "unknown"})
    assert "Where it lies is not registered" in found.results[1].sentence_en
    season.world.register(
        replace(plot, version=3, latitude=None, longitude=None, confirmed_beside=frozenset({plot.id}))
    )
    assert outcomes(season.claim(key=box)) == GOOD


def test_ground_that_was_confirmed_with_a_reason_at_approval_is_settled() -> None:
    season = good()
    _parcels(season, confirmed_beside=frozenset({season.growers[0].plot}))
    assert outcomes(season.claim()) == GOOD


def test_a_certificate_stored_in_a_certifiers_name_by_somebody_else_does_not_cover_and_is_called_not_verified() -> None:
    season = good(certified=False)
    box = season.boxes()[0]
    season.certify()
    forged = report(season.world.events[-1], recorded=0, capturer=season.house)
    tracing = trace_back([box], net_weight=registered(season.world.registry))
    history = build_from([*reports(season.world.events[:-1]), forged], tracing)
    found = claim(history, season.world.registry, season.brand, NOW)
    (result,) = (one for one in found.results if one.rule == "certified")
    assert result.outcome == "failed"
    assert "not verified" in result.sentence_en
    assert "未核实" in result.sentence_zh


@pytest.mark.parametrize(("reason", "told"), [("残留超标", True), ("问王某 13800000000", False)])
def test_a_claim_tells_why_a_certificate_was_revoked_and_no_telephone_number(reason: str, told: bool) -> None:
    season = good()
    box = season.boxes()[0]
    season.world.report(
        reports_of.certificate, certificate=CERTIFICATE, state="revoked", issuer=CERTIFIER, scheme="green_food",
        reason=reason,
    )  # fmt: skip
    (result,) = (one for one in season.claim(key=box).results if one.rule == "certified")
    assert result.outcome == "failed"
    assert (reason in result.sentence_zh) == told
