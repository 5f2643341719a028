"""What has become of rolls, and which labels lie between two: for who packs, and for who recalls."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.access.authority import Principal
from services.labels.access import Doing, Register, check_labeller, check_role
from services.labels.domain import Issued, Reservation, Series, Span
from services.labels.ports import Ledger, Rolls
from services.labels.rolls import Roll
from wire.errors import NotFound, Rejected

MOST_ROLLS = 100
MOST_ORDERS = 50


@dataclass(frozen=True, slots=True)
class RollState:
    """`void`: how many of its labels are."""

    roll: Roll
    void: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Labels as they were printed, one after the other; `lots` are those that some of them belong to."""

    gtin: str
    roll: str
    lots: tuple[str, ...]
    serials: tuple[str, ...]


async def roll(
    number: str, serial: str, *, principal: Principal, ledger: Ledger, rolls: Rolls, register: Register
) -> RollState:
    """Of this number, or that a label is of. Raises NotFound, Unauthorised."""
    check_role(principal, Doing.LOOK)
    if serial:
        issued = await ledger.issued(serial)
        number = issued.label.roll if issued else ""
    found = await rolls.roll(number) if number else None
    if found is None:
        raise NotFound("There is no such roll, and no roll that this label is of. 没有这卷标签，或标签不属于任何一卷。")
    await check_labeller(principal, Doing.LOOK, found.owner, register)
    return await _state(found, ledger)


async def listed(*, principal: Principal, ledger: Ledger, rolls: Rolls) -> list[RollState]:
    """The newest of the caller's own; an operator's are all. Raises Unauthorised."""
    return [await _state(one, ledger) for one in await rolls.listed(_owner(principal), MOST_ROLLS)]


async def orders(*, principal: Principal, ledger: Ledger) -> list[Reservation]:
    """The same of what was ordered for a lot."""
    return await ledger.orders(_owner(principal), MOST_ORDERS)


def _owner(principal: Principal) -> str | None:
    check_role(principal, Doing.MAKE)
    return None if "operator" in principal.roles else principal.party


async def between(
    first: str, last: str, *, principal: Principal, ledger: Ledger, rolls: Rolls, register: Register
) -> Stretch:
    """Of one roll or of one order. Raises NotFound, Rejected, Unauthorised."""
    check_role(principal, Doing.LOOK)
    one, other = [await _label(serial, ledger) for serial in (first, last)]
    if one.made_as != other.made_as:
        raise Rejected("first and last were not printed together: name each part by itself. 首尾标签不是一起印制的。")
    printed = await rolls.roll(one.label.roll) if one.label.roll else None
    series, owner = (printed.series, printed.owner) if printed else await _ordered(one, ledger)
    await check_labeller(principal, Doing.LOOK, owner, register)
    serials = await ledger.serials(series)
    start, end = sorted((serials.index(first), serials.index(last)))
    lots = _lots(printed, start, end) if printed else (one.lot,)
    return Stretch(one.label.gtin, one.label.roll, lots, tuple(serials[start : end + 1]))


async def _ordered(issued: Issued, ledger: Ledger) -> tuple[Series, str]:
    made = await ledger.ordered(issued.made_as)
    if made is None:
        raise NotFound(f"The label {issued.label.serial} is of no order of this system.")
    return made.series, made.owner


async def _label(serial: str, ledger: Ledger) -> Issued:
    issued = await ledger.issued(serial)
    if issued is None:
        raise NotFound(f"The label {serial} is not one of this system. 标签 {serial} 不是本系统的。")
    return issued


def _lots(printed: Roll, start: int, end: int) -> tuple[str, ...]:
    bound = (part for part in printed.parts if part.is_bound and part.first <= end and start <= part.last)
    return tuple(dict.fromkeys(part.reservation.order.lot for part in sorted(bound, key=lambda part: part.first)))


async def _state(found: Roll, ledger: Ledger) -> RollState:
    if not found.published:
        return RollState(found, 0)  # its rows may not all be written yet
    number, count = found.order.roll, found.order.count
    return RollState(found, count - await ledger.unused(Span(number, 0, count - 1, "", "")))
