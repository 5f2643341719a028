"""A pooled lot that is recalled; a recall of some of a lot, nobody knows which."""

from provenance import reports
from provenance.rules.claims import Claim
from tests.provenance.claimed import good


def fails_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    season.world.report(reports.hold, lots=[season.lots[0]], reason="rotten", recall=True)
    return season.claim(key=box)


def unknown_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    season.world.report(some_recalled, lot=season.lots[0])
    return season.claim(key=box)


def some_recalled(*, lot: str, **said: object) -> reports.Json:
    body = reports.hold(lots=[lot], reason="one crate of it", recall=True, **said)  # type: ignore[arg-type]
    return {**body, "quantityList": [{"epcClass": lot, "quantity": 20, "uom": "KGM"}]}
