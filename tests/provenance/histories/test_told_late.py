"""A harvest told of long after it: shown, with how long, and no failure."""

from provenance.histories.history import History, build_from
from provenance.histories.told_late import LATE_DAYS
from provenance.histories.tracing import trace_back
from simulator.world import World
from tests.provenance.reported import report

DAY_MS = 86_400_000


def traced(days: int) -> tuple[History, list[str]]:
    """Three growers' fruit pooled; two of the deliveries are told of so many days later, the third at once."""
    world = World(seed=3)
    growers = [world.grow() for _ in range(3)]
    station = world.site("station")
    lots = [world.pick(grower, 50, station=station) for grower in growers]
    pooled = world.pool(lots, site=station)
    documents = []
    for n, body in enumerate(world.events):
        late = days * DAY_MS if n < 2 else 0
        plain = report(body)
        documents.append(report(body, recorded=plain.event.time_ms + late))
    return build_from(documents, trace_back([pooled])), lots


def test_a_harvest_told_of_long_after_it_is_shown_with_the_days() -> None:
    history, lots = traced(LATE_DAYS + 10)
    late = [gap for gap in history.gaps if gap.code == "told-late"]
    assert sorted(gap.key for gap in late) == sorted(lots[:2])
    assert all(f"{LATE_DAYS + 10} days" in gap.message and len(gap.event_ids) == 2 for gap in late)


def test_books_that_are_typed_in_after_the_season_are_not_late() -> None:
    history, _ = traced(LATE_DAYS)
    assert not history.gaps
