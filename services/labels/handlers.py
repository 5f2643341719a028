"""Issuing and checking labels. The ledger decides and the topic follows: reserve, write the serials, publish, mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from provenance.access.authority import Principal
from provenance.label_link import LabelLink, NotALabel, read_short_code
from provenance.labels.scanned_link import read_link
from services.labels.access import Doing, check_owner, check_role
from services.labels.asking import reserve, weighed
from services.labels.domain import Checked, Issued, Order, Reservation, foreign, is_void, not_active, ours, withdrawn
from services.labels.ports import ClaimSource, Grant, Ledger, Publisher, RollsRead, Rows
from wire.errors import NotFound


async def issue(
    order: Order,
    *,
    after: Sequence[Any],
    principal: Principal,
    claims: ClaimSource,
    ledger: Ledger,
    publisher: Publisher,
    new_seed: Callable[[], bytes],
    now_ms: Callable[[], int],
) -> tuple[list[LabelLink], Grant | None]:
    """Labels for an order, or none and the claim that says why not.

    Raises Rejected where the lot cannot bear them, Unauthorised where the caller may not ask.
    """
    check_role(principal, Doing.MAKE)
    reservation, grant = await ledger.reservation(order), None
    if reservation is not None:
        check_owner(principal, Doing.MAKE, reservation.owner)
    else:
        grant = await claims.grant(order, after)
        check_owner(principal, Doing.MAKE, grant.brand_owner)
        if not grant.granted:
            return [], grant
        net_g, lot_g = await weighed(grant, ledger)
        made_ms, owner, rests = now_ms(), grant.brand_owner, grant.event_ids
        reservation = Reservation(order, new_seed(), made_ms, owner, rests, net_g=net_g, lot_g=lot_g)
        reservation = await reserve(reservation, ledger)
    return await finish(reservation, ledger=ledger, publisher=publisher), grant


async def ordered(
    request_id: str, *, principal: Principal, claims: ClaimSource, ledger: Ledger, publisher: Publisher
) -> tuple[list[LabelLink], Grant]:
    """The labels of an earlier order, for printing, and its claim as it stands now. Raises NotFound, Unauthorised."""
    check_role(principal, Doing.MAKE)
    reservation = await ledger.ordered(request_id)
    if reservation is None or reservation.act != "issued":
        raise NotFound("No labels were issued for this request.")
    check_owner(principal, Doing.MAKE, reservation.owner)
    grant = await claims.grant(reservation.order, ())
    return await finish(reservation, ledger=ledger, publisher=publisher), grant


async def finish(reservation: Reservation, *, ledger: Ledger, publisher: Publisher) -> list[LabelLink]:
    """Everything after the reservation, safe to repeat after a crash between any two steps."""
    serials = await ledger.serials(reservation.series)
    if not reservation.published:
        await publisher.publish(reservation, serials)
        await ledger.mark_published(reservation)
    order = reservation.order
    return [LabelLink(order.gtin, order.lot, serial) for serial in serials]


async def finish_interrupted(*, ledger: Ledger, publisher: Publisher, before_ms: float = inf) -> int:
    """What was reserved before then and not published. Returns how many."""
    interrupted = [r for r in await ledger.unpublished() if r.act == "issued" and r.reserved_ms < before_ms]
    for reservation in interrupted:
        await finish(reservation, ledger=ledger, publisher=publisher)
    return len(interrupted)


async def check(
    code: str,
    *,
    ledger: Rows,
    rolls: RollsRead,
    public_url: str,
    issuer: str,
    keys: Mapping[bytes, Ed25519PublicKey],
    revoked_ms: Mapping[bytes, int],
) -> Checked:
    """What is known of a label's link or of the short code printed beside it. `revoked_ms` says from when on a key is
    no longer trusted: a label the ledger had before is as good as it was."""
    try:
        if "/" in code:
            scanned = read_link(code, public_url=public_url)
            label = scanned.check(issuer=issuer, keys=keys)
            issued = await ledger.issued(label.serial)
            if issued is None or issued.label != label:
                return foreign("")
            if issued.issued_ms >= revoked_ms.get(scanned.key_id, issued.issued_ms + 1):
                return withdrawn()
        else:
            issued = await ledger.issued(read_short_code(code))
    except NotALabel as error:
        return foreign(str(error), error.sentence_zh)
    return await _said(issued, rolls) if issued else foreign("")


async def _said(issued: Issued, rolls: RollsRead) -> Checked:
    """A label of a roll is the lot's it is bound to."""
    if issued.label.roll:
        roll = await rolls.roll(issued.label.roll)
        lot = roll.lot_at(issued.place) if roll else ""
        issued = replace(issued, lot=lot)
    if issued.void_by:
        return is_void(issued)
    return ours(issued) if issued.lot else not_active(issued)
