"""All that is derived follows a correction, and follows it back when the correction is itself taken back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from provenance.claims import Claim
from provenance.history import History
from provenance.reports import Json, correction
from simulator.world import World
from tests.provenance.claimed import Season, good


def _changed(body: Mapping[str, Any], **fields: Any) -> Json:
    """What should have been reported, under an id of its own."""
    return {**body, "eventID": f"{body['eventID']}-right", **fields}


def _kilograms(amounts: list[Json], kg: float) -> list[Json]:
    return [{**amount, "quantity": kg} for amount in amounts]


def _first(world: World, **fields: str) -> Json:
    return next(e for e in world.events if all(e.get(name, "").endswith(value) for name, value in fields.items()))


def _lighter(season: Season) -> tuple[Json, Json]:
    delivered = _first(season.world, bizStep="commissioning")
    return delivered, _changed(delivered, quantityList=_kilograms(delivered["quantityList"], 30))


def _from_elsewhere(season: Season) -> tuple[Json, Json]:
    delivered = _first(season.world, bizStep="commissioning")
    return delivered, _changed(delivered, readPoint={"id": "https://suyuan.example/plot/stranger"})


def _expired(season: Season) -> tuple[Json, Json]:
    issued = _first(season.world, bizStep="certifying")
    return issued, _changed(issued, **{"suyuan:validTo": "2026-02-01"})


def _less_pooled(season: Season) -> tuple[Json, Json]:
    pooled = _first(season.world, bizStep="pooling")
    return pooled, _changed(pooled, outputQuantityList=_kilograms(pooled["outputQuantityList"], 40))


@pytest.mark.parametrize("mistake", [_lighter, _from_elsewhere, _expired, _less_pooled])
def test_a_correction_changes_what_it_must_and_taking_it_back_restores_it_all(mistake: Any) -> None:
    season = good()
    box = season.boxes()[0]
    before = _derived(season, box)

    wrong, right = mistake(season)
    _declare(season.world, wrong, corrected_by=right["eventID"])
    season.world.events.append(right)
    corrected = _derived(season, box)
    assert corrected != before

    _declare(season.world, right)
    assert _derived(season, box) == before


def test_both_versions_are_shown_with_who_corrected_what_when_and_why() -> None:
    season = good()
    box = season.boxes()[0]
    wrong, right = _lighter(season)
    _declare(season.world, wrong, corrected_by=right["eventID"])
    season.world.events.append(right)
    steps = {step.event_id: step for step in season.history(box).steps}
    assert steps[wrong["eventID"]].standing == "corrected"
    assert steps[wrong["eventID"]].related_event_ids == (right["eventID"],)
    assert steps[right["eventID"]].standing == "in_force"
    assert right["eventID"] in {id_ for id_, step in steps.items() if wrong["eventID"] in step.related_event_ids}


def _declare(world: World, body: Json, corrected_by: str = "") -> None:
    world.now += timedelta(minutes=10)
    world.events.append(correction(body, at=world.now, corrective_event_ids=[corrected_by] if corrected_by else []))


def _derived(season: Season, box: str) -> tuple[object, ...]:
    """All that a reader is told of the goods but the reports themselves."""
    found: History = season.history(box)
    claimed: Claim = season.claim(key=box)
    return (
        found.kilograms,
        found.lost_kg,
        found.balances,
        tuple((share.lot, share.fraction, share.kilograms, share.grower, share.plot) for share in found.shares),
        tuple((gap.code, gap.key) for gap in found.gaps),
        tuple((c.id, c.valid_from, c.valid_to, c.scope) for c in found.certificates),
        claimed.verdict,
        tuple((result.rule, result.outcome, result.sentence_en) for result in claimed.results),
    )
