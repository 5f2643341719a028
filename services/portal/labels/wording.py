"""What all labels of an order say beside the square, in Chinese and English, and where each line stands.

Four groups: whose brand; what is in the box; the county's history with its date, framed; lot and where to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.portal.commitments.paper import Frame, Measure, Text, wrapped
from services.portal.labels.paper import MARGIN, Form, Place

LEADING = 1.22
LEAST_SHRUNK = 0.8
"""A name that nearly fits a line is set smaller instead of broken."""
_PAD = 0.35
"""Of a framed group, and the least gap between groups, in sizes of their text."""
SCRATCH = "刮开验证 Scratch off to confirm"


@dataclass(frozen=True, slots=True)
class Words:
    """Empty texts are left out; a roll has no lot yet; `net` is in kilograms; `site` is where a code can be typed."""

    product_zh: str
    product_en: str = ""
    brand_zh: str = ""
    brand_en: str = ""
    badge_zh: str = ""
    badge_en: str = ""
    net: str = ""
    lot: str = ""
    roll: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines with their sizes; a framed one has its pad around them."""

    lines: tuple[tuple[str, float], ...]
    pad: float = 0

    @property
    def height(self) -> float:
        return sum(size for _, size in self.lines) * LEADING + 2 * self.pad


def lay_out(words: Words, form: Form, place: Place, measure: Measure) -> tuple[Text | Frame, ...]:
    """Beside the square and above the code, as large as lets all of them in; the room left lies between the groups."""
    room, size = place.words_to - MARGIN, form.height * 0.13
    groups = _groups(words, place, size, measure)
    while _height(groups) + _PAD * size * (len(groups) - 1) > room and size > 1:
        size *= 0.95
        groups = _groups(words, place, size, measure)
    gap = (room - _height(groups)) / max(1, len(groups) - 1)
    field = (place.field,) if place.field else ()
    return (*_set(groups, place, min(gap, 0.6 * size)), *field)


def _height(groups: tuple[_Group, ...]) -> float:
    return sum(group.height for group in groups)


def _groups(words: Words, place: Place, size: float, measure: Measure) -> tuple[_Group, ...]:
    net, scratch = f"净含量 Net {words.net} kg" if words.net else "", SCRATCH if place.field else ""
    lot = f"批号 Lot {words.lot}" if words.lot else f"卷号 Roll {words.roll}" if words.roll else ""
    site = f"查询 Check: {words.site}" if words.site else ""
    rows = (
        (((words.brand_zh, 0.55), (words.brand_en, 0.48)), 0.0),
        (((words.product_zh, 1.0), (words.product_en, 0.6), (net, 0.55)), 0.0),
        (((words.badge_zh, 0.5), (words.badge_en, 0.46)), _PAD),
        (((lot, 0.55), (site, 0.48), (scratch, 0.42)), 0.0),
    )
    set_ = (_group(texts, size, pad * size, place.room, measure) for texts, pad in rows)
    return tuple(group for group in set_ if group.lines)


def _group(texts: tuple[tuple[str, float], ...], size: float, pad: float, room: float, measure: Measure) -> _Group:
    lines = (line for text, share in texts for line in _lines(text, room - 2 * pad, size * share, measure))
    return _Group(tuple(lines), pad)


def _set(groups: tuple[_Group, ...], place: Place, gap: float) -> Iterator[Text | Frame]:
    y = MARGIN
    for group in groups:
        if group.pad:
            yield Frame(place.code_x, y, place.room, group.height, 0.15)
        y += group.pad
        for line, size in group.lines:
            y += size * LEADING
            yield Text(place.code_x + group.pad, y - size * (LEADING - 1), size, line)
        y += group.pad + gap


def _lines(text: str, room: float, size: float, measure: Measure) -> Iterator[tuple[str, float]]:
    """In one line where that takes little shrinking; else broken between words, and what has no words anywhere."""
    if text and room / measure(text, "sans", size) >= LEAST_SHRUNK:
        yield text, min(size, size * room / measure(text, "sans", size))
        return
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer, "sans", size) <= room:
            line = longer
            continue
        if line:
            yield line, size
        *full, line = wrapped(word, room, size, measure)
        yield from ((part, size) for part in full)
    if line:
        yield line, size
