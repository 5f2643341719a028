"""A listing on a platform: whether a shop may sell a product under a brand on a day, and what is said of it. Pure.

Authorised is who is a channel of the brand on that day, by its party or by the address it sells at. Until when is said
as known today: the first day on which a record it rests on has ended, where one has an end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from epcis.identifiers import IdentifierError, canonical
from epcis.identifiers import parse as parse_key
from provenance.days import china_midnight
from provenance.registry.records import Brand, Channel
from services.labels.listings.ports import ListedLot, ListingRegistry
from wire.errors import Rejected

MOST_LISTINGS = 200
GOOD_FOR_S = 24 * 60 * 60
"""How long an answer may be shown before it is asked for again."""

NOT_AUTHORISED: Mapping[str, tuple[str, str]] = {
    "no-product": ("这不是商品编号。", "This is no number of a product."),
    "not-the-brands": ("该品牌今天没有列出这种商品。", "The brand does not list this product today."),
    "no-channel": (
        "该品牌今天没有指定这家店铺为自己的渠道。",
        "The brand has named no such shop as a channel of its own today.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """`shop` is a party's id or an https address, `gtin` any spelling of a product's number, `brand` a brand's id."""

    shop: str
    gtin: str
    brand: str

    def __post_init__(self) -> None:
        if not (self.shop and self.gtin and self.brand):
            raise Rejected("A listing has a shop, a gtin and a brand.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`why` not, one of NOT_AUTHORISED; "" where it is authorised.

    `product` is the canonical key; `until` exclusive, None where nothing it rests on has an end.
    """

    product: str = ""
    until: date | None = None
    why: str = ""

    @property
    def authorised(self) -> bool:
        return not self.why


def standing(listing: Listing, registry: ListingRegistry, on: date) -> Standing:
    product = product_key(listing.gtin)
    brands = registry.brands_of(product, on) if product else ()
    brand = next((one for one in brands if one.id == listing.brand), None)
    if brand is None:
        return Standing(product=product, why="not-the-brands" if product else "no-product")
    channel = next((one for one in registry.channels_for(brand.id, on) if sells(one, listing.shop)), None)
    return Standing(product=product, until=_until(brand, channel), why="" if channel else "no-channel")


def said(
    listing: Listing, judged: Standing, lots: Sequence[ListedLot] | None, *, issuer: str, now_s: int
) -> dict[str, Any]:
    """What is signed: claims of RFC 7519 (iss, iat, exp) around the answer. `exp` is the end of the authorisation
    where that comes first. `lots`: None where nobody can say just now; nothing is then said of them."""
    ends_s = min([now_s + GOOD_FOR_S, *([china_midnight(judged.until) // 1000] if judged.until else [])])
    about = {"shop": listing.shop, "gtin": listing.gtin, "brand": listing.brand, "authorised": judged.authorised}
    head = {"iss": issuer, "iat": now_s, "exp": ends_s, **about}
    if not judged.authorised:
        zh, en = NOT_AUTHORISED[judged.why]
        return {**head, "why": judged.why, "sentence_zh": zh, "sentence_en": en}
    until = {"valid_until": judged.until.isoformat()} if judged.until else {}
    if lots is None:
        return {**head, **until}
    left = [lot.left_kg for lot in lots]
    known = [kg for kg in left if kg is not None]
    whole = {"kilograms_left": _text(sum(known, Decimal()))} if len(known) == len(left) else {}
    return {**head, **until, "lots": [_lot(lot) for lot in lots], **whole}


def is_whole(said: Mapping[str, Any]) -> bool:
    """Whether it was known what is on sale, where that is said at all."""
    return "lots" in said or not said["authorised"]


def gist(said: Mapping[str, Any]) -> str:
    """A digest of what a platform is told when it changes: authorised, until when, and which lots are on sale.

    Kilograms move with every sale, so they are asked for.
    """
    lots = sorted(lot["link"] for lot in said.get("lots", ()))
    told = [said["authorised"], said.get("why", ""), said.get("valid_until", ""), lots]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def sells(channel: Channel, shop: str) -> bool:
    """By who sells, or by the site: a page of an address that the channel names the beginning of."""
    by_party = bool(channel.party) and canonical(shop) == channel.party
    return by_party or (bool(channel.url) and _is_under(channel.url, shop))


def product_key(gtin: str) -> str:
    """The canonical Digital Link of a product; "" for what is no GTIN."""
    try:
        parse_key(gtin)
    except IdentifierError:
        return ""
    key = canonical(gtin)
    return key if key.startswith("https://id.gs1.org/01/") and key.count("/") == 4 else ""


def _is_under(named: str, given: str) -> bool:
    """Whether an address is this one or a page below it; no step up (`..`), however it is written, is followed."""
    try:
        root, page = urlsplit(named), urlsplit(given)
    except ValueError:
        return False
    if ".." in unquote(page.path) or (root.scheme, root.netloc.lower()) != (page.scheme, page.netloc.lower()):
        return False
    return f"{page.path}/".startswith(f"{root.path.rstrip('/')}/")


def _until(brand: Brand, channel: Channel | None) -> date | None:
    ends: Iterable[date | None] = (brand.valid_to, channel.valid_to if channel else None)
    return min((day for day in ends if day is not None), default=None)


def _lot(lot: ListedLot) -> dict[str, str]:
    """A mass is left out where somebody did not weigh."""
    masses = {"kilograms": lot.kg, "kilograms_labelled": lot.labelled_kg, "kilograms_left": lot.left_kg}
    return {"lot": lot.number, "link": lot.link, **{name: _text(kg) for name, kg in masses.items() if kg is not None}}


def _text(kg: Decimal) -> str:
    return f"{kg.normalize():f}"
