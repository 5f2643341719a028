"""A paper as a PDF: vectors and text, the letters it uses embedded in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fpdf import FPDF

from services.portal.commitments.fonts import FILES, measure
from services.portal.commitments.paper import SIZES, TITLE, Frame, Ink, Mark, Paper, Symbol, Text, lay_out
from services.portal.qr_code import dark_runs, square

MM_A_POINT = 25.4 / 72
INKS: Mapping[Ink, tuple[int, int, int]] = {
    "black": (17, 17, 17),
    "green": (22, 101, 52),
    "grey": (95, 99, 104),
    "red": (190, 18, 18),
}


def pdf(paper: Paper, size: str, printed_at: datetime) -> bytes:
    """One page of this size. Raises KeyError for a size that is not in `SIZES`."""
    return page(lay_out(paper, size, measure), SIZES[size], f"{TITLE} {paper.number}", printed_at)


def page(marks: Sequence[Mark], size: tuple[float, float], title: str, printed_at: datetime) -> bytes:
    """These marks on one page; `size` is width and height in millimetres."""
    document = FPDF(unit="mm", format=size)
    document.set_auto_page_break(False)
    document.set_margin(0)
    document.set_title(title)
    document.set_lang("zh-CN")
    document.set_creation_date(printed_at)
    for face in sorted({mark.face for mark in marks if isinstance(mark, Text)}):
        document.add_font(face, fname=FILES[face])
    document.add_page()
    for mark in marks:
        _draw(mark, document)
    return bytes(document.output())


def _draw(mark: Mark, document: FPDF) -> None:
    if isinstance(mark, Symbol):
        _draw_symbol(mark, document)
    elif isinstance(mark, Frame):
        _draw_frame(mark, document)
    else:
        document.set_font(mark.face, size=mark.size / MM_A_POINT)
        document.set_text_color(*INKS[mark.ink])
        document.text(mark.x, mark.y, mark.text)


def _draw_frame(frame: Frame, document: FPDF) -> None:
    document.set_draw_color(*INKS[frame.ink])
    document.set_line_width(frame.line)
    document.rect(frame.x, frame.y, frame.width, frame.height)
    if frame.ticked:
        document.set_line_width(frame.line * 1.8)
        corner = frame.x + frame.width * 0.42, frame.y + frame.height * 0.78
        document.line(frame.x + frame.width * 0.16, frame.y + frame.height * 0.5, *corner)
        document.line(*corner, frame.x + frame.width * 0.86, frame.y + frame.height * 0.2)


def _draw_symbol(symbol: Symbol, document: FPDF) -> None:
    """Runs of dark modules as one rectangle each, so that no viewer shows seams."""
    modules = square(symbol.link, symbol.error)
    module = symbol.side / modules.width
    document.set_fill_color(*INKS["black"])
    for down, across, length in dark_runs(modules):
        x, y = symbol.x + across * module, symbol.y + down * module
        document.rect(x, y, length * module, module * 1.02, style="F")
