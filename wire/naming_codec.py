"""The names a history is shown with: what the registry has for its places, parties and products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from produce.v1 import traceability_pb2 as pb

from provenance.registry.records import Party, Product, Registry, Site
from wire.history_codec import Facts, decimal_text


def named(facts: Facts, registry: Registry, *, products: Mapping[str, str], today: date) -> pb.History:
    """A message of its own, with the names the registry has for it now. `products`: GTIN key by key of the history."""
    message = pb.History()
    message.CopyFrom(facts.message)
    _name(message, registry, places=facts.places, parties=facts.parties, products=products, today=today)
    return message


def name_all(
    message: Any,
    registry: Registry,
    *,
    places: Iterable[str],
    parties: Iterable[str],
    products: Mapping[str, str],
    today: date,
) -> None:
    """Fills the maps `places`, `parties` and `products` of a message with what is registered today."""
    named = dict.fromkeys(places), dict.fromkeys(parties)
    _name(message, registry, places=named[0], parties=named[1], products=products, today=today)


def _name(
    message: Any,
    registry: Registry,
    *,
    places: Mapping[str, date | None],
    parties: Mapping[str, date | None],
    products: Mapping[str, str],
    today: date,
) -> None:
    """Places, whose they are, and parties as registered on a day, today where that is None."""
    owners: dict[str, date | None] = {}
    for id_, on in places.items():
        site = registry.site(id_, on or today)
        if site is not None:
            message.places[id_].CopyFrom(_place(site, registry, on or today))
            owners[site.party] = on
    for id_, on in (owners | dict(parties)).items():
        party = registry.party(id_, on or today)
        if party is not None:
            message.parties[id_].CopyFrom(_actor(party))
    for key, gtin in products.items():
        product = registry.product(gtin, today)
        if product is not None:
            message.products[key].CopyFrom(_product(product))


def _place(site: Site, registry: Registry, on: date) -> pb.Place:
    county = registry.county(site.county_code, on) if site.county_code else None
    place = pb.Place(
        kind=site.kind,
        name_zh=site.name_zh,
        name_en=site.name_en,
        county_code=site.county_code,
        township=site.township,
        village=site.village,
        township_en=site.township_en,
        village_en=site.village_en,
        party=site.party,
        verified=True,
        latitude=_degrees(site.latitude, site.kind),
        longitude=_degrees(site.longitude, site.kind),
    )
    if county is not None:
        place.county_zh, place.county_en = county.name_zh, county.name_en
        place.province_zh, place.province_en = county.province_zh, county.province_en
    return place


def _degrees(value: float | None, kind: str) -> str:
    """Where a family's orchard is, is nobody's business to the metre: two places are about a kilometre."""
    return "" if value is None else f"{value:.2f}" if kind == "plot" else f"{value:.5f}"


def _actor(party: Party) -> pb.Actor:
    """People appear by the name they agreed to show, organisations by theirs."""
    if party.kind == "grower":
        return pb.Actor(kind=party.kind, name_zh=party.public_name_zh, name_en=party.public_name_en)
    names = party.public_name_zh or party.name_zh, party.public_name_en or party.name_en
    return pb.Actor(kind=party.kind, name_zh=names[0], name_en=names[1])


def _product(product: Product) -> pb.ProductName:
    return pb.ProductName(
        name_zh=product.name_zh,
        name_en=product.name_en,
        variety=product.variety,
        variety_en=product.variety_en,
        net_weight_kg=decimal_text(product.net_weight_kg),
    )
