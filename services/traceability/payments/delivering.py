"""Payments beside the deliveries they are for: what is in doubt of them, and what of a grower's deliveries is paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial

from epcis.events import picked_on
from provenance.access.authority import Principal
from provenance.access.declaring import may_declare
from provenance.access.readership import View
from provenance.access.readership import readable as readable_event
from provenance.payments.considering import considered
from provenance.payments.deliveries import Brought, read_deliveries
from provenance.payments.doubts import Doubt, Known, doubts
from provenance.payments.paid_price import accounts_of
from provenance.payments.records import Payment, Recorded, about
from provenance.payments.standing import Standing
from provenance.registry.records import Registry
from provenance.rules.case import grower_of
from provenance.weights import registered
from services.traceability.histories.building import build, in_turn
from services.traceability.payments.paying import payments_about, readable
from services.traceability.ports import EventStore, PaymentStore
from wire.errors import Rejected

MOST_LOOKED_AT = 500
"""Payments of a list of which it is said what is in doubt: the latest."""
MOST_DELIVERIES = 100
MOST_PAID_FOR = 10_000
"""Deliveries that the payments of one call name: 500 that name 20 each, or 50 of the largest."""


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery, the net yuan paid for it, and its kilograms that no settlement is for; None where not weighed."""

    brought: Brought
    paid_yuan: Fraction
    unpaid_kg: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """As one reader may see it on a day. What he may not read, he is told nothing about: not that it is missing."""

    events: EventStore
    payments: PaymentStore
    registry: Registry
    reader: Principal
    today: date

    async def doubts_of(self, shown: Sequence[Standing]) -> Mapping[str, tuple[Doubt, ...]]:
        """By id of the payment."""
        latest = [one for one in shown if one.in_force][:MOST_LOOKED_AT]
        known = await self._known({each.key for one in latest for each in one.payment.deliveries})
        return await in_turn(
            partial(doubts, latest, known, self.reader.party), _work([one.payment for one in latest], known)
        )

    async def considered(self, given: Sequence[Recorded]) -> tuple[tuple[Doubt, ...], ...]:
        """What would be in doubt, were these recorded now."""
        paid = [one.said for one in given if isinstance(one.said, Payment)]
        if sum(len(one.deliveries) for one in paid) > MOST_PAID_FOR:
            raise Rejected(
                f"records: they name more than {MOST_PAID_FOR:,} deliveries in all; ask about fewer at a time"
            )
        known = await self._known({each.key for one in paid for each in one.deliveries})
        others = {key for one in known.delivered for key in one.keys}
        ids = {id_ for one in given for id_ in (one.said.id, about(one.said)) if id_}
        payees = {one.payee for one in paid if not one.deliveries}
        found = await payments_about(known.keys | others | ids | payees, self.payments)
        shown = {one.payment.id for one in await readable(found, self.reader, self.registry, self.today)}
        stored = [one for one in found.recorded if {one.said.id, about(one.said)} & shown or one.said.id in ids]
        judging = partial(considered, given, stored, known, self.registry)
        return await in_turn(
            judging, _work((*paid, *(one.said for one in stored if isinstance(one.said, Payment))), known)
        )

    async def deliveries(self, grower: str) -> tuple[Told, ...]:
        """Of this year and the last, the latest first."""
        found = await payments_about({grower}, self.payments)
        shown = await readable(found, self.reader, self.registry, self.today)
        paid_for = {each.key for one in shown if one.payment.payee == grower for each in one.payment.deliveries}
        brought = await self._brought_of(grower, paid_for)
        work = len(brought) + sum(len(one.payment.deliveries) + MOST_DELIVERIES for one in shown)
        return await in_turn(partial(self._told, grower, brought, shown), work)

    def _told(self, grower: str, brought: Iterable[Brought], shown: Sequence[Standing]) -> tuple[Told, ...]:
        own = (one for one in brought if self._is_of(one, grower))
        latest = sorted(own, key=lambda one: (one.event.time_ms, one.event.event_id), reverse=True)[:MOST_DELIVERIES]
        delivered = [one.delivered(self.registry) for one in latest]
        return tuple(
            Told(one, account.yuan - account.disputed, _unpaid(one, account.kilograms["settlement"]))
            for one, account in zip(latest, accounts_of(delivered, shown), strict=True)
        )

    async def _brought_of(self, grower: str, paid_for: set[str]) -> tuple[Brought, ...]:
        """Anybody may record a payment to a grower for lots that are too much to be read: his own plots are told."""
        plots = self._plots(grower)
        try:
            return await self._brought(paid_for | plots)
        except Rejected:
            return await self._brought(plots)

    def _plots(self, grower: str) -> set[str]:
        """The keys under which all is found that was picked on plots of the grower."""
        years = (self.today.year - 1, self.today.year)
        plots = {site.id for site in self.registry.sites_of(grower, self.today) if site.kind == "plot"}
        return {picked_on(plot, str(year)) for plot in plots for year in years}

    def _is_of(self, one: Brought, grower: str) -> bool:
        return grower_of(one.pick, self.registry) == grower and self._may_read(one)

    async def _known(self, keys: Collection[str]) -> Known:
        """The deliveries behind these keys. Of a key under which there is one that he may not read, nothing."""
        try:
            brought = await self._brought(keys)
        except Rejected:  # too much to be read: then nothing is known of any
            return Known((), frozenset())
        hidden = {key for one in brought if not self._may_read(one) for key in _keys_of(one)}
        seen = [one for one in brought if hidden.isdisjoint(_keys_of(one))]
        return Known([one.delivered(self.registry) for one in seen], frozenset(keys) - hidden)

    async def _brought(self, keys: Collection[str]) -> tuple[Brought, ...]:
        declaring = partial(may_declare, self.registry)
        reading = read_deliveries(keys, may_declare=declaring, net_weight=registered(self.registry))
        return await build(reading, self.events.gathered, {})

    def _may_read(self, one: Brought) -> bool:
        """The grower's card reads no reports, but is told of this grower's own deliveries."""
        if self.reader.party and grower_of(one.pick, self.registry) == self.reader.party:
            return True
        view = readable_event(
            self.reader, one.event, capturer=one.reporter, registry=self.registry, on=one.day, today=self.today
        )
        return view is View.WHOLE


def _work(paid: Iterable[Payment], known: Known) -> int:
    """Events, deliveries named and deliveries known: what judging payments takes."""
    return sum(len(one.deliveries) + len(known.delivered) for one in paid)


def _keys_of(one: Brought) -> Iterable[str]:
    return (one.event.event_id, *one.former, *(item.key for item in one.event.objects))


def _unpaid(one: Brought, settled: Fraction) -> Fraction | None:
    kg = one.pick.kilograms
    return None if kg is None else max(Fraction(0), kg - settled)
