"""Numbers that no report can mean: masses no scale weighs, counts nobody counted, heat no sensor beside fruit survives.

The door refuses them by name. What was recorded before is told as it is (`quantities.plain_text`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from epcis.events import Event
from epcis.problems import Problem
from provenance.cold_chain.temperatures import HOTTEST, values_of
from provenance.quantities import MOST_KG, MOST_PIECES, is_too_much

_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def extremes(event: Event) -> Iterator[Problem]:
    """An error for each, at the field that says it."""
    for name in _LISTS:
        for i, element in enumerate(event.body.get(name, ())):
            amount, uom = element.get("quantity"), element.get("uom")
            if amount is not None and is_too_much(Decimal(str(amount)), uom):
                message = f"{amount} {uom or 'pieces'}: one report can mean {MOST_KG:,} kg or {MOST_PIECES:,} pieces"
                yield Problem(f"/{name}/{i}/quantity", "too-much", f"{message} at most")
    for pointer, celsius in values_of(event):
        if abs(celsius) > HOTTEST:
            message = f"no sensor measures more than {int(HOTTEST):,} °C beside fruit; check the number and its unit"
            yield Problem(pointer, "no-temperature", message)
