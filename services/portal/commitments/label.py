"""A paper as a thermal printer takes it: one dot a pixel at 203 dpi, as a PNG or in ZPL II."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageDraw

from services.portal.commitments.fonts import face_at, measure
from services.portal.commitments.paper import SIZES, Frame, Mark, Paper, Symbol, lay_out
from services.portal.qr_code import dark_runs, square

DOTS_A_MM = 8
"""203.2 dpi, of nearly every label printer."""
BLACK, WHITE = 0, 1


def picture(paper: Paper, size: str) -> Image.Image:
    """One bit a dot. Raises KeyError for a size that is not in `SIZES`."""
    return in_dots(lay_out(paper, size, measure), SIZES[size])


def in_dots(marks: Iterable[Mark], size: tuple[float, float], dots_a_mm: int = DOTS_A_MM) -> Image.Image:
    """These marks on white; `size` is width and height in millimetres."""
    width, height = size
    image = Image.new("1", (round(width * dots_a_mm), round(height * dots_a_mm)), WHITE)
    pencil = ImageDraw.Draw(image)
    pencil.fontmode = "1"
    for mark in marks:
        _draw(mark, pencil, dots_a_mm)
    return image


def png(paper: Paper, size: str) -> bytes:
    drawn = BytesIO()
    picture(paper, size).save(drawn, "PNG", dpi=(DOTS_A_MM * 25.4, DOTS_A_MM * 25.4))
    return drawn.getvalue()


def zpl(paper: Paper, size: str) -> str:
    """The picture as a graphic field (^GFA), so that the printer needs no Chinese font."""
    image = picture(paper, size)
    row_bytes = (image.width + 7) // 8
    inverted = image.point(lambda dot: WHITE - min(dot, 1), "1")
    dots = inverted.tobytes().hex().upper()
    total = row_bytes * image.height
    return f"^XA^PW{image.width}^LL{image.height}^LH0,0^FO0,0^GFA,{total},{total},{row_bytes},{dots}^FS^XZ\n"


def _draw(mark: Mark, pencil: ImageDraw.ImageDraw, dots_a_mm: int) -> None:
    if isinstance(mark, Symbol):
        _draw_symbol(mark, pencil, dots_a_mm)
    elif isinstance(mark, Frame):
        _draw_frame(mark, pencil, dots_a_mm)
    else:
        font = face_at(mark.face, round(mark.size * dots_a_mm))
        pencil.text((mark.x * dots_a_mm, mark.y * dots_a_mm), mark.text, fill=BLACK, font=font, anchor="ls")


def _draw_frame(frame: Frame, pencil: ImageDraw.ImageDraw, dots_a_mm: int) -> None:
    left, top = frame.x * dots_a_mm, frame.y * dots_a_mm
    right, bottom = left + frame.width * dots_a_mm, top + frame.height * dots_a_mm
    line = max(1, round(frame.line * dots_a_mm))
    pencil.rectangle((left, top, right, bottom), outline=BLACK, width=line)
    if frame.ticked:
        wide, high = right - left, bottom - top
        tick = [(left + wide * 0.16, top + high * 0.5), (left + wide * 0.42, top + high * 0.8)]
        pencil.line([*tick, (left + wide * 0.88, top + high * 0.18)], fill=BLACK, width=line + 1)


def _draw_symbol(symbol: Symbol, pencil: ImageDraw.ImageDraw, dots_a_mm: int) -> None:
    """Whole dots a module: a printer rounds what is not, and then it does not scan."""
    modules = square(symbol.link, symbol.error)
    module = max(2, int(symbol.side * dots_a_mm // modules.width))
    left = round(symbol.x * dots_a_mm + (symbol.side * dots_a_mm - module * modules.width) / 2)
    top = round(symbol.y * dots_a_mm)
    for down, across, length in dark_runs(modules):
        x, y = left + across * module, top + down * module
        pencil.rectangle((x, y, x + length * module - 1, y + module - 1), fill=BLACK)
