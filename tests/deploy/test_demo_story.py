"""The demo season holds together: every report is valid and allowed, and the boxes answer as the story says."""

from datetime import timedelta
from fractions import Fraction

import pytest

from deploy.demo.story import DAYLILY, FRAUD, SEASON, LabelOrder, Story, StoryError, read_season, tell
from epcis.events import Event
from epcis.validation import validate_event
from provenance.access.authority import Principal, may_report
from provenance.days import day_of
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_forward
from provenance.registry.memory import MemoryRegistry
from provenance.weights import registered
from tests.deploy.told import NOW, back, judged, not_passed, ordered, parsed, recorded, registry_of

TOLD = [told for file in (SEASON, DAYLILY, FRAUD) for told in read_season(file).told]


@pytest.fixture(scope="module")
def registry() -> MemoryRegistry:
    return registry_of()


@pytest.fixture(scope="module")
def story() -> Story:
    return read_season()


def test_every_report_is_a_valid_event() -> None:
    for told in TOLD:
        problems = validate_event(told.event, context=told.event["@context"], strict=True)
        assert [p for p in problems if p.severity == "error"] == []


def test_every_reporter_may_report_what_it_reports(registry: MemoryRegistry) -> None:
    for told in TOLD:
        event, reporter = Event(told.event), told.reporter
        principal = Principal(reporter.party, frozenset(reporter.roles))
        assert may_report(principal, event, registry, [day_of(event)]) is None


def test_every_place_and_party_in_the_stories_is_registered(registry: MemoryRegistry) -> None:
    for event in (Event(told.event) for told in TOLD):
        on = day_of(event)
        parties = [id_ for kind, id_ in (*event.sources, *event.destinations) if kind != "location"]
        assert all(registry.site(place, on) for place in event.places)
        assert all(registry.party(party, on) for party in parties)


def test_the_first_box_comes_from_six_growers_by_weight(story: Story, registry: MemoryRegistry) -> None:
    history = back(story, story.show["box"], registry)
    kilograms = {"7f3a": "412", "b21c": "358.5", "09d4": "251", "e5a8": "505.5", "4c77": "188", "d190": "640"}
    assert {share.grower.rsplit("/", 1)[-1]: share.fraction for share in history.shares} == {
        grower: Fraction(kg) / 2355 for grower, kg in kilograms.items()
    }
    assert history.kilograms == Fraction("4.5")
    assert (history.gaps, history.conflicts) == ((), ())
    assert {"harvest", "pooling", "inspection", "shipping", "reading", "sale"} <= {step.kind for step in history.steps}


def test_the_mistyped_delivery_is_shown_as_corrected(story: Story, registry: MemoryRegistry) -> None:
    history = back(story, story.show["box"], registry)
    assert [step.standing for step in history.steps if step.standing != "in_force"] == ["corrected"]


def test_what_is_still_on_its_way_is_said(story: Story, registry: MemoryRegistry) -> None:
    history = back(story, story.show["on_the_way"], registry)
    assert [gap.code for gap in history.gaps] == ["missing-receipt"]


def test_every_grower_forward_is_found_to_the_last_kilogram(story: Story, registry: MemoryRegistry) -> None:
    for lot, kg in (("L0912-6", 640), ("L0913-1", 661)):
        key = f"https://id.gs1.org/01/09520001007019/10/{lot}"
        history = build_from(recorded(story), trace_forward([key], net_weight=registered(registry)))
        held = sum((holder.kilograms or Fraction(0) for holder in history.holders), Fraction(0))
        assert held + (history.lost_kg or 0) == kg


def test_its_claim_is_granted_with_the_national_badge_and_its_date(story: Story, registry: MemoryRegistry) -> None:
    found = judged(story, story.show["box"], registry)
    assert (found.verdict, not_passed(found)) == ("granted", {})
    assert [badge.sentence_zh for badge in found.badges] == ["隰县：原国家级贫困县，2018年脱贫"]
    assert found.completeness.missing == ()


def test_qidongs_daylily_is_granted_with_the_provincial_badge_and_never_the_national_one(
    registry: MemoryRegistry,
) -> None:
    daylily = read_season(DAYLILY)
    found = judged(daylily, daylily.show["box"], registry)
    assert found.verdict == "granted"
    assert [(badge.level, badge.sentence_zh) for badge in found.badges] == [
        ("provincial", "祁东县：原省级贫困县，2018年批准退出")
    ]


def test_labels_are_given_for_the_honest_lots_when_they_are_asked_for(registry: MemoryRegistry) -> None:
    for honest in (read_season(), read_season(DAYLILY)):
        assert [ordered(honest, order, registry).verdict for order in honest.labels] == ["granted"]


def test_years_later_nothing_but_its_age_stands_against_the_honest_box(story: Story, registry: MemoryRegistry) -> None:
    found = judged(story, story.show["box"], registry, now=NOW + timedelta(days=700))
    assert not_passed(found) == {"not_recalled": "failed"}


@pytest.mark.parametrize("order", read_season(FRAUD).labels, ids=lambda order: order.title)
def test_the_fraud_is_caught_by_the_rule_it_breaks_and_by_no_other(order: LabelOrder, registry: MemoryRegistry) -> None:
    found = ordered(read_season(FRAUD), order, registry)
    assert {result.rule for result in found.results if result.outcome == "failed"} == order.fails
    assert found.verdict == ("refused" if "origin" in order.fails else "held")
    assert all(result.remedy_zh and result.remedy_en for result in found.results if result.outcome == "failed")


def test_told_twice_it_is_the_same_season(story: Story) -> None:
    assert [told.event for told in read_season().told] == [told.event for told in story.told]


def test_no_report_names_a_person_a_phone_or_a_price() -> None:
    text = str([told.event for told in TOLD]).lower()
    assert not any(word in text for word in ("phone", "price", "personal", "元"))


def test_a_mistake_in_the_file_names_its_report() -> None:
    season = parsed(SEASON)
    number = next(n for n, report in enumerate(season["reports"], 1) if "delivery" in report)
    season["reports"][number - 1]["delivery"]["kgs"] = 5
    with pytest.raises(StoryError, match=f"report {number}"):
        tell(season)
