"""Answers `records.Registry` from versions: of a day the highest version that is valid on it and was not ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar, cast

from provenance.access.readership import concerned_by
from provenance.registry.ground import cells, cells_to_search
from provenance.registry.records import (
    PENDING,
    Accreditation,
    Beneficiary,
    Brand,
    Channel,
    County,
    LessonCompleted,
    Logger,
    Mandate,
    Party,
    Product,
    ProductionStandard,
    Proposal,
    Record,
    Site,
    Subscription,
)
from provenance.registry.values import KIND_OF

SUBSCRIBED = "subscribed"
"""What all subscriptions are linked to: there are as many as platforms."""

Versions = tuple[Record, ...]
AnyRecord = TypeVar("AnyRecord", bound=Record)


def targets_of(record: Record) -> frozenset[str]:
    """The ids a record is looked up by, beside its own."""
    match record:
        case Brand():
            return record.gtins | {record.county_code}
        case Product():
            return record.made_of
        case Mandate():
            return frozenset({record.from_party})
        case Channel():
            platform = {platform_of(record.platform)} if record.platform else set()
            return frozenset({record.party, record.brand} - {""}) | platform
        case Accreditation() | Beneficiary():
            return frozenset({record.party})
        case Subscription():
            return frozenset({record.party, SUBSCRIBED})
        case Logger():
            return frozenset({record.site})
        case Site():
            return frozenset({record.party}) | ground_of(record)
        case Proposal():
            return proposal_targets(record)
    return frozenset()


def ground_of(site: Site) -> frozenset[str]:
    """What a plot's ground is found by."""
    return cells(site) | _names_of_ground(site)


def ground_searched(site: Site) -> frozenset[str]:
    """What every plot is found by that may be the same ground as this one."""
    return cells_to_search(site) | _names_of_ground(site)


def _names_of_ground(site: Site) -> frozenset[str]:
    parcel = {f"parcel:{site.parcel_code}"} if site.parcel_code else set()
    area = None if site.kind != "plot" or site.area_mu is None else format(site.area_mu.normalize(), "f")
    return frozenset(parcel if area is None else parcel | {f"alike:{area}:{site.party}"})


def proposal_targets(proposal: Proposal) -> frozenset[str]:
    """The record it would change; while it is pending the lists of those that wait, and the ground it would take."""
    proposed = proposal.proposed
    about = proposal_about(KIND_OF[type(proposed)], proposed.id)
    if proposal.state != PENDING:
        return frozenset({about})
    parties = {pending_of(party) for party in (proposal.proposed_by, *concerned_by(proposed))}
    county = pending_in(getattr(proposed, "county_code", ""))
    ground = ground_of(proposed) if isinstance(proposed, Site) else frozenset()
    return frozenset({about, PENDING, county}) | parties | ground


def pending_of(party: str) -> str:
    """What the pending proposals are linked to that a party made or that concern it."""
    return f"{PENDING}:of:{party}"


def pending_in(county: str) -> str:
    """And those of a county; "" those that say none."""
    return f"{PENDING}:in:{county}"


def proposal_about(kind: str, id: str) -> str:
    """What the proposals that concern one record are linked to."""
    return f"about:{kind}:{id}"


def platform_of(party: str) -> str:
    """What the channels on a party's platform are linked to: being sold on it is not to trade in it."""
    return f"platform:{party}"


def valid_on(versions: Sequence[Record], on: date) -> Record | None:
    """The highest version valid on a day, unless one above it has ended it (docs/adr/0116). They come highest first."""
    ended = date.min
    for record in versions:
        if record.valid_from <= on:
            if not ended_by(record, on):
                return record if ended <= record.valid_from else None
            ended = max(ended, record.valid_to or date.max)
    return None


def ended_by(record: Record, on: date) -> bool:
    return record.valid_to is not None and record.valid_to <= on


class RegistryReading:
    """The `Registry` port over two functions: all versions of (kind, id), and the ids of a kind linked to a target."""

    def __init__(self, versions: Callable[[str, str], Versions], linked: Callable[[str, str], tuple[str, ...]]) -> None:
        self._versions = versions
        self._linked = linked

    def party(self, id: str, on: date) -> Party | None:
        return self._one(Party, id, on)

    def site(self, id: str, on: date) -> Site | None:
        return self._one(Site, id, on)

    def sites_of(self, party: str, on: date) -> tuple[Site, ...]:
        return self._linked_to(Site, party, on)

    def sites_near(self, site: Site, on: date) -> tuple[Site, ...]:
        found = {near.id: near for target in ground_searched(site) for near in self._linked_to(Site, target, on)}
        return tuple(found.values())

    def proposal(self, id: str, on: date) -> Proposal | None:
        return self._one(Proposal, id, on)

    def logger(self, id: str, on: date) -> Logger | None:
        return self._one(Logger, id, on)

    def loggers_at(self, asset: str, on: date) -> tuple[Logger, ...]:
        return self._linked_to(Logger, asset, on)

    def product(self, id: str, on: date) -> Product | None:
        return self._one(Product, id, on)

    def production_standard(self, id: str, on: date) -> ProductionStandard | None:
        return self._one(ProductionStandard, id, on)

    def county(self, id: str, on: date) -> County | None:
        return self._one(County, id, on)

    def brand(self, id: str, on: date) -> Brand | None:
        return self._one(Brand, id, on)

    def channel(self, id: str, on: date) -> Channel | None:
        return self._one(Channel, id, on)

    def channels_of(self, party: str, on: date) -> tuple[Channel, ...]:
        return self._linked_to(Channel, party, on)

    def channels_on(self, platform: str, on: date) -> tuple[Channel, ...]:
        """Those of shops on this party's platform."""
        return self._linked_to(Channel, platform_of(platform), on)

    def subscriptions(self, on: date) -> tuple[Subscription, ...]:
        return self._linked_to(Subscription, SUBSCRIBED, on)

    def subscription(self, id: str, on: date) -> Subscription | None:
        return self._one(Subscription, id, on)

    def channels_for(self, brand: str, on: date) -> tuple[Channel, ...]:
        return self._linked_to(Channel, brand, on)

    def lesson_completed(self, id: str, on: date) -> LessonCompleted | None:
        return self._one(LessonCompleted, id, on)

    def brands_of(self, gtin: str, on: date) -> tuple[Brand, ...]:
        return self._linked_to(Brand, gtin, on)

    def brands_in(self, county_code: str, on: date) -> tuple[Brand, ...]:
        return self._linked_to(Brand, county_code, on)

    def products_of(self, fruit: str, on: date) -> tuple[Product, ...]:
        return self._linked_to(Product, fruit, on)

    def mandates(self, from_party: str, on: date) -> tuple[Mandate, ...]:
        return self._linked_to(Mandate, from_party, on)

    def accreditations(self, party: str, on: date) -> tuple[Accreditation, ...]:
        return self._linked_to(Accreditation, party, on)

    def beneficiary(self, party: str, on: date) -> Beneficiary | None:
        return next(iter(self._linked_to(Beneficiary, party, on)), None)

    def _one(self, kind: type[AnyRecord], id: str, on: date) -> AnyRecord | None:
        return cast("AnyRecord | None", valid_on(self._versions(KIND_OF[kind], id), on))

    def _linked_to(self, kind: type[AnyRecord], target: str, on: date) -> tuple[AnyRecord, ...]:
        """A link of an older version does not count: the record of the day must name the target itself."""
        records = (self._one(kind, id, on) for id in self._linked(KIND_OF[kind], target))
        return tuple(record for record in records if record is not None and target in targets_of(record))
