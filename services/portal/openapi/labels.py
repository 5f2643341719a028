"""Labels: asking for them, checking one, its picture, and the public keys."""

from __future__ import annotations

from services.portal.labels.order import KINDS, MEDIA_TYPES, Kind
from services.portal.labels.paper import FORMS
from services.portal.openapi.parts import (
    ANYTHING,
    TEXT,
    Json,
    answered,
    get,
    many,
    path,
    post,
    problems,
    query,
    record,
    told,
)
from services.portal.openapi.reading import CLAIM, LABEL
from services.portal.reporting.command_fields import MOST_LABELS
from services.portal.verification.api import MOST_CODES

_TAG = "Labels"
_ASKED = record(
    {
        "lot": TEXT,
        "brand": told(TEXT, "Brand id; left out, the brand that lists the product."),
        "count": {"type": "integer", "minimum": 1, "maximum": MOST_LABELS, "default": 1},
        "after": told(many(TEXT), "Receipts that must be applied first."),
        "request_id": told(TEXT, "The same id gives the same labels again."),
    },
    ("lot",),
)
_ONE = record(dict.fromkeys(("link", "gtin", "lot", "serial", "short_code", "roll"), TEXT), ("link", "short_code"))
_ISSUED = record({"request_id": TEXT, "labels": many(_ONE), "claim": CLAIM}, ("request_id", "labels"))

_CODES = record({"codes": told({**many(TEXT), "maxItems": MOST_CODES}, "Signed links or short codes.")}, ("codes",))
_ANSWER = {**LABEL, "properties": {"code": TEXT, **LABEL["properties"]}}
_ANSWERS = record({"answers": many(_ANSWER)}, ("answers",))


def labels() -> Json:
    answers = {"201": answered("Labels.", _ISSUED), "409": answered("None, and the claim that says why.", _ISSUED)}
    code = query("code", "Signed link or short code.", required=True)
    keys = record({"keys": many(ANYTHING)}, ("keys",))
    public = get(_TAG, "labelKeys", "Public keys (JWK set)", [], keys)
    public["responses"]["200"] = answered("The keys.", keys, "application/jwk-set+json")
    return {
        "/api/labels": {
            "post": post(_TAG, "issueLabels", "Ask for labels", _ASKED, answers, besides=(404,)),
            "get": get(_TAG, "verifyLabel", "What is known of a label", [code], LABEL),
        },
        "/api/labels/verify": {
            "post": post(
                _TAG,
                "verifyLabels",
                "What is known of a thousand labels",
                _CODES,
                {"200": answered("In the order of the codes.", _ANSWERS)},
            ),
        },
        **{f"/labels/orders/{{request_id}}.{kind}": {"get": _file(kind)} for kind in KINDS},
        "/labels/{code}.svg": {"get": _picture("labelSvg", "image/svg+xml")},
        "/labels/{code}.png": {"get": _picture("labelPng", "image/png")},
        "/.well-known/label-keys.json": {"get": public},
    }


def _file(kind: Kind) -> Json:
    first = "Number of the first label, from 1: where a printer stopped. `Suyuan-Labels` says how many there are."
    return {
        "tags": [_TAG],
        "operationId": f"orderedLabels{kind.capitalize()}",
        "summary": f"The labels of a request as {kind.upper()}, streamed; the same bytes every time",
        "parameters": [
            path("request_id"),
            query("size", "Form of the labels: sheets of 21 or 8, or the millimetres of a roll.", enum=list(FORMS)),
            query("first", first),
            query("after", "Instead of `first`: the short code of the last label that came out well."),
            query("count", "How many; left out, all from the first on."),
            query("secrets", "With the secrets of scratch-off fields.", enum=["yes"]),
        ],
        "responses": {
            "200": answered("The file.", {**TEXT, "format": "binary"}, MEDIA_TYPES[kind].partition(";")[0]),
            **problems(400, 401, 403, 404, 409, 429, 503),
        },
    }


def _picture(name: str, media_type: str) -> Json:
    return {
        "tags": [_TAG],
        "operationId": name,
        "summary": "The QR code of a label, by its short code",
        "parameters": [path("code")],
        "responses": {
            "200": answered("The picture.", {**TEXT, "format": "binary"}, media_type),
            **problems(404, 429, 503),
        },
    }
