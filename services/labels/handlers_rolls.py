"""Rolls: printed, bound to a lot by scanning the first and the last, given back.

Two documents decide, one after the other, and neither waits on a lock (`docs/adr/0143`): the roll's refuses a part that
is taken, the lot's counts the kilograms and has the last word. Whoever comes next finishes what a crash left between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Any

from provenance.access.authority import Principal
from provenance.label_link import LabelLink, roll_number
from provenance.registry.records import Brand
from services.labels.access import Doing, Register, check_labeller, check_owner, check_role
from services.labels.asking import too_many, weighed
from services.labels.domain import Issued, Order, Reservation, Span
from services.labels.ports import ClaimSource, Grant, Ledger, Publisher, Rolls
from services.labels.rolls import Roll, RollOrder
from wire.errors import NotFound, Rejected


@dataclass(frozen=True, slots=True)
class Ends:
    """The serials of the first and the last label of a stretch, in either order."""

    request_id: str
    first: str
    last: str


async def issue_roll(
    order: RollOrder,
    *,
    principal: Principal,
    ledger: Ledger,
    rolls: Rolls,
    publisher: Publisher,
    register: Register,
    new_seed: Callable[[], bytes],
    now_ms: Callable[[], int],
) -> list[LabelLink]:
    """The labels of a roll that belongs to the brand's owner. Raises Rejected, Unauthorised."""
    check_role(principal, Doing.MAKE)
    roll = await rolls.roll(order.roll)
    if roll is None:
        brand = await _brand(order, register)
        check_owner(principal, Doing.MAKE, brand.owner)
        roll = await rolls.print(Roll(replace(order, brand=brand.id), new_seed(), brand.owner, now_ms()))
    if roll.order != replace(order, brand=order.brand or roll.order.brand):
        raise Rejected("request_id was used before for another roll: send a new UUID.")
    check_owner(principal, Doing.MAKE, roll.owner)
    return await finish_roll(roll, ledger=ledger, rolls=rolls, publisher=publisher)


async def _brand(order: RollOrder, register: Register) -> Brand:
    """That the labels are for, and count against. Raises Rejected where it does not list the product."""
    brand = await register.brand(order.brand, order.gtin)
    if brand is None:
        named = order.brand or f"that lists {order.gtin}"
        raise Rejected(f"No brand {named} is registered. 没有登记这个品牌，或没有品牌含此产品。")
    if order.gtin not in {gtin.rpartition("/")[2] for gtin in brand.gtins}:
        raise Rejected(f"The brand {brand.id} does not list product {order.gtin}. 这个品牌的产品目录里没有此产品。")
    return brand


async def printed(
    request_id: str, *, principal: Principal, ledger: Ledger, rolls: Rolls, publisher: Publisher
) -> list[LabelLink]:
    """The labels of an earlier roll, for printing. Raises NotFound, Unauthorised."""
    check_role(principal, Doing.MAKE)
    roll = await rolls.roll(roll_number(request_id))
    if roll is None:
        raise NotFound("No labels were issued for this request.")
    check_owner(principal, Doing.MAKE, roll.owner)
    return await finish_roll(roll, ledger=ledger, rolls=rolls, publisher=publisher)


async def finish_roll(roll: Roll, *, ledger: Ledger, rolls: Rolls, publisher: Publisher) -> list[LabelLink]:
    """Everything after the roll's document is there, safe to repeat after a crash between any two steps."""
    serials = await ledger.serials(roll.series)
    if not roll.published:
        await publisher.publish_roll(roll, serials)
        await rolls.mark_published(roll.order.roll)
    return [LabelLink(roll.order.gtin, "", serial, roll.order.roll) for serial in serials]


async def bind(
    ends: Ends,
    lot: str,
    *,
    gtin: str,
    after: Sequence[Any],
    principal: Principal,
    claims: ClaimSource,
    ledger: Ledger,
    rolls: Rolls,
    publisher: Publisher,
    register: Register,
    now_ms: Callable[[], int],
) -> tuple[int, Grant | None]:
    """How many labels are the lot's from now on, or 0 and the claim that says why not.

    Raises Rejected where another lot has some of them or the lot cannot bear them, Unauthorised, NotFound.
    """
    check_role(principal, Doing.BIND)
    roll, span = await stretch(ends, ledger=ledger, rolls=rolls)
    await check_labeller(principal, Doing.BIND, roll.owner, register)
    if gtin != roll.order.gtin:
        raise Rejected(f"lot is of product {gtin}, and the roll was printed for {roll.order.gtin}.")
    order = Order(ends.request_id, roll.order.brand, gtin, lot, span.count)
    reservation, grant = await ledger.ordered(order.request_id), None
    if reservation is None:
        grant = await claims.grant(order, after)
        # The brand may have passed to another since the roll was printed: whoever has it now says who labels.
        await check_labeller(principal, Doing.BIND, grant.brand_owner, register)
        if not grant.granted:
            return 0, grant
        reservation = await _binding(order, span, grant, ledger, now_ms())
        roll = await _change(span.roll, partial(Roll.asked, reservation=reservation, span=span), rolls)
        part = roll.part(order.request_id)
        reservation = part.reservation if part else reservation
    if reservation.order != order:
        raise Rejected("request_id was used before for something else: send a new UUID.")
    _check_same(reservation, "bound", span)
    if not await settle(reservation, ledger=ledger, rolls=rolls, publisher=publisher):
        raise await too_many(reservation, ledger)
    return span.count, grant


async def give_back(
    ends: Ends,
    *,
    principal: Principal,
    ledger: Ledger,
    rolls: Rolls,
    publisher: Publisher,
    register: Register,
    now_ms: Callable[[], int],
) -> int:
    """How many boxes' kilograms the lot has again; labels that are void count with neither. Raises Rejected."""
    check_role(principal, Doing.RETURN)
    roll, span = await stretch(ends, ledger=ledger, rolls=rolls)
    await check_labeller(principal, Doing.RETURN, roll.owner, register)
    reservation = await ledger.ordered(ends.request_id)
    if reservation is None:
        part = roll.part(ends.request_id)
        reservation = part.reservation if part else await _returning(ends, roll, span, ledger, now_ms())
        await _change(span.roll, partial(Roll.taken_out, reservation=reservation, span=span), rolls)
    _check_same(reservation, "returned", span)
    await settle(reservation, ledger=ledger, rolls=rolls, publisher=publisher)
    return reservation.order.count


async def settle(reservation: Reservation, *, ledger: Ledger, rolls: Rolls, publisher: Publisher) -> bool:
    """Everything after the roll's part is there, safe to repeat. False where the lot has refused it for good."""
    number, request_id = reservation.roll, reservation.order.request_id
    if not await ledger.reserve(reservation) and await ledger.refuse(reservation):
        await _change(number, partial(Roll.let_go, request_id=request_id), rolls)
        return False
    over = Roll.settled if reservation.act == "bound" else Roll.let_go
    await _change(number, partial(over, request_id=request_id), rolls)
    entered = await ledger.ordered(request_id)
    if entered and not entered.published:
        await publisher.publish(entered, ())
        await ledger.mark_published(entered)
    return True


async def finish_interrupted(*, ledger: Ledger, rolls: Rolls, publisher: Publisher, before_ms: float = inf) -> int:
    """What was asked of a roll or a lot before then and not finished. Returns how many."""
    unfinished = [roll for roll in await rolls.unfinished() if roll.printed_ms < before_ms]
    for roll in unfinished:
        await finish_roll(roll, ledger=ledger, rolls=rolls, publisher=publisher)
    waiting = [part.reservation for roll in unfinished for part in roll.parts if not part.settled]
    waiting += [reservation for reservation in await ledger.unpublished() if reservation.span]
    waiting = [reservation for reservation in waiting if reservation.reserved_ms < before_ms]
    for reservation in waiting:
        await settle(reservation, ledger=ledger, rolls=rolls, publisher=publisher)
    return len(unfinished) + len(waiting)


async def stretch(ends: Ends, *, ledger: Ledger, rolls: Rolls) -> tuple[Roll, Span]:
    """Raises Rejected where the two are not on one roll, NotFound where one is not ours."""
    one, other = [await _label(serial, ledger) for serial in (ends.first, ends.last)]
    roll = await rolls.roll(one.label.roll) if one.label.roll == other.label.roll else None
    if roll is None:
        raise Rejected("first and last are not labels of one roll: scan both ends again. 首尾标签不属于同一卷。")
    first, last = sorted((one, other), key=lambda issued: issued.place)
    return roll, Span(roll.order.roll, first.place, last.place, first.label.serial, last.label.serial)


async def _label(serial: str, ledger: Ledger) -> Issued:
    issued = await ledger.issued(serial)
    if issued is None:
        raise NotFound(f"The label {serial} is not one of this system. 标签 {serial} 不是本系统的。")
    return issued


async def _binding(order: Order, span: Span, grant: Grant, ledger: Ledger, now_ms: int) -> Reservation:
    net_g, lot_g = await weighed(grant, ledger)
    owner, rests = grant.brand_owner, grant.event_ids
    return Reservation(order, b"", now_ms, owner, rests, net_g=net_g, lot_g=lot_g, act="bound", span=span)


async def _returning(ends: Ends, roll: Roll, span: Span, ledger: Ledger, now_ms: int) -> Reservation:
    held = roll.holder(span).reservation
    unused = await ledger.unused(span)
    if not unused:
        raise Rejected("All of these labels are void: there is nothing to give back. 这些标签均已作废。")
    order = Order(ends.request_id, roll.order.brand, roll.order.gtin, held.order.lot, unused)
    return Reservation(order, b"", now_ms, held.owner, net_g=held.net_g, act="returned", span=span)


async def _change(number: str, change: Callable[[Roll], Roll], rolls: Rolls) -> Roll:
    """Read, decide, write where nobody wrote between; else again. Each round, one of those at it gets through."""
    while True:
        roll = await rolls.roll(number)
        if roll is None:
            raise NotFound(f"There is no roll {number}.")
        changed = change(roll)
        if changed == roll or await rolls.replace(changed, version=roll.version):
            return changed


def _check_same(reservation: Reservation, act: str, span: Span) -> None:
    if (reservation.act, reservation.span) != (act, span):
        raise Rejected("request_id was used before for something else: send a new UUID.")
