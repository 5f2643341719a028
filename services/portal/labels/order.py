"""An order of labels as it is printed: its words, its labels, its square. Asked for again by its request id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from provenance.label_link import short_code_for_people
from services.portal import qr_code
from services.portal.labels import sheets, table, zpl
from services.portal.labels.paper import FORMS, Form, place_of
from services.portal.labels.sheets import Printed
from services.portal.labels.wording import Words
from services.portal.ports import IssuedLabels
from wire.errors import Rejected

Kind = Literal["pdf", "zpl", "csv"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MEDIA_TYPES: Mapping[Kind, str] = {
    "pdf": "application/pdf",
    "zpl": "application/octet-stream",
    "csv": "text/csv; charset=utf-8",
}
SIZE: Mapping[Kind, str] = {"pdf": "a4-21", "zpl": "60x40", "csv": "60x40"}
"""Unless another is asked for."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The labels from number `first` on, `count` of the `total` of their order. `length` is in bytes, where it is known
    before anything is drawn."""

    kind: Kind
    first: int
    count: int
    total: int
    pieces: Iterator[bytes]
    length: int | None = None


def print_order(order: IssuedLabels, words: Words, kind: Kind, size: str, first: int, count: int | None) -> Printing:
    """Raises Rejected for a form that is none or does not fit, and for numbers that the order does not have."""
    if size not in FORMS:
        raise Rejected(f"size: there are {', '.join(FORMS)}.")
    form, total = FORMS[size], len(order.labels)
    if kind == "zpl" and form.on_a_page > 1:
        rolls = ", ".join(name for name, one in FORMS.items() if one.on_a_page == 1)
        raise Rejected(f"size: a label printer prints {rolls}.")
    last = total if count is None else first + count - 1
    if not 1 <= first <= last <= total:
        raise Rejected(f"first and count: the order has the labels 1 to {total}.")
    wanted = order.labels[first - 1 : last]
    if kind == "csv":
        return Printing(kind, first, len(wanted), total, table.rows(words, wanted, first))
    return _drawn(kind, form, words, wanted, first, total)


def _drawn(
    kind: Kind, form: Form, words: Words, wanted: Sequence[Mapping[str, str]], first: int, total: int
) -> Printing:
    printed = list(map(_printed, wanted))
    modules = qr_code.square(printed[0].link).width
    place = place_of(form, modules, with_secret=bool(printed[0].secret))
    if kind == "zpl":
        pieces = zpl.roll(form, place, words, printed, draw=qr_code.square)
        return Printing(kind, first, len(wanted), total, pieces)
    length = sheets.length(form, place, words, printed, modules)
    pieces = sheets.pages(form, place, words, printed, draw=qr_code.square)
    return Printing(kind, first, len(wanted), total, pieces, length)


def _printed(label: Mapping[str, str]) -> Printed:
    secret = label.get("secret", "")
    halves = secret[: len(secret) // 2], secret[len(secret) // 2 :]
    return Printed(label["link"], short_code_for_people(label["short_code"]), "-".join(filter(None, halves)))


@dataclass(frozen=True, slots=True)
class Square:
    """The symbol of an order's labels on one form: how it is called, modules a side, and millimetres."""

    size: str
    symbol: str
    modules: int
    module_mm: float
    side_mm: float


def squares(link: str) -> tuple[Square, ...]:
    """On every form that it fits."""
    symbol = f"{qr_code.version(len(link))}-{qr_code.LEVEL}"
    return tuple(_squares(symbol, qr_code.square(link).width))


def _squares(symbol: str, modules: int) -> Iterator[Square]:
    for size, form in FORMS.items():
        try:
            place = place_of(form, modules)
        except Rejected:
            continue
        yield Square(size, symbol, modules, form.module, place.side)


def words_of(order: IssuedLabels, product: Mapping[str, Any], public_url: str) -> Words:
    """From the claim as it stands and the product as it is registered today."""
    claim, first = order.claim, order.labels[0]
    badge = claim.badges[0] if claim and claim.badges else None
    return Words(
        product_zh=str(product.get("name_zh") or first["gtin"]),
        product_en=str(product.get("name_en") or ""),
        brand_zh=claim.brand_zh if claim else "",
        brand_en=claim.brand_en if claim else "",
        badge_zh=badge.sentence_zh if badge else "",
        badge_en=badge.sentence_en if badge else "",
        net=str(product.get("net_weight_kg") or ""),
        lot=first.get("lot", ""),
        roll=first.get("roll", ""),
        site=urlsplit(public_url).netloc,
    )
