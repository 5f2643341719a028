"""An order's labels as a PDF, written page by page (ISO 32000-1): nothing but the page in hand is kept.

The words are one picture, drawn once and shown on every label; a square is an image of one bit a module, which any
printer scales without rounding its modules; the code is text. All labels of an order have squares of one size, so a
page has the same length whatever is on it, and how long the file will be is known before anything is drawn.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from PIL import Image

from services.portal.commitments.fonts import measure
from services.portal.commitments.label import in_dots
from services.portal.commitments.paper import Face
from services.portal.labels.paper import Form, Place, secret_mark
from services.portal.labels.wording import Words, lay_out

POINTS_A_MM = 72 / 25.4
WORD_DOTS_A_MM = 24
"""610 dpi: finer than an office's printer draws."""
COURIER_EMS = 0.6
CATALOGUE, PAGES, FONT, WORDS, INFO, FIRST_PAGE = 1, 2, 3, 4, 5, 6

Draw = Callable[[str], Image.Image]
"""The square of a link: one bit a module, 0 where it is dark."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One label: the link in its square, the code as people read it, and what is under the scratch-off field."""

    link: str
    code: str
    secret: str = ""


@dataclass(slots=True)
class _Objects:
    """Counts the bytes before each object, for the table at the end."""

    at: int = 0
    offsets: dict[int, int] = field(default_factory=dict)

    def count(self, piece: bytes) -> bytes:
        self.at += len(piece)
        return piece

    def write(self, number: int, body: bytes) -> bytes:
        self.offsets[number] = self.at
        return self.count(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def table(self) -> bytes:
        rows = b"".join(b"%010d 00000 n \n" % self.offsets[number] for number in sorted(self.offsets))
        size = len(self.offsets) + 1
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\n" % (size, CATALOGUE, INFO)
        return b"xref\n0 %d\n0000000000 65535 f \n%s%sstartxref\n%d\n%%%%EOF\n" % (size, rows, trailer, self.at)


def length(form: Form, place: Place, words: Words, labels: Sequence[Printed], modules: int) -> int:
    """Bytes of the file: the same, written with empty squares."""
    blank = Image.new("1", (modules, modules))
    return sum(map(len, pages(form, place, words, labels, draw=lambda _: blank)))


def pages(form: Form, place: Place, words: Words, labels: Sequence[Printed], *, draw: Draw) -> Iterator[bytes]:
    """The file in pieces: its head, a piece for each page, its end."""
    objects, starts = _Objects(), range(0, len(labels), form.on_a_page)
    yield _head(objects, form, place, words)
    for number, start in enumerate(starts):
        content = _page(form, place, labels[start : start + form.on_a_page], draw)
        yield _page_objects(objects, FIRST_PAGE + 2 * number, content)
    yield _end(objects, form, len(starts))


def _head(objects: _Objects, form: Form, place: Place, words: Words) -> bytes:
    # Binary letters in the second line tell programs not to treat the file as text (7.5.2).
    head = objects.count(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    title = f"\ufeff{words.product_zh} {words.lot or words.roll}".encode("utf-16-be").hex().encode("ascii")
    bodies = {
        CATALOGUE: b"<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)>>" % PAGES,
        FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Courier-Bold/Encoding/WinAnsiEncoding>>",
        WORDS: _picture(form, place, words),
        INFO: b"<</Title<%s>>>" % title,
    }
    return head + b"".join(objects.write(number, body) for number, body in bodies.items())


def _picture(form: Form, place: Place, words: Words) -> bytes:
    """The words as a mask that paints where it is black."""
    dots = in_dots(lay_out(words, form, place, measure), (form.width, form.height), WORD_DOTS_A_MM)
    packed = zlib.compress(dots.tobytes(), 9)
    about = b"<</Type/XObject/Subtype/Image/ImageMask true/Width %d/Height %d/BitsPerComponent 1/Filter/FlateDecode"
    return (about + b"/Length %d>>\nstream\n%s\nendstream") % (*dots.size, len(packed), packed)


def _page_objects(objects: _Objects, number: int, content: bytes) -> bytes:
    page = b"<</Type/Page/Parent %d 0 R/Contents %d 0 R>>" % (PAGES, number + 1)
    stream = b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)
    return objects.write(number, page) + objects.write(number + 1, stream)


def _end(objects: _Objects, form: Form, count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * page) for page in range(count))
    width, height = (side * POINTS_A_MM for side in form.page_size)
    used = b"/Resources<</Font<</C %d 0 R>>/XObject<</W %d 0 R>>>>" % (FONT, WORDS)
    about = b"<</Type/Pages/Count %d/MediaBox[0 0 %.3f %.3f]%s/Kids[%s]>>" % (count, width, height, used, kids)
    return objects.write(PAGES, about) + objects.table()


def _page(form: Form, place: Place, labels: Sequence[Printed], draw: Draw) -> bytes:
    """In millimetres from the lower left corner."""
    lines = [b"%.6f 0 0 %.6f 0 0 cm" % (POINTS_A_MM, POINTS_A_MM)]
    for number, label in enumerate(labels):
        left, top = form.corner(number)
        lines += _label(form, place, label, left, form.page_size[1] - top, draw(label.link))
    return b"\n".join(lines)


def _label(form: Form, place: Place, label: Printed, left: float, top: float, square: Image.Image) -> Iterator[bytes]:
    yield b"q %.3f 0 0 %.3f %.3f %.3f cm/W Do Q" % (form.width, form.height, left, top - form.height)
    size = min(place.code_size, place.room / (COURIER_EMS * len(label.code)))
    at = left + place.code_x, top - place.code_y
    yield _letters(label.code, size, *at)
    if place.field:
        mark = secret_mark(label.secret, place.field, _courier)
        yield _letters(label.secret, mark.size, left + mark.x, top - mark.y)
    corner = left + place.x, top - place.y - place.side
    yield b"q %.3f 0 0 %.3f %.3f %.3f cm" % (place.side, place.side, *corner)
    # A mask paints where it is 0, and each of its rows begins a byte: so the picture lies in memory.
    yield b"BI/W %d/H %d/IM true/BPC 1 ID %s\nEI Q" % (*square.size, square.tobytes())


def _letters(text: str, size: float, x: float, y: float) -> bytes:
    return b"BT/C %.3f Tf %.3f %.3f Td(%s)Tj ET" % (size, x, y, text.encode("ascii"))


def _courier(text: str, _: Face, size: float) -> float:
    return COURIER_EMS * len(text) * size
