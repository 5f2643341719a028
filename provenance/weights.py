"""What one piece of a thing weighs, and what an amount of it weighs.

The product's registered net weight, else what the report that made it says (`netWeight` in its ILMD), else nobody
knows: nobody makes more boxes out of less fruit by writing a smaller number on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from epcis.events import Event, Item
from provenance.days import china_day
from provenance.quantities import COUNTS, LEAST_KG, MOST_KG, kilograms
from provenance.registry.records import Registry

NetWeight: TypeAlias = Callable[[str, int], Decimal | None]
"""Registered net weight in kilograms of one piece of what has this key, at a time in milliseconds."""

_NAMES = frozenset({"netweight", "netweightkg", "net_weight", "net_weight_kg", "netcontent"})
_VALUES = frozenset({"value", "quantity", "amount"})
_UNITS = frozenset({"unit", "uom", "unitcode", "measurementunitcode"})


def nothing_registered(_key: str, _time_ms: int) -> Decimal | None:
    return None


def registered(registry: Registry) -> NetWeight:
    """Net weights from the registry, by the GTIN in the key."""

    def net_weight(key: str, time_ms: int) -> Decimal | None:
        gtin = gtin_of(key)
        product = registry.product(gtin, china_day(time_ms)) if gtin else None
        return product.net_weight_kg if product else None

    return net_weight


def gtin_of(key: str) -> str | None:
    """The canonical Digital Link of the product a lot or item is of; None where the key is not of a GTIN."""
    head, mark, rest = key.partition("/01/")
    return f"{head}{mark}{rest.split('/', 1)[0]}" if mark else None


def piece_kg(key: str, made_by: Iterable[Event], net_weight: NetWeight, time_ms: int) -> Decimal | None:
    known = net_weight(key, time_ms)
    said = (stated_net_weight(event) for event in made_by)
    return known if known is not None else next((kg for kg in said if kg is not None), None)


def weigh(item: Item, piece: Decimal | Fraction | None) -> Fraction | None:
    """Kilograms of the amount an event names; one piece, where it is one thing."""
    quantity = item.quantity if item.of_class else _ONE
    if type(piece) is not Fraction:  # `isinstance` of what is an abstract number costs as much as all of this
        return _exact(quantity, item.uom, piece)
    exact = _exact(quantity, item.uom, _ONE)
    return exact * piece if exact is not None and item.uom in COUNTS else exact


_ONE = Decimal(1)


@lru_cache(maxsize=1 << 14)
def _exact(quantity: Decimal | None, uom: str | None, piece: Decimal | None) -> Fraction | None:
    """Remembered, because a judgement weighs each amount a dozen times."""
    kg = kilograms(quantity, uom, piece)
    return None if kg is None else Fraction(*kg.as_integer_ratio())  # in a third of the time of Fraction(kg)


def stated_net_weight(event: Event) -> Decimal | None:
    """Net weight of one piece in an event's ILMD, whatever vocabulary it is written in; None where there is none."""
    ilmd = event.body.get("ilmd")
    if not isinstance(ilmd, Mapping):
        return None
    said = (_mass(name, value) for name, value in ilmd.items() if _local(name) in _NAMES)
    return next((kg for kg in said if kg is not None), None)


def _mass(name: str, value: Any) -> Decimal | None:
    unit = "KGM"
    if isinstance(value, Mapping):
        parts = {_local(key): part for key, part in value.items()}
        unit = next((str(part) for key, part in parts.items() if key in _UNITS), unit)
        value = next((part for key, part in parts.items() if key in _VALUES), None)
    words = str(value).split()
    if len(words) == 2:
        unit = words[1]
    try:
        kg = kilograms(Decimal(words[0]), "KGM" if unit.lower() == "kg" else unit.upper()) if words else None
    except ArithmeticError:
        return None
    return kg if kg is not None and kg.is_finite() and LEAST_KG <= kg <= MOST_KG else None


def _local(name: str) -> str:
    """The name without its prefix or namespace, in lower case."""
    return name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].rsplit("#", 1)[-1].lower()
