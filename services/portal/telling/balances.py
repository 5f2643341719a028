"""What the portal reads of a balance sheet, field for field as `traceability` answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.telling.histories import Place, ProductName


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """`kind` is run, lot, site, lineage or plot, `state` kept, breached, provisional or unknown. Kilograms are decimal
    texts, empty where not known."""

    kind: str
    key: str
    state: str = ""
    site: str = ""
    there_kg: str = ""
    went_kg: str = ""
    lost_kg: str = ""
    left_kg: str = ""
    counted_kg: str = ""
    excess_kg: str = ""
    tolerance: str = ""
    product: str = ""
    event_ids: tuple[str, ...] = ()
    since_ms: int = 0
    provisional_until_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSheet:
    """`withheld` balances are of reports that the caller may not read."""

    key: str
    balances: tuple[Balance, ...] = ()
    withheld: int = 0
    places: Mapping[str, Place] = field(default_factory=dict)
    products: Mapping[str, ProductName] = field(default_factory=dict)
