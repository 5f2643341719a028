"""Issuing and checking labels. The ledger decides and the topic follows: reserve, write the serials, publish, mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from provenance.access.authority import Principal
from provenance.label_link import LabelLink, NotALabel, read_link, read_short_code
from services.labels.domain import Checked, Order, Reservation, foreign, grams, ours
from services.labels.ports import ClaimSource, Grant, Ledger, Publisher
from wire.errors import NotFound, Rejected, Unauthorised

_ISSUERS = frozenset({"brand_office", "operator"})


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
    _check_role(principal)
    reservation, grant = await ledger.reservation(order), None
    if reservation is not None:
        _check_owner(principal, reservation.owner)
    else:
        grant = await claims.grant(order, after)
        _check_owner(principal, grant.brand_owner)
        if not grant.granted:
            return [], grant
        reservation = Reservation(order, new_seed(), now_ms(), grant.brand_owner, grant.event_ids)
        await _reserve(reservation, grant, ledger)
        reservation = await ledger.reservation(order) or reservation
    return await finish(reservation, ledger=ledger, publisher=publisher), grant


async def ordered(
    request_id: str, *, principal: Principal, claims: ClaimSource, ledger: Ledger, publisher: Publisher
) -> tuple[list[LabelLink], Grant]:
    """The labels of an earlier order, for printing, and its claim as it stands now. Raises NotFound, Unauthorised."""
    _check_role(principal)
    reservation = await ledger.ordered(request_id)
    if reservation is None:
        raise NotFound("No labels were issued for this request.")
    _check_owner(principal, reservation.owner)
    grant = await claims.grant(reservation.order, ())
    return await finish(reservation, ledger=ledger, publisher=publisher), grant


async def finish(reservation: Reservation, *, ledger: Ledger, publisher: Publisher) -> list[LabelLink]:
    """Everything after the reservation, safe to repeat after a crash between any two steps."""
    serials = await ledger.serials(reservation)
    if not reservation.published:
        await publisher.publish(reservation, serials)
        await ledger.mark_published(reservation)
    order = reservation.order
    return [LabelLink(order.gtin, order.lot, serial) for serial in serials]


async def finish_interrupted(*, ledger: Ledger, publisher: Publisher) -> int:
    """Start-up: what an earlier process reserved and did not publish. Returns how many."""
    interrupted = await ledger.unpublished()
    for reservation in interrupted:
        await finish(reservation, ledger=ledger, publisher=publisher)
    return len(interrupted)


async def check(
    code: str,
    *,
    ledger: Ledger,
    public_url: str,
    issuer: str,
    keys: Mapping[bytes, Ed25519PublicKey],
) -> Checked:
    """What is known of a label's link or of the short code printed beside it."""
    try:
        if "/" in code:
            label = read_link(code.strip(), public_url=public_url, issuer=issuer, keys=keys)
            issued = await ledger.issued(label.serial)
            matches = issued is not None and issued.label == label
        else:
            issued = await ledger.issued(read_short_code(code))
            matches = issued is not None
    except NotALabel as error:
        return foreign(str(error), error.sentence_zh)
    return ours(issued) if issued and matches else foreign("")


def _check_role(principal: Principal) -> None:
    if not principal.roles & _ISSUERS:
        raise Unauthorised("Labels are asked for by the brand's office: sign in with role brand_office.")


def _check_owner(principal: Principal, owner: str) -> None:
    if "operator" not in principal.roles and (not owner or principal.party != owner):
        raise Unauthorised("This brand belongs to another party; only its own office may ask for its labels.")


async def _reserve(reservation: Reservation, grant: Grant, ledger: Ledger) -> None:
    net_g = grams(grant.net_weight_kg, field="product's net weight")
    lot_g = grams(grant.kilograms, field="lot's mass")
    if not await ledger.reserve(reservation, net_g=net_g, lot_g=lot_g):
        raise Rejected(
            f"count is {reservation.order.count}: with the labels already issued that is more than the lot's "
            f"{grant.kilograms} kg at {grant.net_weight_kg} kg a box. "
            f"加上已签发的标签，超过了这批货的 {grant.kilograms} 公斤（每箱 {grant.net_weight_kg} 公斤）。"
        )
