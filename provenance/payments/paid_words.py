"""What a reader is told of the price paid to growers, in both languages; no figure that may not be told is in it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from provenance.payments.paid_price import FEWEST_POOLED, Paid
from provenance.payments.records import yuan_text
from provenance.short_names import Words


def percent(value: Fraction) -> str:
    """Whole per cent, rounded down, so that 100 % is all of it."""
    return f"{int(value * 100)}%"


def price_words(found: Paid, *, may_tell: bool) -> Words:
    """One sentence for the buyer page."""
    if not found.yuan_per_kg and found.doubted:
        return Words("已上报的货款存疑，没有计入。", "What is reported of payments is in doubt and not counted.")
    if found.yuan_per_kg is None:
        return Words("还没有人上报付给种植户的货款。", "Nobody has reported what the growers were paid.")
    part = "" if found.covered == 1 else f"（已付款的占{percent(found.covered)}）"
    part_en = "" if found.covered == 1 else f" ({percent(found.covered)} of the goods is paid for)"
    if not may_tell:
        return Words(
            f"付给种植户的货款已上报{part}；参与的种植户不足{FEWEST_POOLED}户，或一户占了一半以上，为保护隐私不公开价格。",
            f"What the growers were paid is reported{part_en}; they are fewer than {FEWEST_POOLED}, or more than half"
            " is of one of them, so the price stays private.",
        )
    confirmed = f"其中{percent(found.confirmed)}的货款由收款人确认收到" if found.confirmed else "收款人还没有确认"
    confirmed_en = (
        f"{percent(found.confirmed)} of the money is confirmed by those it was paid to"
        if found.confirmed
        else "those it was paid to have not confirmed it yet"
    )
    if found.disputed:
        share = percent(Fraction(ceil(found.disputed * 100), 100))
        confirmed += f"，对{share}的货款有异议"
        confirmed_en += f", and {share} of it is disputed"
    yuan = yuan_text(found.yuan_per_kg)
    who = "1 grower was" if found.growers == 1 else f"{found.growers} growers were"
    besides = "另有上报的货款存疑，没有计入。" if found.doubted else ""
    besides_en = " More is reported that is in doubt and not counted." if found.doubted else ""
    return Words(
        f"{found.growers}户种植户平均每公斤得到{yuan}元{part}，{confirmed}。{besides}",
        f"{who} paid {yuan} yuan a kilogram on average{part_en}; {confirmed_en}.{besides_en}",
    )
