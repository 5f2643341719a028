"""All that is derived follows a correction, and follows it back when the correction is itself taken back."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from provenance.registry.records import Logger, YieldStep
from provenance.reports import Json, correction
from provenance.rules.claims import Claim, claim
from provenance.weights import registered
from simulator.world import World
from tests.provenance.beside_of import beside_of
from tests.provenance.claimed import NOW, Season, good
from tests.provenance.reported import reports
from tests.provenance.rules.cold_chain import LOGGER


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


def _more_than_it_bears(season: Season) -> tuple[Json, Json]:
    delivered = _first(season.world, bizStep="commissioning")
    return delivered, _changed(delivered, quantityList=_kilograms(delivered["quantityList"], 90_000))


def _not_conforming(season: Season) -> tuple[Json, Json]:
    looked_at = _first(season.world, bizStep="inspecting")
    return looked_at, _changed(looked_at, disposition="non_conformant")


def _received_elsewhere(season: Season) -> tuple[Json, Json]:
    received = _first(season.world, bizStep="receiving")
    elsewhere = {"id": season.world.site("shop")}
    return received, _changed(received, readPoint=elsewhere, bizLocation=elsewhere)


def _too_warm(season: Season) -> tuple[Json, Json]:
    read = _first(season.world, bizStep="sensor_reporting")
    (element,) = read["sensorElementList"]
    (report,) = element["sensorReport"]
    warm = {**report, "meanValue": 19.0} if "meanValue" in report else {**report, "value": 19.0}
    return read, _changed(read, sensorElementList=[{**element, "sensorReport": [warm]}])


def whole() -> tuple[Season, str]:
    """A season with everything that can be derived in it, and one of its boxes."""
    season = good()
    cold = {"storage_min_c": Decimal(-1), "storage_max_c": Decimal(2), "cool_within_minutes": 0}
    season.standard(yields=(YieldStep(0, Decimal(5000)),), **cold)
    season.world.register(Logger(id=LOGGER, site=season.house, interval_seconds=3600))
    pooled = season.world.pool(season.lots, site=season.house)
    season.world.inspect([pooled], site=season.house)
    box = season.world.pack(pooled, 10, product=season.box, site=season.house, kg=50)[0]
    season.world.store([box], room=season.house)
    for _ in range(6):
        season.world.read(LOGGER, 1, site=season.house)
    shop = season.world.site("shop")
    season.world.send([box], to=shop)
    season.world.sell([box], site=shop)
    return season, box


MISTAKES = (
    _lighter,
    _from_elsewhere,
    _expired,
    _less_pooled,
    _more_than_it_bears,
    _not_conforming,
    _received_elsewhere,
    _too_warm,
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_all_that_is_derived_follows_a_chain_of_corrections_there_and_back(mistake: Any) -> None:
    """A report, its correction, a correction of that which says the first again; then both taken back, in turn."""
    season, box = whole()
    before = _derived(season, box)
    wrong, right = mistake(season)
    again = {**wrong, "eventID": f"{wrong['eventID']}-again"}

    _correct(season.world, wrong, right)
    corrected = _derived(season, box)
    assert corrected != before
    _correct(season.world, right, again)
    assert _derived(season, box) == before, "the same was said again"
    _declare(season.world, again)
    assert _derived(season, box) == corrected, "the correction counts again"
    _declare(season.world, right)
    assert _derived(season, box) == before, "and the first report again"
    assert _derived(season, box, shuffled=7) == before


def _correct(world: World, wrong: Json, right: Json) -> None:
    _declare(world, wrong, corrected_by=right["eventID"])
    world.events.append(right)


def test_both_versions_are_shown_with_who_corrected_what_when_and_why() -> None:
    season = good()
    box = season.boxes()[0]
    wrong, right = _lighter(season)
    _correct(season.world, wrong, right)
    steps = {step.event_id: step for step in season.history(box).steps}
    assert steps[wrong["eventID"]].standing == "corrected"
    assert steps[wrong["eventID"]].related_event_ids == (right["eventID"],)
    assert steps[right["eventID"]].standing == "in_force"
    assert right["eventID"] in {id_ for id_, step in steps.items() if wrong["eventID"] in step.related_event_ids}


def _declare(world: World, body: Json, corrected_by: str = "") -> None:
    world.now += timedelta(minutes=10)
    world.events.append(correction(body, at=world.now, corrective_event_ids=[corrected_by] if corrected_by else []))


def _derived(season: Season, box: str, *, shuffled: int = 0) -> str:
    """All that a reader is told of the goods but the reports themselves, whichever of its versions says it."""
    documents = reports(season.world.events)
    if shuffled:
        documents *= 2
        Random(shuffled).shuffle(documents)
    registry = season.world.registry
    found: History = build_from(documents, trace_back([box], net_weight=registered(registry)))
    beside = beside_of(found, documents, registry, NOW)
    claimed: Claim = claim(found, registry, season.brand, NOW, beside=beside)
    told = (
        found.kilograms,
        found.lost_kg,
        sorted(_without_ids(balance) for balance in found.balances),
        tuple((share.lot, share.fraction, share.kilograms, share.grower, share.plot) for share in found.shares),
        tuple((gap.code, gap.key) for gap in found.gaps),
        tuple((c.id, c.valid_from, c.valid_to, sorted(c.scope)) for c in found.certificates),
        found.shipments,
        claimed.verdict,
        tuple((result.rule, result.outcome, result.sentence_en) for result in claimed.results),
    )
    return _without_ids(told)


def _without_ids(told: object) -> str:
    """Versions have ids of their own, and a run without a name is called by what reports it."""
    return re.sub(r"-(right|again)\b|ni:///sha-256;\w+", "", repr(told))
