"""Labels: asking for them, checking one, its picture, and the public keys."""

from __future__ import annotations

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
_ONE = record(dict.fromkeys(("link", "gtin", "lot", "serial", "short_code"), TEXT), ("link", "short_code"))
_ISSUED = record({"request_id": TEXT, "labels": many(_ONE), "claim": CLAIM}, ("request_id", "labels"))


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
        "/labels/{code}.svg": {"get": _picture("labelSvg", "image/svg+xml")},
        "/labels/{code}.png": {"get": _picture("labelPng", "image/png")},
        "/.well-known/label-keys.json": {"get": public},
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
