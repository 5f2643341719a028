"""A paper as a thermal printer takes it: one dot a pixel at 203 dpi, as a PNG or in ZPL II."""

from __future__ import annotations

from io import BytesIO

import segno
from PIL import Image, ImageDraw

from services.portal.commitments.fonts import face_at, measure
from services.portal.commitments.paper import SIZES, Frame, Mark, Paper, Symbol, lay_out

DOTS_A_MM = 8
"""203.2 dpi, of nearly every label printer."""
BLACK, WHITE = 0, 1


def picture(paper: Paper, size: str) -> Image.Image:
    """One bit a dot. Raises KeyError for a size that is not in `SIZES`."""
    width, height = SIZES[size]
    image = Image.new("1", (round(width * DOTS_A_MM), round(height * DOTS_A_MM)), WHITE)
    pencil = ImageDraw.Draw(image)
    pencil.fontmode = "1"
    for mark in lay_out(paper, size, measure):
        _draw(mark, pencil)
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


def _draw(mark: Mark, pencil: ImageDraw.ImageDraw) -> None:
    if isinstance(mark, Symbol):
        _draw_symbol(mark, pencil)
    elif isinstance(mark, Frame):
        _draw_frame(mark, pencil)
    else:
        font = face_at(mark.face, round(mark.size * DOTS_A_MM))
        pencil.text((mark.x * DOTS_A_MM, mark.y * DOTS_A_MM), mark.text, fill=BLACK, font=font, anchor="ls")


def _draw_frame(frame: Frame, pencil: ImageDraw.ImageDraw) -> None:
    left, top = frame.x * DOTS_A_MM, frame.y * DOTS_A_MM
    right, bottom = left + frame.width * DOTS_A_MM, top + frame.height * DOTS_A_MM
    line = max(1, round(frame.line * DOTS_A_MM))
    pencil.rectangle((left, top, right, bottom), outline=BLACK, width=line)
    if frame.ticked:
        wide, high = right - left, bottom - top
        tick = [(left + wide * 0.16, top + high * 0.5), (left + wide * 0.42, top + high * 0.8)]
        pencil.line([*tick, (left + wide * 0.88, top + high * 0.18)], fill=BLACK, width=line + 1)


def _draw_symbol(symbol: Symbol, pencil: ImageDraw.ImageDraw) -> None:
    """Whole dots a module: a printer rounds what is not, and then it does not scan."""
    rows = segno.make_qr(symbol.link, error="m", boost_error=False).matrix
    module = max(2, int(symbol.side * DOTS_A_MM // len(rows)))
    left = round(symbol.x * DOTS_A_MM + (symbol.side * DOTS_A_MM - module * len(rows)) / 2)
    top = round(symbol.y * DOTS_A_MM)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                x, y = left + across * module, top + down * module
                pencil.rectangle((x, y, x + module - 1, y + module - 1), fill=BLACK)
