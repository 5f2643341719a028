"""Growers paid less than the floor price; growers of whose pay nobody has said anything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from provenance.payments.records import PaidFor, Payments, Recorded, Reply
from provenance.registry.records import Beneficiary
from provenance.rules.claims import Claim
from tests.provenance.claimed import Season, good
from tests.provenance.paying import answer, payment, recorded


def paid(season: Season, yuan_per_kg: str, reply: Reply | None = None, **changed: Any) -> Season:
    """Both growers, for all that they brought."""
    records: list[Recorded] = []
    for n, (grower, lot, kg) in enumerate(zip(season.growers, season.lots[:2], (60, 40), strict=True)):
        deliveries = (PaidFor(lot, Decimal(kg)),)
        fields = {"payee": grower.id, "deliveries": deliveries} | changed
        records.append(recorded(payment(f"p{n}", str(Decimal(yuan_per_kg) * kg), **fields)))
        if reply:
            records.append(recorded(answer(f"a{n}", f"p{n}", reply), by=grower.id))
    season.beside = replace(season.beside, payments=Payments(tuple(records)))
    return season


def enrolled(season: Season, *growers: int, county: str = "141031") -> Season:
    for n in growers:
        party = season.growers[n].id
        season.world.register(Beneficiary(id=f"{party}/benefit", party=party, county_code=county, source="2026年名单"))
    return season


def fails_alone() -> Claim:
    return paid(good(floor_price_yuan=Decimal("4.50")), "4.00").claim()


def unknown_alone() -> Claim:
    return good(floor_price_yuan=Decimal("4.50")).claim()
