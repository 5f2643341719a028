"""A pallet that got warm in the truck; a pallet nobody measured. A range is set in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from provenance import reports
from provenance.cold_chain.facts import facts_from
from provenance.cold_chain.loggers import registered_on
from provenance.cold_chain.of_history import cold_plan
from provenance.registry.records import Logger
from provenance.rules.claims import Claim
from tests.provenance.claimed import NOW, Season, good
from tests.provenance.reported import reports as reported

LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"


def cooled() -> Season:
    season = good()
    season.standard(storage_min_c=Decimal(-1), storage_max_c=Decimal(2), cool_within_minutes=60 * 24 * 2)
    season.world.register(Logger(id=LOGGER, site=season.house, interval_seconds=3600))
    return season


def measure(season: Season, celsius: Sequence[str], *, at: datetime, site: str) -> None:
    """A reading an hour in a room, from this time on."""
    for hour, value in enumerate(celsius):
        season.world.report(_in_room, at=at + timedelta(hours=hour), celsius=value, site=site)


def _in_room(*, event_id: str, at: datetime, celsius: str, site: str) -> reports.Json:
    end, mean = at + timedelta(hours=1), Decimal(celsius)
    return reports.reading(event_id=event_id, start=at, end=end, device=LOGGER, mean_c=mean, site=site)


def measured(season: Season, key: str, now: datetime = NOW) -> Season:
    """With what was measured read beside the history, as the service does."""
    plan = cold_plan(season.history(key), season.world.registry, round(now.timestamp() * 1000))
    ask = partial(registered_on, season.world.registry)
    season.beside = replace(season.beside, cold=facts_from(reported(season.world.events), plan, ask))
    return season


def fails_alone() -> Claim:
    return _measured([*["1"] * 60, "7", *["1"] * 43])


def passes() -> Claim:
    """Warm too, while it need not be cold yet."""
    return _measured(["9", "7", *["1"] * 102])


def unknown_alone() -> Claim:
    season = cooled()
    box = season.boxes()[0]
    season.world.report(reports.storing, at=_packed(season) + timedelta(days=4), items=[box], room=season.house)
    return measured(season, box).claim(key=box)


def _measured(celsius: Sequence[str]) -> Claim:
    """Asked for when the last was measured."""
    season = cooled()
    box = season.boxes()[0]
    now = _packed(season) + timedelta(hours=len(celsius))
    measure(season, celsius, at=_packed(season), site=season.house)
    return measured(season, box, now).claim(now, box)


def _packed(season: Season) -> datetime:
    return max(datetime.fromisoformat(event["eventTime"]) for event in season.world.events)
