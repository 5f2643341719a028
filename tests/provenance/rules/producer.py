"""Fruit reported of one grower from another's plot; a plot whose grower nobody registered."""

from dataclasses import replace

from provenance.registry.records import Site
from provenance.rules.claims import Claim
from tests.provenance.claimed import good


def fails_alone() -> Claim:
    season = good()
    season.growers.append(replace(season.growers[0], id=season.growers[1].id))
    season.bring(10, 2)
    return season.claim()


def unknown_alone() -> Claim:
    season = good()
    plot = Site(
        id="https://suyuan.example/plot/p", kind="plot", party="urn:x:nobody", name_zh="园", county_code="141031"
    )
    season.world.register(plot)
    season.growers.append(replace(season.growers[0], id="urn:x:nobody", plot=plot.id))
    season.certify()
    season.bring(10, 2)
    return season.claim()
