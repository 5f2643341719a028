"""A hall and what is sold in it as JSON-LD (schema.org and the GS1 Web Vocabulary), for programs that search. Pure.

A product is named by its Digital Link; a lot is `SomeProducts`, a box an `IndividualProduct` (schema.org,
`hasGS1DigitalLink`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from epcis.digital_link import DigitalLink, parse
from provenance.registry.records import Brand, Channel, County, Product
from services.portal.halls.hall import Hall, Lot, Shown

Json = dict[str, Any]

CONTEXT: Json = {"@vocab": "https://schema.org/", "gs1": "https://gs1.org/voc/"}
CHINA = "CN"
KILOGRAM = "KGM"
"""UN/CEFACT Recommendation 20."""

_KINDS = {"01": "Product", "10": "SomeProducts", "21": "IndividualProduct"}


def product_json(link: DigitalLink, product: Product, brands: tuple[Brand, ...], root: str) -> Json:
    """Of a product, a lot or a box: `link` says which."""
    number = dict(link.keys)
    weight = product.net_weight_kg
    return {
        "@context": CONTEXT,
        "@type": [_KINDS.get(link.keys[-1][0], "Product"), "gs1:Product"],
        "@id": link.uri(root),
        "hasGS1DigitalLink": link.uri(root),
        "gtin": number["01"],
        "gs1:gtin": number["01"],
        **({"gs1:hasBatchLotNumber": number["10"]} if "10" in number else {}),
        **({"serialNumber": number["21"], "gs1:hasSerialNumber": number["21"]} if "21" in number else {}),
        **_named(product.name_zh, product.name_en),
        "gs1:productName": _both(product.name_zh, product.name_en),
        "countryOfOrigin": {"@type": "Country", "identifier": CHINA, **_named("中国", "China")},
        "gs1:countryOfOrigin": {"@type": "gs1:Country", "gs1:countryCode": CHINA},
        **({"brand": [_brand(one) for one in brands]} if brands else {}),
        **({"weight": _weight(float(weight)), "gs1:netWeight": _gs1_weight(float(weight))} if weight else {}),
    }


def hall_json(hall: Hall, root: str) -> Json:
    """What the page shows, as a list of offers by brand."""
    return {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "@id": f"{root}/halls/{hall.county.id}",
        **_named(hall.county.name_zh, hall.county.name_en),
        "dateModified": hall.on.isoformat(),
        "about": _place(hall.county),
        "hasPart": [_shown(one, root) for one in hall.brands],
    }


def _shown(shown: Shown, root: str) -> Json:
    return {
        "@type": "ItemList",
        **_named(shown.brand.name_zh, shown.brand.name_en),
        "itemListElement": [
            *(product_json(parse(one.id), one, (shown.brand,), root) | {"@context": CONTEXT} for one in shown.products),
            *(_lot(lot, shown, root) for lot in shown.lots or ()),
        ],
        "potentialAction": [_channel(one) for one in shown.channels],
    }


def _lot(lot: Lot, shown: Shown, root: str) -> Json:
    product = next(one for one in shown.products if one.id == lot.product)
    return product_json(parse(lot.link), product, (shown.brand,), root)


def _channel(channel: Channel) -> Json:
    """Where it is bought, or a stream watched, and for how long."""
    ends = {"endTime": channel.valid_to.isoformat()} if channel.valid_to else {}
    return {
        "@type": "WatchAction" if channel.kind == "live_stream" else "BuyAction",
        **_named(channel.name_zh, channel.name_en),
        **({"target": channel.url} if channel.url else {}),
        "startTime": channel.valid_from.isoformat(),
        **ends,
    }


def _brand(brand: Brand) -> Json:
    return {"@type": "Brand", "@id": brand.id, **_named(brand.name_zh, brand.name_en)}


def _place(county: County) -> Json:
    return {
        "@type": "AdministrativeArea",
        "identifier": county.id,
        **_named(county.name_zh, county.name_en),
        "containedInPlace": {"@type": "AdministrativeArea", **_named(county.province_zh, county.province_en)},
    }


def _named(zh: str, en: str) -> Json:
    """One text, as who shows search results expects of schema.org's `name`; the other language beside it."""
    return {"name": zh or en, **({"alternateName": en} if zh and en else {})}


def _both(zh: str, en: str) -> list[Mapping[str, str]]:
    texts = (("zh", zh), ("en", en))
    return [{"@value": text, "@language": language} for language, text in texts if text]


def _weight(kilograms: float) -> Json:
    """A number, as validators of either vocabulary expect (xsd:float)."""
    return {"@type": "QuantitativeValue", "value": kilograms, "unitCode": KILOGRAM}


def _gs1_weight(kilograms: float) -> Json:
    return {"@type": "gs1:QuantitativeValue", "gs1:value": kilograms, "gs1:unitCode": KILOGRAM}
