"""A grower's deliveries as that grower reads them: what the station weighed, what is paid for it, what is not yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from services.portal.languages import Language
from services.portal.payments.ports import Delivery
from services.portal.telling.naming import short


def delivery_row(one: Delivery, doubted: Collection[str], language: Language) -> Mapping[str, Any]:
    """`unpaid` are the kilograms that no settlement is for, "" where there are none. Of what a payment in doubt is for,
    by lot or event id, no sum is to be told: it would be a share of what nobody may have paid."""
    return {
        "day": one.day,
        "lot": short(one.lot),
        "product": language.pick(one.product_zh, one.product_en),
        "plot": " ".join(filter(None, (language.pick(one.plot_zh, one.plot_en), short(one.plot)))),
        "station": language.pick(one.reporter_zh, one.reporter_en) or short(one.reporter),
        "kilograms": one.kilograms,
        "gross": one.gross_kg,
        "tare": one.tare_kg if Decimal(one.tare_kg or 0) else "",
        "reported": one.reported,
        "paid": money(one.paid_yuan),
        "doubted": not {one.lot, one.event_id}.isdisjoint(doubted),
        "unpaid": one.unpaid_kg if Decimal(one.unpaid_kg or 0) else "",
    }


def money(yuan: str) -> str:
    """To the fen; empty where nothing is paid."""
    amount = Decimal(yuan or 0)
    return f"{amount:.2f}" if amount else ""
