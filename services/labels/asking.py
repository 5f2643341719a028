"""What a lot weighs against the labels that are asked for it."""

from __future__ import annotations

from decimal import Decimal

from services.labels.domain import Reservation, grams
from services.labels.ports import Grant, Ledger
from wire.errors import Rejected


async def weighed(grant: Grant, ledger: Ledger) -> tuple[int, int]:
    """Grams a box, and grams of the lot. Raises Rejected where a weight is unknown, or the same fruit bears labels
    of a lot it came from (domain.md: labelled + used + lost is no more than there was, of each lot on the way)."""
    labelled = await ledger.labelled_g(list(grant.made_of))
    for lot_key, reserved_g in labelled.items():
        if reserved_g > Decimal(grant.made_of[lot_key]) * 1000:
            lot = lot_key.partition("/")[2]
            raise Rejected(
                f"These goods were made of lot {lot}, whose labels are still out: make those void first. "
                f"这批货由批号 {lot} 制成，而该批号的标签仍然有效：请先将其作废。"
            )
    if grant.kilograms and not Decimal(grant.kilograms):
        raise Rejected(
            "Nothing of this lot is left for labels: it went into other goods, weighed or not, or was lost. "
            "这批货已用于其他货品（包括没有过秤的）或已损耗，没有可贴标签的货。"
        )
    return grams(grant.net_weight_kg, field="product's net weight"), grams(grant.kilograms, field="lot's mass")


async def reserve(reservation: Reservation, ledger: Ledger) -> Reservation:
    """What the book holds for it now: of equal requests at once, the first one's.

    Raises Rejected where the lot cannot bear it, or another lot has the request.
    """
    await ledger.reserve(reservation)
    entered = await ledger.reservation(reservation.order)
    if entered is None:
        raise await too_many(reservation, ledger)
    return entered


async def too_many(reservation: Reservation, ledger: Ledger) -> Rejected:
    order = reservation.order
    labelled_g = (await ledger.labelled_g([order.lot_key])).get(order.lot_key, 0)
    left = max(0, reservation.lot_g - labelled_g) // reservation.net_g
    lot_kg, net_kg = (f"{grams_ / 1000:g}" for grams_ in (reservation.lot_g, reservation.net_g))
    return Rejected(
        f"count is {order.count}: with the labels already issued that is more than the lot's "
        f"{lot_kg} kg at {net_kg} kg a box; there are {left} left. "
        f"加上已签发的标签，超过了这批货的 {lot_kg} 公斤（每箱 {net_kg} 公斤），还可签发 {left} 张。"
    )
