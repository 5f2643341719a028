"""Fruit with too little sugar; fruit that nobody tested."""

from decimal import Decimal

from provenance.registry.records import QualityLimit
from provenance.reports import Measurement
from provenance.rules.claims import Claim
from tests.provenance.claimed import Season, good

LIMITS = (QualityLimit("soluble solids", "P1", Decimal("12.5"), Decimal(14), "rules of the mark"),)


def asked_for(**fields: object) -> Season:
    season = good()
    season.standard(limits=LIMITS, **fields)
    return season


def fails_alone() -> Claim:
    season = asked_for()
    for lot, solids in zip(season.lots, ("13.1", "11.2"), strict=True):
        season.world.inspect([lot], site=season.station, measurements=[solids_of(solids)])
    return season.claim()


def unknown_alone() -> Claim:
    return asked_for().claim()


def solids_of(per_cent: str) -> Measurement:
    return Measurement("Dimensionless", Decimal(per_cent), "P1", "soluble solids")
