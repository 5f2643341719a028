"""Boxes that were shipped to a shop and never received; boxes shipped without saying to whom."""

from datetime import timedelta

from provenance import reports
from provenance.rules.claims import Claim
from tests.provenance.claimed import good


def fails_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    shop = season.world.site("shop")
    season.world.ship([box], to=shop)
    return season.claim(season.world.now + timedelta(days=30), box)


def unknown_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    season.world.report(reports.shipment, items=[box], from_site=season.house)
    return season.claim(season.world.now + timedelta(days=30), box)
