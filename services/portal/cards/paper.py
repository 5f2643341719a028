"""A grower's card on paper: whose it is, the code of its link, and what to do with it.

Positions are millimetres, as in `commitments.paper`, whose marks and drawing it uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.portal.commitments.paper import Mark, Measure, Symbol, Text, wrapped

TITLE = "种植户收款卡"
CARD_SIZES: Mapping[str, tuple[float, float]] = {"a6": (105, 148), "60x40": (60, 40)}
"""Width and height: a sheet of a quarter, and the label of a thermal printer."""
WORDS = (
    "用手机扫码，看自己交了多少、收到多少钱，对的点“收到了”，不对的点“有错”。",
    "拿到这张卡的人都能代您回答：请自己收好，不要交给收购的人。",
    "丢了请马上到收购站或县乡服务中心补一张，旧卡当场作废。",
)


@dataclass(frozen=True, slots=True)
class CardPaper:
    """`grower` is the code on its slips, never a name: a card is found by somebody else sooner or later."""

    grower: str
    printed: str
    link: str


def lay_out_card(card: CardPaper, size: str, measure: Measure) -> tuple[Mark, ...]:
    """Raises KeyError for a size that is not in `CARD_SIZES`."""
    width, height = CARD_SIZES[size]
    return tuple(_sheet(card, width, measure) if height > width else _label(card, width, height, measure))


def _sheet(card: CardPaper, width: float, measure: Measure) -> Iterator[Mark]:
    yield Text((width - measure(TITLE, "serif", 8)) / 2, 18, 8, TITLE, "serif", "green")
    said = f"种植户 {card.grower} · 打印于 {card.printed}"
    yield Text((width - measure(said, "sans", 4)) / 2, 27, 4, said)
    side = 55.0
    yield Symbol((width - side) / 2, 33, side, card.link)
    y = 97.0
    for words in WORDS:
        for line in wrapped(words, width - 24, 4, measure):
            yield Text(10, y, 4, line)
            y += 6
        y += 2


def _label(card: CardPaper, width: float, height: float, measure: Measure) -> Iterator[Mark]:
    side = height * 0.62
    left = 2 + side + 2
    yield Text(2, 5.5, 3.6, f"{TITLE} {card.grower}")
    yield Symbol(2, 8, side, card.link)
    y = 11.0
    for line in wrapped(
        f"{WORDS[0]}{WORDS[1]}", width - left - 1 - 2 * 2.4, 2.4, measure
    ):  # closing marks may hang over
        yield Text(left, y, 2.4, line)
        y += 3.2
    yield Text(2, height - 3, 2.4, f"打印于 {card.printed}　丢了请到服务中心补卡")
