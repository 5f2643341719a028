"""More boxes than their lot can fill; so many reports of boxes that the store did not give them all."""

from dataclasses import replace

from provenance.graph.gaps import too_many_boxes
from provenance.rules.claims import Claim, claim
from tests.provenance.claimed import NOW, good


def fails_alone() -> Claim:
    season = good()
    lot = season.world.pool(season.lots, site=season.house)
    for _ in range(2):
        season.world.pack(lot, 12, product=season.box, site=season.house, kg=60)
    return season.claim(key=lot)


def unknown_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    history = season.history(box)
    unchecked = replace(history, gaps=(*history.gaps, too_many_boxes(box)))
    return claim(unchecked, season.world.registry, season.brand, NOW, beside=season.beside)
