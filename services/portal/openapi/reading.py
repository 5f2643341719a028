"""Histories, claims, balances, cold chains, and the Digital Links that show them."""

from __future__ import annotations

from epcis.digital_link import KEY_QUALIFIERS, SHORT_NAMES
from services.portal.openapi.parts import (
    AFTER,
    ANYTHING,
    NUMBER,
    TEXT,
    Json,
    answered,
    by_key,
    get,
    many,
    path,
    query,
    record,
    told,
)
from services.portal.openapi.shapes import shape
from services.portal.telling.balances import Balance
from services.portal.telling.histories import Claim, ColdChain, FoundCode, History, LabelVerdict, Place, ProductName

CLAIM = shape(Claim)
LABEL = shape(LabelVerdict)
HISTORY = shape(History)

_CODE = query("code", "Lot, item or pallet: Digital Link, EPC URN, element string or digits.", required=True)
_PAGE = record({"followed": NUMBER, "ahead": NUMBER, "aheadKg": TEXT, "nextPageToken": TEXT}, ("followed", "ahead"))
_HISTORY_OR_PAGE = {**HISTORY, "properties": {**HISTORY["properties"], "page": _PAGE}, "required": ["code", "key"]}
_CHOICES = record({"code": TEXT, "candidates": many(shape(FoundCode))}, ("code", "candidates"))
_BALANCES = record(
    {
        "key": TEXT,
        "balances": many(shape(Balance)),
        "withheld": NUMBER,
        "places": by_key(shape(Place)),
        "products": by_key(shape(ProductName)),
    },
    ("key", "balances", "withheld"),
)
_KNOWN = record(
    {
        "code": TEXT,
        "label": LABEL,
        "history": HISTORY,
        "claim": CLAIM,
        "product": told(ANYTHING, "Of the number of a product alone: its names."),
        "brands": told(many(ANYTHING), "Those that list the product."),
        "ask": told(TEXT, "Which code is needed to say more."),
    },
    ("code",),
)
_RESOLVER = record(
    {
        "name": TEXT,
        "resolverRoot": TEXT,
        "supportedPrimaryKeys": many(TEXT),
        "supportedLinkType": many(record({"namespace": TEXT, "prefix": TEXT}, ("namespace", "prefix"))),
        "linkTypeDefaultCanBeLinkset": {"type": "boolean"},
        "jsonLdContextLocation": TEXT,
    },
    ("resolverRoot", "supportedPrimaryKeys"),
)


def reading() -> Json:
    direction = query("direction", "Towards the orchard or towards the buyer.", enum=["back", "forward"])
    per_page = query("perPage", "Forward, in pages: things on a page, at most 1000; without it all is one answer.")
    token = query("nextPageToken", "From `page` of the answer before, with the same code and perPage.")
    parameters = [_CODE, direction, AFTER, per_page, token]
    trace = _of_several(get("Traceability", "trace", "History of a code", parameters, _HISTORY_OR_PAGE))
    brand = query("brand", "Brand id; left out, the brand that lists the product.")
    claim = get("Traceability", "claim", "The claim behind a label, rule by rule", [_CODE, brand, AFTER], CLAIM)
    balances = "What there was and what went, on every step"
    return {
        "/api/trace": {"get": trace},
        "/api/claims": {"get": claim},
        "/api/balances": {"get": get("Traceability", "balances", balances, [_CODE, AFTER], _BALANCES)},
        "/api/cold-chain": {
            "get": get("Traceability", "coldChain", "Whether goods were kept cold", [_CODE, AFTER], shape(ColdChain))
        },
    }


def links() -> Json:
    signed = query("sig", "The signature of a label, as it stands in its link.")
    typed = get("Digital Link", "typed", "What is known of a code that somebody typed", [_CODE], _KNOWN)
    resolver = get("Digital Link", "resolver", "Which Digital Links are resolved here", [], _RESOLVER)
    return {
        "/01/{gtin}/10/{lot}/21/{serial}": {"get": _link("box", ("gtin", "lot", "serial"), signed)},
        **{f"/{code}/{{{name}}}": {"get": _link(name, (name,))} for code, name in _primary()},
        "/b": {"get": _shown(_of_several(typed))},
        "/.well-known/gs1resolver": {"get": resolver},
    }


def _primary() -> list[tuple[str, str]]:
    """The codes of primary keys and their short names, `rest` where the standard has none."""
    names = {code: name for name, code in SHORT_NAMES.items()}
    return [(code, names.get(code, "rest")) for code in KEY_QUALIFIERS]


def _link(name: str, of: tuple[str, ...], *parameters: Json) -> Json:
    summary = f"What is known of a {name}: a page, JSON or a linkset, by `Accept`"
    kind = query("linkType", "`linkset`, or one of the types that the linkset lists: leads to it (307).")
    found = get("Digital Link", f"link{name.capitalize()}", summary, [*map(path, of), *parameters, kind], _KNOWN)
    told = _shown(_of_several(found))
    told["responses"]["200"]["content"]["application/linkset+json"] = {"schema": ANYTHING}
    return told


def _shown(operation: Json) -> Json:
    """Also as a page."""
    operation["responses"]["200"]["content"]["text/html"] = {"schema": TEXT}
    return operation


def _of_several(operation: Json) -> Json:
    several = "The code may mean any of `candidates`: a number of several products, a product without a lot."
    operation["responses"]["300"] = answered(several, _CHOICES)
    return operation
