"""A brand's badge: what its county was and when, dated the day it was drawn, with a QR to the live check. Pure but for
the letters' widths.

Positions are millimetres. A copy of the picture proves nothing and says so by its date: the square leads to the hall.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from services.portal.commitments.fonts import face_at, measure
from services.portal.commitments.paper import Frame, Ink, Mark, Symbol, Text, wrapped
from services.portal.halls.hall import Shown
from services.portal.qr_code import dark_runs, square

WIDTH: Final = 96.0
_EDGE, _SIDE, _GAP = 4.0, 26.0, 4.0
_LEFT = _EDGE + _SIDE + _GAP
_ROOM = WIDTH - _LEFT - _EDGE
DOTS_A_MM = 12
INKS: dict[Ink, str] = {"black": "#111111", "green": "#166534", "grey": "#5f6368", "red": "#be1212"}
_FONTS = "'Noto Sans SC','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"


def badge(shown: Shown, county: str, link: str, on: date) -> tuple[Mark, ...]:
    """Its marks. `county` is its name in both languages, `link` the live check."""
    marks = [*_words(shown, county, on)]
    height = max(marks[-1].y + _EDGE, _SIDE + 2 * _EDGE) if isinstance(marks[-1], Text) else 0
    frame = Frame(0.5, 0.5, WIDTH - 1, height - 1, 0.6, "green")
    return (frame, Symbol(_EDGE, _EDGE, _SIDE, link, "Q"), *marks)


def _words(shown: Shown, county: str, on: date) -> Iterator[Mark]:
    brand, y = shown.brand, _EDGE
    told: list[tuple[str, float, Ink]] = [
        (words, size, "black")
        for one in shown.badges
        for words, size in ((one.sentence_zh, 3.0), (one.sentence_en, 2.3))
    ]
    day = on.isoformat()
    lines: list[tuple[str, float, Ink]] = [
        (brand.name_zh, 4.6, "green"),
        (brand.name_en, 3.0, "green"),
        (county, 2.6, "grey"),
        *told,
        (f"截至 {day}，扫码查验当前状态", 2.6, "grey"),
        (f"As of {day}. Scan for how it stands now.", 2.3, "grey"),
    ]
    for text, size, ink in lines:
        for line in _in_lines(text, size):
            y += size * 1.42
            yield Text(_LEFT, y - size * 0.35, size, line, "sans", ink)


def _in_lines(text: str, size: float) -> Iterator[str]:
    """Between words where there are any, else anywhere."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and measure(longer, "sans", size) > _ROOM:
            yield line
            longer = word
        line = longer
    yield from wrapped(line, _ROOM, size, measure) if line else ()


def size_of(marks: tuple[Mark, ...]) -> tuple[float, float]:
    frame = next(mark for mark in marks if isinstance(mark, Frame))
    return frame.width + 1, frame.height + 1


def svg(marks: tuple[Mark, ...], title: str) -> str:
    """Texts stay texts; each is as wide as it was measured, whatever letters there are."""
    width, height = size_of(marks)
    drawn = "".join(map(_svg, marks))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:.6g}mm" role="img" '
        f'viewBox="0 0 {width:g} {height:.6g}"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{width:g}v{height:.6g}h-{width:g}z"/>{drawn}</svg>'
    )


def _svg(mark: Mark) -> str:
    if isinstance(mark, Frame):
        return (
            f'<rect x="{mark.x:g}" y="{mark.y:g}" width="{mark.width:.6g}" height="{mark.height:.6g}" rx="2" '
            f'fill="none" stroke="{INKS[mark.ink]}" stroke-width="{mark.line:g}"/>'
        )
    if isinstance(mark, Symbol):
        modules = square(mark.link, mark.error)
        strokes = "".join(f"M{x} {y}.5h{length}" for y, x, length in dark_runs(modules))
        scale = mark.side / modules.width
        return f'<path transform="translate({mark.x:g} {mark.y:g}) scale({scale:.6g})" stroke="#000" d="{strokes}"/>'
    wide = measure(mark.text, mark.face, mark.size)
    return (
        f'<text x="{mark.x:g}" y="{mark.y:.6g}" font-family="{_FONTS}" font-size="{mark.size:g}" '
        f'fill="{INKS[mark.ink]}" textLength="{wide:.6g}" lengthAdjust="spacingAndGlyphs">{escape(mark.text)}</text>'
    )


def png(marks: tuple[Mark, ...]) -> bytes:
    width, height = (round(side * DOTS_A_MM) for side in size_of(marks))
    image = Image.new("RGB", (width, height), "white")
    pencil = ImageDraw.Draw(image)
    for mark in marks:
        _dots(mark, pencil)
    drawn = BytesIO()
    image.save(drawn, "PNG", dpi=(DOTS_A_MM * 25.4, DOTS_A_MM * 25.4), optimize=True)
    return drawn.getvalue()


def _dots(mark: Mark, pencil: ImageDraw.ImageDraw) -> None:
    left, top = mark.x * DOTS_A_MM, mark.y * DOTS_A_MM
    if isinstance(mark, Frame):
        corner = left + mark.width * DOTS_A_MM, top + mark.height * DOTS_A_MM
        line = round(mark.line * DOTS_A_MM)
        pencil.rounded_rectangle((left, top, *corner), 2 * DOTS_A_MM, outline=INKS[mark.ink], width=line)
    elif isinstance(mark, Symbol):
        modules = square(mark.link, mark.error)
        module = int(mark.side * DOTS_A_MM // modules.width)
        for down, across, length in dark_runs(modules):
            x, y = left + across * module, top + down * module
            pencil.rectangle((x, y, x + length * module - 1, y + module - 1), fill="black")
    else:
        font = face_at(mark.face, round(mark.size * DOTS_A_MM))
        pencil.text((left, top), mark.text, fill=INKS[mark.ink], font=font, anchor="ls")
