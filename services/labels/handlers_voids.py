"""Making labels void: misprinted, damaged, lost.

The rows are marked first, so that a label says so from then on; then a label made for a lot gives its kilograms back,
for another to take its place. A label of a roll gives nothing back: its stretch is returned for that (`docs/adr/0145`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from provenance.access.authority import Principal
from services.labels.access import Doing, check_owner, check_role
from services.labels.domain import Issued, Order, Reservation
from services.labels.ports import Ledger, Publisher, Rolls, Voids
from services.labels.voids import Voiding, VoidOrder
from wire.errors import NotFound, Rejected


async def make_void(
    order: VoidOrder,
    *,
    principal: Principal,
    ledger: Ledger,
    rolls: Rolls,
    voids: Voids,
    publisher: Publisher,
    now_ms: Callable[[], int],
) -> int:
    """How many labels this request made void; what another did before is that one's.

    Raises Rejected, NotFound where a label is not ours, Unauthorised.
    """
    check_role(principal, Doing.VOID)
    one, owner = await _all_of_one(order.serials, ledger, rolls)
    check_owner(principal, Doing.VOID, owner)
    label, of = one.label, (order.request_id, order.serials, order.reason, owner)
    voiding = await voids.put(Voiding(*of, label.gtin, label.lot, label.roll, one.brand, now_ms()))
    if voiding.order != order:
        raise Rejected("request_id was used before for other labels: send a new UUID.")
    return await finish(voiding, ledger=ledger, voids=voids, publisher=publisher)


async def finish(voiding: Voiding, *, ledger: Ledger, voids: Voids, publisher: Publisher) -> int:
    """Everything after the voiding is written down, safe to repeat after a crash between any two steps."""
    marked = await ledger.make_void(voiding.serials, voiding.request_id)
    if voiding.lot:
        for made_as in sorted({issued.made_as for issued in marked}):
            await _give_back(voiding, made_as, sum(issued.made_as == made_as for issued in marked), ledger)
    if not voiding.published:
        await publisher.publish_void(voiding)
        await voids.mark_published(voiding.request_id)
    return len(marked)


async def finish_interrupted(*, ledger: Ledger, voids: Voids, publisher: Publisher, before_ms: float = inf) -> int:
    """What was written down before then and not finished. Returns how many."""
    unfinished = [voiding for voiding in await voids.unpublished() if voiding.at_ms < before_ms]
    for voiding in unfinished:
        await finish(voiding, ledger=ledger, voids=voids, publisher=publisher)
    return len(unfinished)


async def _give_back(voiding: Voiding, made_as: str, count: int, ledger: Ledger) -> None:
    """Each label as much as was counted for it when it was made."""
    made = await ledger.ordered(made_as)
    if made is None:
        return
    order = Order(f"{voiding.request_id}/{made_as}", voiding.brand, voiding.gtin, voiding.lot, count)
    entered = Reservation(order, b"", voiding.at_ms, voiding.owner, published=True, net_g=made.net_g, act="void")
    await ledger.reserve(entered)


async def _all_of_one(serials: Sequence[str], ledger: Ledger, rolls: Rolls) -> tuple[Issued, str]:
    """One of the labels, and who owns them all. Raises NotFound, Rejected where they are not of one lot or roll."""
    found = await ledger.issued_all(serials)
    if missing := set(serials) - {issued.label.serial for issued in found}:
        raise NotFound(f"The label {min(missing)} is not one of this system.")
    if len({(issued.label.gtin, issued.label.lot, issued.label.roll) for issued in found}) != 1:
        raise Rejected("codes: name labels of one lot or of one roll at a time. 一次只能作废同一批号或同一卷的标签。")
    one = found[0]
    made: Any = await (rolls.roll(one.label.roll) if one.label.roll else ledger.ordered(one.made_as))
    return one, made.owner if made else ""
