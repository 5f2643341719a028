"""What growers were paid, and the price that is told."""

from __future__ import annotations

from provenance.payments.records import KINDS, METHODS, REPLIES
from services.portal.openapi.parts import (
    AFTER,
    JSON,
    NUMBER,
    TEXT,
    Json,
    answered,
    get,
    many,
    post,
    query,
    record,
    told,
)
from services.portal.openapi.shapes import PROBLEM, RECEIPT, shape
from services.portal.payments.ports import PaidPrice, PaymentList

_TAG = "Payments"
_SAID = record(
    {
        "id": told({**TEXT, "format": "uuid"}, "Your own, so that sending again is harmless."),
        "kind": {"enum": list(KINDS)},
        "payer": TEXT,
        "payee": TEXT,
        "yuan": told(TEXT, "Before `deductions`."),
        "currency": told(TEXT, "CNY; nothing else is taken."),
        "paid_on": told({**TEXT, "format": "date"}, "Day of the payment."),
        "method": {"enum": list(METHODS)},
        "deliveries": told(many(record({"key": TEXT, "kilograms": TEXT}, ("key",))), "Lots or events of deliveries."),
        "deductions": many(record({"reason": TEXT, "yuan": TEXT}, ("reason", "yuan"))),
        "replaces": told(TEXT, "The payment this corrects; with `reason`."),
        "withdraws": told(TEXT, "Alone with `id` and `reason`: takes a payment or a correction back."),
        "payment": told(TEXT, "With `answer` and `time_ms`: what the payee says of it."),
        "answer": {"enum": list(REPLIES)},
        "reason": TEXT,
        "time_ms": NUMBER,
    }
)
_RESULT = record(
    {
        "id": TEXT,
        "status": {"enum": ["accepted", "rejected", "retry"]},
        "receipt": RECEIPT,
        "problems": many(PROBLEM),
        "warnings": told(many(TEXT), "What is in doubt about it, in your language; it is recorded all the same."),
    },
    ("id", "status", "problems", "warnings"),
)
_RESULTS = record({"results": many(_RESULT)}, ("results",))


_WHOSE = {"grower": told(TEXT, "His code as printed on slips, or his key.")}
_GROWER = record(_WHOSE, ("grower",))
_REPLACE = told({"type": "boolean"}, "That the card he has ends now; without it a grower who has one is 409, with it.")
_ANEW = record({**_WHOSE, "replace": _REPLACE}, ("grower",))
_ENDS = told(
    {"type": "boolean"}, "Whether your next card ends it, and a withdrawal: a station's ends those of stations."
)
_DAY = told(TEXT, "A day, or empty.")
_CARD = record({"made": _DAY, "made_by": TEXT, "until": _DAY, "ended": _DAY, "ended_by": TEXT, "ends": _ENDS})
_CARDS = record({"grower": TEXT, "cards": many(_CARD)}, ("grower", "cards"))
_MADE = record(
    {
        "grower": TEXT,
        "link": told(TEXT, "Of the card, in this answer alone: whoever has it answers for the grower."),
        "expires": _DAY,
        "prints": told({"type": "object", "additionalProperties": TEXT}, "Addresses of the card as PDF, by size."),
    },
    ("grower", "link", "expires", "prints"),
)
_WITHDRAWN = record({"grower": TEXT, "withdrawn": NUMBER}, ("grower", "withdrawn"))


def _cards() -> Json:
    """By offices of the county, and by stations that a mandate lets report (ADR 0089)."""
    made, ended = {"201": answered("The card.", _MADE)}, {"200": answered("How many were good.", _WITHDRAWN)}
    whose = query("grower", "His code, or his key.", required=True)
    lives = get(_TAG, "growerCards", "The cards of a grower: who made and who ended them", [whose], _CARDS)
    summary = "Make a card for a grower; the ones before that it ends are dead at once"
    make = post(_TAG, "makeGrowerCard", summary, _ANEW, made, besides=(409,))
    withdraw = post(_TAG, "withdrawGrowerCards", "End every card of a grower at once that you may end", _GROWER, ended)
    return {"/api/cards": {"get": lives, "post": make}, "/api/cards/withdrawals": {"post": withdraw}}


def payments() -> Json:
    about = query("about", "A party, a lot, the event of a delivery, a payment; the caller where it is missing.")
    code = query("code", "Lot, item or pallet.", required=True)
    summary = "Report a payment, a correction, a withdrawal or an answer; or a list of them"
    answers = {
        "201": answered("All are recorded.", _RESULTS),
        "207": answered("Some are not: each has its `status` and `problems`.", _RESULTS),
    }
    report = post(_TAG, "recordPayments", summary, _SAID, answers)
    report["requestBody"]["content"][JSON]["schema"] = {**_SAID, "type": ["object", "array"], "items": _SAID}
    told_to = "Payments as they stand, that the caller may read"
    price = "What growers were paid a kilogram, as far as told"
    return {
        "/api/payments": {
            "post": report,
            "get": get(_TAG, "payments", told_to, [about, AFTER], shape(PaymentList, times=False)),
        },
        **_cards(),
        "/api/paid-price": {"get": get(_TAG, "paidPrice", price, [code, AFTER], shape(PaidPrice, times=False))},
    }
