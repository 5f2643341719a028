"""A label on paper: the forms it is printed on, and where square, code and scratch-off field lie.

Positions and sizes are millimetres from the label's upper left corner, as in `commitments.paper`, whose marks it uses.
All of an order's labels share their words (`wording`); only the square and the letters beside it differ, so that a file
of 10,000 holds the words once. Drawing is the affair of `sheets` and `zpl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.commitments.paper import Frame, Measure, Text
from services.portal.qr_code import QUIET_MODULES
from wire.errors import Rejected

MARGIN = 1.5
LEAST_FIELD_MM = 5.0
"""Stickers to scratch off are sold from this height on."""


@dataclass(frozen=True, slots=True)
class Form:
    """Labels of one size, on a page of `columns` times `rows` of them; a label printer's page is one label.

    `gap` is what lies between two columns.
    """

    width: float
    height: float
    module: float = 0.5
    columns: int = 1
    rows: int = 1
    gap: float = 0
    page: tuple[float, float] | None = None

    @property
    def page_size(self) -> tuple[float, float]:
        return self.page or (self.width, self.height)

    @property
    def on_a_page(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Of the label at this place on the page, counted from 0 along the rows; what is left lies at the edges."""
        across, down = place % self.columns, place // self.columns
        pitch = self.width + self.gap
        left = (self.page_size[0] - self.columns * pitch + self.gap) / 2
        top = (self.page_size[1] - self.rows * self.height) / 2
        return left + across * pitch, top + down * self.height


A4 = (210, 297)
FORMS: Mapping[str, Form] = {
    "a4-21": Form(63.5, 38.1, columns=3, rows=7, gap=2.54, page=A4),
    "a4-8": Form(99.1, 67.7, 0.75, columns=2, rows=4, gap=2.5, page=A4),
    "60x40": Form(60, 40),
    "100x70": Form(100, 70, 0.75),
}
"""Sheets as they are sold, with the margin that an office's printer cannot print, and two rolls of label printers. A
module is 4 or 6 whole dots of 203 dpi."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the square lies, and its side; where the code stands, how large at most, and the room it has.

    `field` is what a scratch-off sticker goes over, None on labels without secrets; the words end above `words_to`.
    """

    x: float
    y: float
    side: float
    code_x: float
    code_y: float
    code_size: float
    room: float
    words_to: float
    field: Frame | None = None


def place_of(form: Form, modules: int, *, with_secret: bool = False) -> Place:
    """Raises Rejected where a square of so many modules, with its quiet zone, does not fit this form."""
    side, quiet = modules * form.module, QUIET_MODULES * form.module
    whole = side + 2 * quiet
    code_x = whole + MARGIN / 2
    if whole > form.height or code_x > form.width * 0.7:
        raise Rejected(f"size: a square of {modules} modules does not fit it; take a larger one, such as 100x70.")
    code_y, code_size, room = form.height - 2 * MARGIN, form.height * 0.11, form.width - code_x - MARGIN
    top = code_y - code_size - MARGIN / 2
    height = max(LEAST_FIELD_MM, form.height * 0.11)
    field = Frame(code_x, top - height, room, height) if with_secret else None
    return Place(
        x=quiet,
        y=(form.height - side) / 2,
        side=side,
        code_x=code_x,
        code_y=code_y,
        code_size=code_size,
        room=room,
        words_to=field.y - 0.8 if field else top,
        field=field,
    )


def code_mark(code: str, place: Place, measure: Measure) -> Text:
    """The code by its letters, as large as its room lets it be."""
    size = min(place.code_size, place.room / measure(code, "sans", 1))
    return Text(place.code_x, place.code_y, size, code)


def secret_mark(secret: str, field: Frame, measure: Measure) -> Text:
    """In the middle of what is scratched off."""
    size = min(field.height * 0.62, field.width * 0.9 / measure(secret, "sans", 1))
    x = field.x + (field.width - measure(secret, "sans", size)) / 2
    return Text(x, field.y + field.height / 2 + size * 0.36, size, secret)
