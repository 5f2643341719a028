"""A simulated season is repeatable, valid, and holds the accidents it was told to."""

from collections import Counter
from fractions import Fraction
from itertools import islice

import pytest

from epcis.events import Event
from epcis.validation import validate_event
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.reports import Json
from provenance.weights import registered
from simulator.accidents import Accidents
from simulator.season import Season, Size, season
from tests.provenance.reported import reports

SMALL = Size(stations=2, growers=3, days=2)


def ids(filed: list[Json]) -> list[str]:
    return [event["eventID"] for event in filed]


def test_the_same_seed_gives_the_same_season_and_another_gives_another() -> None:
    assert list(season(seed=1, size=SMALL)) == list(season(seed=1, size=SMALL))
    assert list(season(seed=1, size=SMALL)) != list(season(seed=2, size=SMALL))


def test_every_report_is_a_valid_event_whatever_befell_it() -> None:
    for event in season(seed=1, size=SMALL, accidents=Accidents(0.1, 0.1, 0.1, 0.1)):
        problems = validate_event(event, context=event["@context"], strict=True)
        assert [p for p in problems if p.severity == "error"] == []


def test_a_season_of_any_size_begins_at_once() -> None:
    endless = season(seed=1, size=Size(stations=3, growers=2, days=10**6))
    assert len(list(islice(endless, 500))) == 500


def test_every_sold_box_goes_back_to_growers_of_its_own_station() -> None:
    told = Season(seed=3, size=SMALL)
    filed = list(told.reports())
    documents = reports(filed)
    sold = [Event(event).objects[0].key for event in filed if event["bizStep"] == "retail_selling"]
    for box in sold:
        history = build_from(documents, trace_back([box], net_weight=registered(told.world.registry)))
        assert sum(share.fraction for share in history.shares) == 1
        assert (len(history.shares), history.gaps) == (SMALL.growers, ())


def test_what_a_grower_brought_is_found_again_to_the_last_gram() -> None:
    told = Season(seed=4, size=SMALL)
    documents = reports(told.reports())
    for document in documents:
        event = document.event
        if event.action == "ADD" and event.type == "ObjectEvent":
            history = build_from(
                documents, trace_forward([event.objects[0].key], net_weight=registered(told.world.registry))
            )
            held = sum((holder.kilograms or Fraction(0) for holder in history.holders), Fraction(0))
            assert held + (history.lost_kg or 0) == history.kilograms == event.objects[0].quantity


def test_late_reports_are_the_same_reports_in_another_order() -> None:
    honest, late = (list(season(seed=5, size=SMALL, accidents=Accidents(late=late))) for late in (0.0, 0.3))
    assert sorted(event["eventTime"] for event in honest) != [event["eventTime"] for event in late]
    assert len(set(ids(late))) == len(late)


def test_duplicates_come_in_the_stated_share() -> None:
    filed = list(season(seed=6, size=Size(stations=4, growers=6, days=4), accidents=Accidents(duplicate=0.2)))
    twice = [n for n in Counter(ids(filed)).values() if n == 2]
    assert 0.1 < len(twice) / len(set(ids(filed))) < 0.3


def test_corrected_reports_leave_histories_as_they_would_have_been() -> None:
    told = Season(seed=7, size=SMALL, accidents=Accidents(corrected=0.5))
    filed = list(told.reports())
    documents = reports(filed)
    box = next(Event(event).objects[0].key for event in filed if event["bizStep"] == "retail_selling")
    history = build_from(documents, trace_back([box], net_weight=registered(told.world.registry)))
    assert sum(share.fraction for share in history.shares) == 1
    assert any(step.standing == "corrected" for step in history.steps)
    assert history.gaps == ()


@pytest.mark.parametrize("shares", [(-0.1, 0, 0, 0), (0.6, 0.6, 0, 0)])
def test_impossible_shares_of_accidents_are_refused(shares: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Accidents(*shares)
