"""Picked three days after a spray that needs fourteen; picked after a spray nobody named."""

from datetime import datetime

from provenance import reports
from provenance.registry.records import PreHarvestInterval
from provenance.rules.claims import Claim
from simulator.world import CHINA
from tests.provenance.claimed import Season, good

INPUT_LOT = "https://id.gs1.org/01/09520001009990/10/SPRAY1"
SPRAYED = datetime(2026, 9, 7, 18, 0, tzinfo=CHINA)


def asked_for() -> Season:
    season = good()
    season.standard(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    return season


def fails_alone() -> Claim:
    season = asked_for()
    plot = season.growers[0].plot
    season.world.report(reports.farm_input, at=SPRAYED, plot=plot, substance="Imidacloprid")
    return season.claim()


def unknown_alone() -> Claim:
    season = asked_for()
    plot = season.growers[0].plot
    season.world.report(reports.farm_input, at=SPRAYED, plot=plot, input_lot="https://example.org/lot/white-powder")
    return season.claim()
