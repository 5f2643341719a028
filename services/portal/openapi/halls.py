"""Halls of counties, and what platforms ask of their listings."""

from __future__ import annotations

from services.portal.halls.listing_api import MOST_LISTINGS
from services.portal.openapi.parts import NUMBER, TEXT, Json, answered, get, many, path, post, record, told

_TAG = "Traceability"
_CHECK = record({"rule": TEXT, "zh": TEXT, "en": TEXT})
_LOT = record({"lot": TEXT, "product": TEXT, "link": TEXT, "verdict": TEXT, "checked": many(_CHECK)})
_CHANNEL = record(dict.fromkeys(("name_zh", "name_en", "kind", "url", "from", "until"), TEXT))
_LABELS = record(
    {
        "issued": told(NUMBER, "Made for a lot."),
        "on_rolls": told(NUMBER, "Printed on rolls."),
        "bound": told(NUMBER, "Of rolls, bound to a lot."),
        "returned": told(NUMBER, "Of these, given back."),
        "voided": NUMBER,
        "kilograms": told(TEXT, "Of the labels that count against lots now."),
    }
)
_BRAND_ON_SHOW = record(
    {
        **dict.fromkeys(("id", "name_zh", "name_en", "floor_price_yuan"), TEXT),
        **dict.fromkeys(("least_origin_share", "least_benefit_share"), TEXT),
        "outstanding": told({"type": "boolean"}, "Whether it is the one that the county stands for."),
        "required_certificate_schemes": many(TEXT),
        "badges": many(record({"sentence_zh": TEXT, "sentence_en": TEXT})),
        "products": many(record(dict.fromkeys(("gtin", "name_zh", "name_en"), TEXT))),
        "channels": many(_CHANNEL),
        "lots": told(many(_LOT), "On sale; left out while nobody can say."),
        "labels": told(_LABELS, "Of the brand, ever; left out while nobody can say."),
    },
    ("id", "outstanding", "products", "channels"),
)
_COUNTY = record(dict.fromkeys(("code", "name_zh", "name_en", "province_zh", "province_en"), TEXT))
_HALL = record({"county": _COUNTY, "on": TEXT, "brands": many(_BRAND_ON_SHOW)}, ("county", "on", "brands"))
_LISTING = {
    "shop": told(TEXT, "The party's id, or the https address where it sells."),
    "gtin": told(TEXT, "A GTIN in any spelling."),
    "brand": told(TEXT, "The brand's id."),
}
_LISTINGS = record(
    {"listings": many(record(_LISTING, tuple(_LISTING)), minItems=1, maxItems=MOST_LISTINGS)}, ("listings",)
)
_LISTED_LOT = record(
    {
        **dict.fromkeys(("lot", "link"), TEXT),
        "kilograms": told(TEXT, "What the lot weighed when its claim was judged."),
        "kilograms_labelled": told(TEXT, "Net weight of the labels that are out for it."),
        "kilograms_left": told(TEXT, "What no report says was sold, handed to a courier or lost."),
    },
    ("lot", "link", "kilograms_labelled"),
)
_SECONDS = {"type": "integer", "description": "Seconds since 1970."}
_JUDGED = record(
    {
        **_LISTING,
        "authorised": {"type": "boolean"},
        "why": told({"enum": ["no-product", "not-the-brands", "no-channel"]}, "Why not."),
        **dict.fromkeys(("sentence_zh", "sentence_en"), TEXT),
        "valid_until": told({**TEXT, "format": "date"}, "The first day on which it is over, where that is known."),
        "lots": told(many(_LISTED_LOT), "On sale: the newest ten; left out while nobody can say, of all listings 503."),
        "kilograms_left": told(TEXT, "Of these lots; left out where one is not known."),
        "iss": told(TEXT, "Who says so: the address of this portal."),
        "iat": told(_SECONDS, "When it was said."),
        "exp": told(_SECONDS, "When it is to be asked again at the latest."),
        "jws": told(TEXT, "All of this as a compact JWS, by a key of /.well-known/listing-keys.json."),
    },
    (*_LISTING, "authorised", "iss", "iat", "exp", "jws"),
)
_ANSWERS = record({"listings": many(_JUDGED)}, ("listings",))


_KEYS = record({"keys": many({"type": "object"})}, ("keys",))


def halls() -> Json:
    summary = "Whether a shop may sell a product under a brand, and which lots are on sale"
    answers = {"200": answered("In the order of the listings.", _ANSWERS)}
    keys = get(_TAG, "listingKeys", "Public keys of what is said of listings (JWK set)", [], _KEYS)
    keys["responses"]["200"] = answered("The keys.", _KEYS, "application/jwk-set+json")
    return {
        "/api/halls/{county}": {
            "get": get(_TAG, "hall", "A county's hall: brands, lots on sale, channels", [path("county")], _HALL)
        },
        "/.well-known/listing-keys.json": {"get": keys},
        "/verify/listings": {"post": post(_TAG, "verifyListings", summary, _LISTINGS, answers)},
    }
