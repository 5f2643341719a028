"""Which brand a code is claimed under, and the claim judged now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from provenance.access.authority import Principal
from provenance.access.readership import View, grower_name
from provenance.days import CHINA, day_at
from provenance.histories.history import History
from provenance.registry.records import Brand, Registry
from provenance.rules.beside import Beside
from provenance.rules.claims import Claim, claim
from provenance.weights import gtin_of
from services.traceability.histories.telling import view_of


@dataclass(frozen=True, slots=True)
class Judged:
    """The claim, and the registered net weight of one piece, None for goods sold by weight or not registered."""

    claim: Claim
    net_weight_kg: Decimal | None


def judge(
    history: History,
    brand_id: str,
    *,
    registry: Registry,
    now_ms: int,
    reader: Principal,
    beside: Beside,
    issued: bool = False,
    issued_ms: int = 0,
) -> Judged | str:
    """The claim of a back history as `reader` may read it, or the sentence that says under which brand there is none.

    The verdict is everybody's; only what growers are called depends on the reader. Labels bear the brand as it was on
    the day of `issued_ms`, 0 where they are not out: who owns it ends no claim by ending it since.
    """
    now = datetime.fromtimestamp(now_ms / 1000, CHINA)
    gtin = gtin_of(history.key)
    may_ask = partial(_may_ask, reader, history=history, registry=registry, today=now.date())
    brand = _brand(brand_id, gtin, registry, day_at(issued_ms or now_ms), may_ask=may_ask)
    if isinstance(brand, str):
        return brand
    product = registry.product(gtin, now.date()) if gtin else None
    name = partial(grower_name, reader, registry=registry, today=now.date())
    judged = claim(history, registry, brand, now, name, beside, issued=issued)
    return Judged(judged, product.net_weight_kg if product else None)


def _may_ask(reader: Principal, brand: Brand, *, history: History, registry: Registry, today: date) -> bool:
    """Whether under a brand that does not list the product: its office, and who takes part, have goods judged before
    they are packed. To others, one grower's delivery would tell who is a beneficiary (ADR 0090)."""
    return reader.party == brand.owner or any(
        view_of(reader, step, registry, today) is View.WHOLE for step in history.steps
    )


def _brand(
    brand_id: str, gtin: str | None, registry: Registry, on: date, *, may_ask: Callable[[Brand], bool]
) -> Brand | str:
    listing = registry.brands_of(gtin, on) if gtin else ()
    if brand_id:
        named = registry.brand(brand_id, on)
        if named is None:
            return f"brand: {brand_id} is not registered"
        return named if named in listing or may_ask(named) else f"brand: {brand_id} does not list this product"
    if len(listing) == 1:
        return listing[0]
    if listing:
        return f"brand: {', '.join(brand.id for brand in listing)} list this product; name one of them"
    return "no brand lists this product"
