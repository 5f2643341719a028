"""Who may read what: one table of roles for events; what the public sees of one is listed in `public_view`.

Of registry records, names and telephone numbers are for those who keep the registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import Enum

from epcis.events import Event
from provenance.access.acting import parties_of
from provenance.access.authority import Principal, mandated
from provenance.payments.records import Payment
from provenance.registry.records import Beneficiary, Mandate, Party, Proposal, Record, Registry, Site, Subscription
from provenance.weights import gtin_of


class View(Enum):
    """How much of an event somebody sees."""

    PUBLIC = "its public fields"
    WHOLE = "all of it"


class Rights(Enum):
    """Of which events a role sees the whole."""

    NONE = "none"
    OWN = "its own events and hand-overs, and those of parties that let it read"
    ALL = "all"


MAY_READ: Mapping[str, Rights] = {
    "grower": Rights.OWN,
    "station": Rights.OWN,
    "packer": Rights.OWN,
    "carrier": Rights.OWN,
    "shop": Rights.OWN,
    "inspector": Rights.ALL,
    "laboratory": Rights.OWN,
    "regulator": Rights.ALL,
    "importer": Rights.OWN,
    "operator": Rights.ALL,
    "brand_office": Rights.OWN,
    "registrar": Rights.NONE,
    "cardholder": Rights.NONE,
    "public": Rights.NONE,
}

MAY_COUNT_HOLDERS: Mapping[str, Rights] = {"registrar": Rights.ALL, "brand_office": Rights.OWN}
"""Who, taking no part, is told how many hold goods and how much: of all goods, or of those of its own brand."""

MAY_NAME_HOLDERS: Mapping[str, Rights] = {"brand_office": Rights.OWN}
"""Who, taking no part, is told who holds goods: the office of their brand, which has to call them back."""


class PaymentRights(Enum):
    """Which payments a role reads."""

    NONE = "none"
    OWN = "those it paid, was paid or recorded"
    BRAND = "its own, and those for goods of its brand"
    COUNTY = "its own, and those to payees of its county"
    ALL = "all"


MAY_READ_PAYMENTS: Mapping[str, PaymentRights] = {
    "grower": PaymentRights.OWN,
    "cardholder": PaymentRights.OWN,
    "station": PaymentRights.OWN,
    "packer": PaymentRights.OWN,
    "carrier": PaymentRights.NONE,
    "shop": PaymentRights.OWN,
    "inspector": PaymentRights.NONE,
    "laboratory": PaymentRights.NONE,
    "regulator": PaymentRights.ALL,
    "importer": PaymentRights.OWN,
    "operator": PaymentRights.ALL,
    "brand_office": PaymentRights.BRAND,
    "registrar": PaymentRights.COUNTY,
    "public": PaymentRights.NONE,
}

REGISTRY_KEEPERS = frozenset({"registrar", "operator"})
MANDATE_READERS = frozenset({"inspector", "regulator", "brand_office"})
PROPOSAL_READERS = frozenset({"regulator", "brand_office"})
BENEFICIARY_READERS = frozenset({"regulator"})
_READ = frozenset({"read"})
_READ_OR_REPORT = frozenset({"read", "report"})


def readable(principal: Principal, event: Event, *, capturer: str, registry: Registry, on: date, today: date) -> View:
    """How much this caller sees on day `today` of an event that happened on day `on`, reported by `capturer`."""
    rights = {MAY_READ[role] for role in principal.roles if role in MAY_READ}
    if Rights.ALL in rights:
        return View.WHOLE
    if Rights.OWN in rights and principal.party:
        concerned = parties_of(event, registry, on) | {capturer}
        if principal.party in concerned or _lets_read(concerned, principal.party, event, registry, today):
            return View.WHOLE
    return View.PUBLIC


def _lets_read(concerned: frozenset[str], reader: str, event: Event, registry: Registry, today: date) -> bool:
    """Whether a party it concerns gave a mandate to read, for all its sites or for one that the event names."""
    places = event.places or ("",)
    return any(mandated(party, reader, _READ, place, registry, today) for party in concerned for place in places)


def may_count_holders(reader: Principal, keys: Iterable[str], *, registry: Registry, today: date) -> bool:
    """Whether a reader who takes no part in the goods of these keys is told how many hold them, and how much."""
    return _may_know(MAY_COUNT_HOLDERS, reader, keys, registry, today)


def may_name_holders(reader: Principal, keys: Iterable[str], *, registry: Registry, today: date) -> bool:
    """Whether a reader who takes no part in the goods of these keys is told who holds them."""
    return _may_know(MAY_NAME_HOLDERS, reader, keys, registry, today)


def _may_know(
    rows: Mapping[str, Rights], reader: Principal, keys: Iterable[str], registry: Registry, today: date
) -> bool:
    rights = {rows[role] for role in reader.roles if role in rows}
    products = {gtin for key in keys if (gtin := gtin_of(key))} if Rights.OWN in rights and reader.party else ()
    owners = {brand.owner for gtin in products for brand in registry.brands_of(gtin, today)}
    return Rights.ALL in rights or reader.party in owners


def may_read_payment(reader: Principal, payment: Payment, *, capturer: str, registry: Registry, today: date) -> bool:
    """Whether this caller may see a payment, its answer and its reasons."""
    rights = {MAY_READ_PAYMENTS[role] for role in reader.roles if role in MAY_READ_PAYMENTS} - {PaymentRights.NONE}
    if PaymentRights.ALL in rights:
        return True
    if not rights or not reader.party:
        return False
    if reader.party in (payment.payer, payment.payee, capturer):
        return True
    if PaymentRights.BRAND in rights and _of_own_brand(reader.party, payment, registry, today):
        return True
    return PaymentRights.COUNTY in rights and _same_county(reader.party, payment.payee, registry, today)


def _of_own_brand(owner: str, payment: Payment, registry: Registry, today: date) -> bool:
    products = {gtin for each in payment.deliveries if (gtin := gtin_of(each.key))}
    return any(brand.owner == owner for gtin in products for brand in registry.brands_of(gtin, today))


def _same_county(one: str, other: str, registry: Registry, today: date) -> bool:
    counties = {party.county_code if (party := registry.party(id_, today)) else "" for id_ in (one, other)}
    return len(counties) == 1 and "" not in counties


def grower_name(reader: Principal, grower: Party, *, registry: Registry, today: date) -> str:
    """What `reader` may call a grower beside the code: its own name in the registry; "" where the code must do.

    For those who may read every event, the grower itself, and whom it lets report or read for it.
    """
    reads_all = any(MAY_READ.get(role) is Rights.ALL for role in reader.roles) or reader.roles & REGISTRY_KEEPERS
    trusted = reader.party == grower.id or mandated(grower.id, reader.party, _READ_OR_REPORT, "", registry, today)
    return grower.name_zh if reads_all or (reader.party and trusted) else ""


def record_view(principal: Principal, record: Record) -> Record | None:
    """The record as this caller may see it: a party without its personal part, a mandate by its two sides; else None.

    Who is a beneficiary, the household itself sees and the regulator; where a platform is told, the platform. Those
    who keep the registry see everything; every other kind of record is public.
    """
    if principal.roles & REGISTRY_KEEPERS:
        return record
    if isinstance(record, Mandate):
        named = principal.party in (record.from_party, record.to_party)
        return record if named or principal.roles & MANDATE_READERS else None
    if isinstance(record, Proposal):
        return _proposal_view(principal, record)
    if isinstance(record, Beneficiary):
        itself = bool(principal.party) and principal.party == record.party
        return record if itself or principal.roles & BENEFICIARY_READERS else None
    if isinstance(record, Subscription) and principal.party != record.party:
        return None
    if isinstance(record, Party) and record.id != principal.party:
        return replace(record, personal_name="", phone="")
    return record


def _proposal_view(principal: Principal, proposal: Proposal) -> Proposal | None:
    """For who proposed it, whom it concerns and who decides; a beneficiary's for as few as may see beneficiaries."""
    if principal.party and principal.party == proposal.proposed_by:
        return proposal
    concerned = bool(principal.party) and principal.party in concerned_by(proposal.proposed)
    seen = record_view(principal, proposal.proposed)
    decides = bool(principal.roles & PROPOSAL_READERS)
    return replace(proposal, proposed=seen) if seen is not None and (concerned or decides) else None


def concerned_by(record: Record) -> frozenset[str]:
    """The parties whose affair a record is: they do not approve it for themselves."""
    match record:
        case Party():
            return frozenset({record.id})
        case Mandate():
            return frozenset({record.from_party, record.to_party})
        case Site() | Beneficiary():
            return frozenset({record.party})
    return frozenset()
