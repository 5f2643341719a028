"""Payments as one reader may see them, and what the growers of some goods were paid for a kilogram.

Twenty thousand payments may name one thing: what is made of many is made in a thread (`building.in_turn`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from provenance.access.authority import Principal
from provenance.access.readership import may_read_payment
from provenance.histories.history import History
from provenance.histories.picked import picks_of
from provenance.payments.goods import delivered_by, former_ids
from provenance.payments.paid_price import Paid, paid
from provenance.payments.records import Payments, Recorded, about
from provenance.payments.standing import Standing, standings_by
from provenance.registry.records import Registry
from services.traceability.histories.building import in_turn
from services.traceability.ports import PaymentStore, StoredPayment
from services.traceability.store.payment_documents import recorded

MOST_CORRECTIONS = 10
"""Of corrections of corrections. Each is one more question to the store, and anybody who pays may chain thousands."""


async def payments_about(keys: Collection[str], store: PaymentStore) -> Payments:
    """Every record that names any of these, every record about those, and so on until there is nothing new, or more
    was corrected again than is followed: there a payment is as its first corrections leave it."""
    found: dict[str, Recorded] = {}
    asked, wanted = frozenset[str](), frozenset(keys)
    for _ in range(1 + MOST_CORRECTIONS):
        if not wanted:
            break
        named = [one for one in await store.naming(wanted) if one.record_id not in found]
        new = await in_turn(partial(_said_by, named), len(named))
        found |= {one.record_id: one for one in new}
        asked |= wanted
        wanted = frozenset(id_ for one in new for id_ in (one.said.id, about(one.said)) if id_) - asked
    return Payments(tuple(found.values()))


def _said_by(named: Sequence[StoredPayment]) -> list[Recorded]:
    return [recorded(one) for one in named]


async def payments_for(history: History, store: PaymentStore) -> Payments:
    """Of the deliveries a back history begins with."""
    picks, former = [pick for pick, _ in picks_of(history)], former_ids(history)
    lots = {item.key for pick in picks for item in pick.event.objects}
    ids = {pick.event.event_id for pick in picks}
    return await payments_about(lots.union(ids, *(former.get(id_, ()) for id_ in ids)), store)


async def readable(found: Payments, reader: Principal, registry: Registry, today: date) -> tuple[Standing, ...]:
    """The latest paid first."""
    return await in_turn(partial(_readable, found, reader, registry, today), len(found.recorded))


def _readable(found: Payments, reader: Principal, registry: Registry, today: date) -> tuple[Standing, ...]:
    all_ = standings_by(registry, found.recorded).values()
    shown = [one for one in all_ if _may_read(one, reader, registry, today)]
    return tuple(sorted(shown, key=lambda one: (one.payment.paid_on, one.payment.id), reverse=True))


def total(shown: Collection[Standing]) -> Decimal:
    """Net yuan of those in force."""
    return sum((one.payment.net_yuan for one in shown if one.in_force), Decimal(0))


async def price(
    history: History, found: Payments, reader: Principal, registry: Registry, today: date
) -> tuple[Paid, bool]:
    """What the growers were paid, and whether this reader may be told the figure."""
    pricing = partial(_price, history, found, reader, registry, today)
    return await in_turn(pricing, len(history.steps) + len(found.recorded))


def _price(history: History, found: Payments, reader: Principal, registry: Registry, today: date) -> tuple[Paid, bool]:
    counted = [one for one in standings_by(registry, found.recorded).values() if one.in_force]
    known = paid(delivered_by(history, registry), counted)
    sees_all = bool(counted) and all(_may_read(one, reader, registry, today) for one in counted)
    return known, known.pooled or sees_all


def _may_read(one: Standing, reader: Principal, registry: Registry, today: date) -> bool:
    capturer = one.recorded.first.capturer
    return may_read_payment(reader, one.payment, capturer=capturer, registry=registry, today=today)
