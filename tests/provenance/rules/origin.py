"""Fruit said to be of another county than its plot's record; a delivery that its grower says was not so."""

from provenance import reports
from provenance.rules.claims import Claim
from tests.provenance.claimed import good


def fails_alone() -> Claim:
    season = good()
    season.bring(10, 0, county_code="430426")
    return season.claim()


def unknown_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    delivery = next(event for event in season.world.events if event.get("readPoint") == {"id": season.growers[0].plot})
    season.object_to(reports.correction(delivery, at=season.world.now))
    return season.claim(key=box)
