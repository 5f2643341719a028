"""The demo season holds together: every report is valid and allowed, and the boxes answer as the story says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
import yaml

from cli.registry_file import read_records
from deploy.demo.story import FOLDER, Story, StoryError, read_season, tell
from epcis.events import Event
from epcis.validation import validate_event
from provenance.authority import Principal, may_report
from provenance.case import day_of
from provenance.claims import Claim, claim
from provenance.history import History, build_from
from provenance.memory_registry import MemoryRegistry
from provenance.standing import Reported
from provenance.tracing import trace_back, trace_forward
from provenance.weights import registered
from tests.provenance.reported import report

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=timezone(timedelta(hours=8)))
BRAND = "https://suyuan.example/brand/xixian-yulu"


@pytest.fixture(scope="module")
def registry() -> MemoryRegistry:
    return MemoryRegistry(e.record for e in read_records("registry.yaml", (FOLDER / "registry.yaml").read_bytes()))


@pytest.fixture(scope="module")
def story() -> Story:
    return read_season()


def recorded(story: Story) -> list[Reported]:
    return [report(told.event, recorded=n, capturer=told.reporter.party) for n, told in enumerate(story.told)]


def back(story: Story, key: str, registry: MemoryRegistry) -> History:
    return build_from(recorded(story), trace_back([key], net_weight=registered(registry)))


def judged(story: Story, registry: MemoryRegistry) -> Claim:
    brand = registry.brand(BRAND, NOW.date())
    assert brand is not None
    return claim(back(story, story.show["box"], registry), registry, brand, NOW)


def test_every_report_is_a_valid_event(story: Story) -> None:
    for told in story.told:
        problems = validate_event(told.event, context=told.event["@context"], strict=True)
        assert [p for p in problems if p.severity == "error"] == []


def test_every_reporter_may_report_what_it_reports(story: Story, registry: MemoryRegistry) -> None:
    for told in story.told:
        event, reporter = Event(told.event), told.reporter
        principal = Principal(reporter.party, frozenset(reporter.roles))
        assert may_report(principal, event, registry, day_of(event)) is None


def test_every_place_and_party_in_the_story_is_registered(story: Story, registry: MemoryRegistry) -> None:
    for event in (Event(told.event) for told in story.told):
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
    found = judged(story, registry)
    assert found.verdict == "granted"
    assert [badge.sentence_zh for badge in found.badges] == ["隰县：原国家级贫困县，2018年脱贫"]


def _season() -> dict[str, Any]:
    season: dict[str, Any] = yaml.safe_load((FOLDER / "season.yaml").read_text(encoding="utf-8"))
    return season


def _certificate_ends_early(season: dict[str, Any]) -> None:
    season["reports"][0]["certificate"]["valid_to"] = "2026-09-01"


def _another_county_is_reported(season: dict[str, Any]) -> None:
    season["reports"][1]["delivery"]["county_code"] = "430426"


def _another_growers_plot(season: dict[str, Any]) -> None:
    season["reports"][1]["delivery"]["plot"] = "plot b21c"


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (_certificate_ends_early, "certified"),
        (_another_county_is_reported, "origin"),
        (_another_growers_plot, "producer"),
    ],
)
def test_one_changed_fact_flips_one_rule(
    change: Callable[[dict[str, Any]], None], failed: str, registry: MemoryRegistry
) -> None:
    season = _season()
    change(season)
    assert {r.rule for r in judged(tell(season), registry).results if r.outcome != "passed"} == {failed}


def test_a_plot_of_another_county_fails_origin_and_producer(story: Story, registry: MemoryRegistry) -> None:
    plot = registry.site("https://suyuan.example/plot/7f3a", NOW.date())
    assert plot is not None
    changed = MemoryRegistry(e.record for e in read_records("r.yaml", (FOLDER / "registry.yaml").read_bytes()))
    changed.put(replace(plot, version=2, county_code="140105"))
    found = judged(story, changed)
    assert found.verdict == "refused"
    assert {r.rule for r in found.results if r.outcome == "failed"} == {"origin", "producer"}


def test_told_twice_it_is_the_same_season(story: Story) -> None:
    assert [told.event for told in read_season().told] == [told.event for told in story.told]


def test_no_report_names_a_person_a_phone_or_a_price(story: Story) -> None:
    text = str([told.event for told in story.told]).lower()
    assert not any(word in text for word in ("phone", "price", "personal", "元"))


def test_a_mistake_in_the_file_names_its_report() -> None:
    season = _season()
    season["reports"][3]["delivery"]["kgs"] = 5
    with pytest.raises(StoryError, match="report 4"):
        tell(season)
