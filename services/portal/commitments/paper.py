"""A 承诺达标合格证 on paper: its words, and where each stands on a sheet or a label of a size.

Positions and sizes are millimetres from the upper left corner; a text's `y` is its base line. Drawing is the affair of
`commitment_pdf` and `commitment_label`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from services.portal.qr_code import Level

Face = Literal["sans", "serif"]
Ink = Literal["black", "green", "grey", "red"]
Measure = Callable[[str, Face, float], float]
"""The width of a text at a size, in millimetres."""

TITLE = "承诺达标合格证"
SIZES: Mapping[str, tuple[float, float]] = {"a6": (105, 148), "a5": (148, 210), "100x70": (100, 70), "60x40": (60, 40)}
"""Width and height: a card, a sheet, and two labels of thermal printers."""


@dataclass(frozen=True, slots=True)
class Paper:
    """`rows` are label and value; `bases` the three grounds and whether each is ticked; `void` why it is, or "".

    Contact details are among the rows only where whoever prints may see them.
    """

    number: str
    rows: tuple[tuple[str, str], ...]
    promise: str
    bases: tuple[tuple[str, bool], ...]
    link: str
    void: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    size: float
    text: str
    face: Face = "sans"
    ink: Ink = "black"


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of lines; `ticked` one with a tick in it."""

    x: float
    y: float
    width: float
    height: float
    line: float = 0.2
    ink: Ink = "black"
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """The QR code of the link, quiet zone left to the layout."""

    x: float
    y: float
    side: float
    link: str
    error: Level = "M"


Mark = Text | Frame | Symbol


def lay_out(paper: Paper, size: str, measure: Measure) -> tuple[Mark, ...]:
    """Raises KeyError for a size that is not in `SIZES`."""
    width, height = SIZES[size]
    marks = _card(paper, width, height, measure) if height > width else _label(paper, width, height, measure)
    return (*marks, *_stamp(paper, width, height, measure))


def _card(paper: Paper, width: float, height: float, measure: Measure) -> Iterator[Mark]:
    """Upright: the title, what is promised, on what grounds, the table, the code below."""
    unit = width / 105
    left, inner = 11 * unit, width - 22 * unit
    yield Frame(4 * unit, 4 * unit, width - 8 * unit, height - 8 * unit, 0.7 * unit, "green")
    yield Frame(5.4 * unit, 5.4 * unit, width - 10.8 * unit, height - 10.8 * unit, 0.2 * unit, "green")
    yield _centred(TITLE, width, 19 * unit, 9 * unit, "serif", "green", measure)
    yield _centred(f"编号 {paper.number}", width, 25.5 * unit, 3 * unit, "sans", "grey", measure)
    y = 33.5 * unit
    yield Text(left, y, 3.7 * unit, "我承诺对生产销售的食用农产品：")
    for line in wrapped(paper.promise, inner, 3.7 * unit, measure):
        y += 5.6 * unit
        yield Text(left, y, 3.7 * unit, line)
    y += 7.4 * unit
    yield Text(left, y, 3.2 * unit, "承诺依据", ink="grey")
    y += 5.4 * unit
    x = left
    for words, ticked in paper.bases:
        yield Frame(x, y - 2.6 * unit, 2.8 * unit, 2.8 * unit, 0.25 * unit, ticked=ticked)
        yield Text(x + 3.6 * unit, y, 2.95 * unit, words)
        x += 3.6 * unit + measure(words, "sans", 2.95 * unit) + 2.2 * unit
    yield from _table(paper, left, y + 8.4 * unit, inner, unit, measure)
    side = 25 * unit
    yield Symbol(width - left - side, height - 11 * unit - side, side, paper.link)
    for n, line in enumerate(("扫码查看这张合格证", "现在是否有效")):
        yield Text(left, height - (19.5 - 4.6 * n) * unit, 3 * unit, line, ink="grey")


def _table(paper: Paper, left: float, y: float, inner: float, unit: float, measure: Measure) -> Iterator[Mark]:
    column = 21 * unit
    for label, value in paper.rows:
        lines = wrapped(value, inner - column, 3.8 * unit, measure) or [""]
        yield Text(left, y, 3.2 * unit, label, ink="grey")
        for n, line in enumerate(lines):
            yield Text(left + column, y + n * 5 * unit, 3.8 * unit, line)
        y += len(lines) * 5 * unit + 1.6 * unit


def _label(paper: Paper, width: float, height: float, measure: Measure) -> Iterator[Mark]:
    """Across: the code at the right; text as large as lets all of it in. Black, for a thermal printer."""
    side = height * 0.42
    for size in (height / 16, height / 17.2, height / 18.5, height / 20.5, height / 23, height / 26, height / 30):
        marks = tuple(_label_at(paper, width, height, side, size, measure))
        if max(mark.y for mark in marks if isinstance(mark, Text)) <= height * 0.97:
            break
    yield from marks


def _label_at(paper: Paper, width: float, height: float, side: float, size: float, measure: Measure) -> Iterator[Mark]:
    left, step = width * 0.03, size * 1.32
    y = height * 0.115
    yield Text(left, y, size * 1.75, TITLE)
    number_width = measure(paper.number, "sans", size * 0.85)
    yield Text(width - left - number_width, height * 0.055 + size * 0.5, size * 0.85, paper.number)
    code_top = height * 0.15
    yield Symbol(width - left - side, code_top, side, paper.link)
    y += step * 0.35
    for label, value in paper.rows:
        beside = y + step < code_top + side + step
        room = width - 2 * left - (side + 1.5 if beside else 0)
        for line in wrapped(f"{label}：{value}", room, size, measure):
            y += step
            yield Text(left, y, size, line)
    y, room, small = max(y, code_top + side), width - 2 * left, size * 0.92
    for line in wrapped(f"承诺：{paper.promise}", room, small, measure):
        y += step * 0.95
        yield Text(left, y, small, line)
    y, x = y + step * 0.95, left
    for words, ticked in paper.bases:
        reach = small * 1.05 + measure(words, "sans", small)
        if x + reach > left + room:
            y, x = y + step * 0.95, left
        yield Frame(x, y - small * 0.8, small * 0.8, small * 0.8, small * 0.07, ticked=ticked)
        yield Text(x + small * 1.05, y, small, words)
        x += reach + small * 0.6


def _stamp(paper: Paper, width: float, height: float, measure: Measure) -> Iterator[Mark]:
    """Across everything, where it is void."""
    if not paper.void:
        return
    size = min(width, height) * 0.15
    reach, y = max(measure("已作废", "sans", size), measure(paper.void, "sans", size * 0.28)), height * 0.55
    yield Frame((width - reach) / 2 - size * 0.3, y - size * 1.1, reach + size * 0.6, size * 1.8, size * 0.06, "red")
    yield _centred("已作废", width, y, size, "sans", "red", measure)
    yield _centred(paper.void, width, y + size * 0.45, size * 0.28, "sans", "red", measure)


def _centred(text: str, width: float, y: float, size: float, face: Face, ink: Ink, measure: Measure) -> Text:
    return Text((width - measure(text, face, size)) / 2, y, size, text, face, ink)


_CLOSING = "，。；：、）》”！？"


def wrapped(text: str, room: float, size: float, measure: Measure) -> list[str]:
    """Lines of at most `room` millimetres, broken anywhere, but no line begins with a closing mark."""
    lines: list[str] = []
    line = ""
    for sign in text:
        if line and measure(line + sign, "sans", size) > room and sign not in _CLOSING:
            lines.append(line)
            line = ""
        line += sign
    return [*lines, line] if line else lines
