"""Which labels' goods are recalled now: with their lot, alone, with a pallet, or with what they came from.

One call of traceability says it of a thousand labels, or of the labels of all who wait together. It is the same for
everybody, so whoever looks one label up asks as nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from provenance.labels.answers import Recall
from runtime.shared_reads import SharedReads
from services.portal.ports import Goods, Histories
from services.portal.telling.histories import LabelVerdict
from wire.errors import Rejected, Transient, Unauthorised

_PRODUCTS = "https://id.gs1.org/01/"
MOST_OF_NOBODY = 50
NOT_ASKED: tuple[type[Exception], ...] = (Transient, Rejected, Unauthorised)
"""Raised where it could not be asked, or not be followed."""


class Recalls:
    def __init__(self, histories: Histories) -> None:
        self._histories = histories
        self._shared = SharedReads(partial(histories.recalled, token=""), most=MOST_OF_NOBODY)

    async def of(self, goods: Goods) -> Recall:
        """not_asked where nobody could say, as of `of_all`: a recall is not passed over."""
        try:
            return await self._shared.one(goods) if any(goods) else "none"
        except NOT_ASKED:
            return "not_asked"

    async def of_all(self, labels: Sequence[LabelVerdict], *, token: str) -> Sequence[Recall]:
        """In the order of at most a thousand labels."""
        try:
            return await self._histories.recalled([goods_of(label) for label in labels], token=token) if labels else ()
        except NOT_ASKED:
            return ["not_asked"] * len(labels)


def goods_of(label: LabelVerdict) -> Goods:
    """The box and its lot, each "" where the label does not name it."""
    item = f"{_PRODUCTS}{label.gtin}/21/{quote(label.serial, safe='')}" if label.gtin and label.serial else ""
    lot = f"{_PRODUCTS}{label.gtin}/10/{quote(label.lot, safe='')}" if label.gtin and label.lot else ""
    return Goods(item, lot)


def named_in(keys: Sequence[str]) -> Goods:
    """Of the keys of one code."""
    item = next((key for key in keys if "/21/" in key), "")
    return Goods(item, next((key for key in keys if "/10/" in key and "/21/" not in key), ""))
