"""Rolls of labels: ordered, bound, returned, made void, recalled; and the number under a scratch-off field."""

from __future__ import annotations

from typing import Any

from services.portal.openapi.parts import NUMBER, TEXT, TIME, Json, answered, get, many, path, post, record, told
from services.portal.openapi.reading import CLAIM
from services.portal.reporting.command_fields import MOST_LABELS
from services.portal.rolls.acts import ACTS
from services.portal.rolls.api import MOST_CODES

_TAG = "Labels"
_AGAIN = told(TEXT, "A UUID of your own: the same one again is the same act.")
_RECEIPT = record({"topic": TEXT, "partition": NUMBER, "offset": NUMBER}, ("topic", "partition", "offset"))
_PART = record(
    {
        "first": told(NUMBER, "Place on the roll, from 1."),
        "last": NUMBER,
        "lot": TEXT,
        "state": {**TEXT, "enum": ["bound", "under_way"]},
    },
    ("first", "last", "lot", "state"),
)
_ROLL = record(
    {
        "roll": TEXT,
        "request_id": told(TEXT, "Its labels are printed from /labels/orders/{request_id}.csv and its neighbours."),
        "brand": TEXT,
        "gtin": TEXT,
        "count": NUMBER,
        "printed_ms": told(NUMBER, "Milliseconds since 1970."),
        "void": NUMBER,
        "bound": NUMBER,
        "parts": many(_PART),
    },
    ("roll", "request_id", "gtin", "count", "bound", "parts"),
)
_ORDER = record(
    {
        "product": told(TEXT, "GTIN, any spelling."),
        "brand": told(TEXT, "Brand id; left out, the brand that lists the product."),
        "count": {"type": "integer", "minimum": 1, "maximum": MOST_LABELS},
        "request_id": _AGAIN,
    },
    ("product", "count"),
)
_BESIDE: dict[str, Any] = {
    "void": {"codes": told({**many(TEXT), "maxItems": MOST_CODES}, "Signed links or short codes.")},
    "recall": {"at": told(TIME, "When; needed with request_id.")},
    "bind": {"after": told(many(TEXT), "Receipts that must be applied first.")},
}
_SECRET = record({"code": TEXT, "secret": TEXT}, ("code", "secret"))
_VERDICTS = ["confirmed_first", "already_confirmed", "wrong", "locked", "not_ours"]
_TRIED = record({"verdict": {**TEXT, "enum": _VERDICTS}, "sentence": TEXT, "confirmed": TIME}, ("verdict", "sentence"))


def rolls() -> Json:
    ordered = {"201": answered("The roll.", _ROLL)}
    tried = {"200": answered("What it is.", _TRIED)}
    return {
        "/api/labels/rolls": {
            "post": post(_TAG, "orderRoll", "Order a roll of labels", _ORDER, ordered),
            "get": get(_TAG, "listRolls", "The newest rolls", [], record({"rolls": many(_ROLL)}, ("rolls",))),
        },
        "/api/labels/rolls/{code}": {
            "get": get(_TAG, "roll", "A roll, by its number or the short code of a label of it", [path("code")], _ROLL)
        },
        **{f"/api/labels/{noun}": {"post": _act(noun)} for noun in ACTS},
        "/api/labels/secret": {
            "post": post(_TAG, "checkSecret", "The number under a scratch-off field", _SECRET, tried)
        },
    }


def _act(noun: str) -> Json:
    act = ACTS[noun]
    fields = {field.name: told(TEXT, f"{field.label}. {field.hint}".strip()) for field in act.fields}
    body = record(
        {**fields, **_BESIDE.get(noun, {}), "request_id": _AGAIN}, [one.name for one in act.fields if one.required]
    )
    done = {"request_id": TEXT, "count": told(NUMBER, "Labels it was done to.")}
    told_of = {"event_ids": many(TEXT), "receipts": many(_RECEIPT)} if noun == "recall" else {}
    claim = {"claim": CLAIM} if noun == "bind" else {}
    said = record({**done, **claim, **told_of}, ("request_id", "count"))
    held = {"409": answered("None, and the claim that says why.", said)} if noun == "bind" else {}
    answers = {"200": answered("Done.", said), **held}
    return post(_TAG, f"{noun}Labels", act.title, body, answers, besides=(404,), description=act.lead)
