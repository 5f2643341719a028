"""Checking listings, and telling platforms what changed of theirs: level by level, so nothing that was missed is lost.

Each look compares what is so with what was written down as told; what differs is written down as a message before it is
sent, and sent until it is acknowledged (ADR 0163).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from provenance.days import day_at
from provenance.registry.records import Channel, Subscription
from services.labels.listings.domain import Listing, gist, is_whole, said, standing
from services.labels.listings.ports import ListingRegistry, Message, Stock, Tellings

CHANGED = "listing.changed"


async def check(
    listings: Sequence[Listing], *, registry: ListingRegistry, on_sale: Stock, issuer: str, now_ms: Callable[[], int]
) -> list[dict[str, Any]]:
    """What is said of each, in their order. Raises Transient where the registry is late: nobody is refused by that."""
    await registry.caught_up()
    moment_ms = now_ms()
    judged = [standing(listing, registry, day_at(moment_ms)) for listing in listings]
    both = list(zip(listings, judged, strict=True))
    lots = await on_sale.of_all((one.product, listing.brand) for listing, one in both if one.authorised)
    return [
        said(listing, one, lots.get((one.product, listing.brand), ()), issuer=issuer, now_s=moment_ms // 1000)
        for listing, one in both
    ]


async def look(
    *,
    registry: ListingRegistry,
    tellings: Tellings,
    check: Callable[[Sequence[Listing]], Any],
    sign: Callable[[bytes], str],
    new_id: Callable[[], str],
    now_ms: Callable[[], int],
) -> int:
    """Writes down what is to be told to whom; what is not known just now is left for another look. Returns how many
    messages."""
    await registry.caught_up()
    on, made = day_at(now_ms()), 0
    for subscription in registry.subscriptions(on):
        before = await tellings.about(subscription.id)
        watched = {telling_id(subscription, one): one for one in listings_of(subscription, registry, on)}
        formerly = {id: Listing(**told["listing"]) for id, told in before.items()}
        asked = formerly | watched
        answers = await check(list(asked.values()))
        for (id, listing), answer in zip(asked.items(), answers, strict=True):
            earlier = str(before[id]["gist"]) if id in before else ""
            if is_whole(answer) and gist(answer) != earlier:
                made += await _write_down(id, subscription, listing, earlier, answer, tellings, sign, new_id, now_ms)
    return made


async def _write_down(
    id: str,
    subscription: Subscription,
    listing: Listing,
    earlier: str,
    answer: Mapping[str, Any],
    tellings: Tellings,
    sign: Callable[[bytes], str],
    new_id: Callable[[], str],
    now_ms: Callable[[], int],
) -> bool:
    signed = json.dumps(answer, ensure_ascii=False).encode()
    body = {"type": CHANGED, "timestamp": answer["iat"], "data": {**answer, "jws": sign(signed)}}
    message = Message(id, new_id(), subscription.id, json.dumps(body, ensure_ascii=False).encode(), 0)
    return await tellings.change(
        id,
        subscription=subscription.id,
        listing=asdict(listing),
        before=earlier,
        gist=gist(answer),
        message=message,
        due_ms=now_ms(),
    )


def listings_of(subscription: Subscription, registry: ListingRegistry, on: date) -> Iterator[Listing]:
    """Every product of the brand of every shop on the platform."""
    for channel in registry.channels_on(subscription.party, on):
        brand = registry.brand(channel.brand, on)
        for gtin in sorted(brand.gtins) if brand and _shop(channel) else ():
            yield Listing(shop=_shop(channel), gtin=gtin, brand=channel.brand)


def telling_id(subscription: Subscription, listing: Listing) -> str:
    """No address has a space in it."""
    return f"{subscription.id} {listing.shop} {listing.gtin} {listing.brand}"


def _shop(channel: Channel) -> str:
    return channel.url or channel.party
