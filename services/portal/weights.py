"""Weights and amounts as a person reads them, to a tenth: ``5,055 kg`` in English, ``5055 公斤`` in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from services.portal.languages import Language
from services.portal.reporting.typed import plain
from services.portal.telling.histories import Amount

_KILOGRAMS: Mapping[str, Decimal] = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "TNE": Decimal(1000),
    "LBR": Decimal("0.45359237"),
}
_TENTH = Decimal("0.1")


def weight(kilograms: Decimal | str, language: Language) -> str:
    """Empty for an empty text: nobody knows."""
    if kilograms == "":
        return ""
    tenths = plain(Decimal(kilograms).quantize(_TENTH, ROUND_HALF_UP))
    if language.code == "zh":
        return f"{tenths} 公斤"
    return f"{Decimal(tenths):,f} kg"


def in_tenths(parts: Sequence[Decimal]) -> list[Decimal]:
    """Each to a tenth, so that they add up to their sum to a tenth: the largest remainders are rounded up."""
    lower = [part.quantize(_TENTH, ROUND_FLOOR) for part in parts]
    lacking = sum(parts, Decimal(0)).quantize(_TENTH, ROUND_HALF_UP) - sum(lower, Decimal(0))
    order = sorted(range(len(parts)), key=lambda at: (lower[at] - parts[at], at))
    raised = frozenset(order[: int(lacking / _TENTH)])
    return [part + _TENTH if at in raised else part for at, part in enumerate(lower)]


def amount(one: Amount, language: Language) -> str:
    """A weight as such, another amount with its unit; empty where the report gives none."""
    if not one.quantity:
        return ""
    if one.uom in _KILOGRAMS:
        return weight(Decimal(one.quantity) * _KILOGRAMS[one.uom], language)
    return f"{plain(Decimal(one.quantity))} {one.uom}".strip()


def together(amounts: Iterable[Amount], language: Language) -> str:
    """Of what was weighed; empty where nothing was."""
    weighed = [Decimal(one.quantity) * _KILOGRAMS[one.uom] for one in amounts if one.quantity and one.uom in _KILOGRAMS]
    return weight(sum(weighed, Decimal(0)), language) if weighed else ""
