"""Pears picked before they are ripe; a season that has a beginning and no end."""

from provenance.rules.claims import Claim
from tests.provenance.claimed import good


def fails_alone() -> Claim:
    season = good()
    season.standard(season_from="09-20", season_to="10-15")
    return season.claim()


def unknown_alone() -> Claim:
    season = good()
    season.standard(season_from="08-20")
    return season.claim()
