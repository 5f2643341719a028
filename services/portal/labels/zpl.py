"""An order's labels in ZPL II, for a label printer of 203 dpi, one after another.

The words go to the printer's memory once (~DG) and are recalled on every label (^XG); the square and the code are
graphic fields of whole dots (^GFA), so that no printer needs a Chinese font or lays out a square of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from PIL import Image

from services.portal.commitments.fonts import measure
from services.portal.commitments.label import DOTS_A_MM, WHITE, in_dots
from services.portal.commitments.paper import Text
from services.portal.labels.paper import Form, Place, code_mark, secret_mark
from services.portal.labels.sheets import Draw, Printed
from services.portal.labels.wording import Words, lay_out

KEPT = "R:SUYUAN.GRF"


def roll(form: Form, place: Place, words: Words, labels: Sequence[Printed], *, draw: Draw) -> Iterator[bytes]:
    """The words, a piece for each label, and at the end the words are forgotten again."""
    size = form.width, form.height
    picture = in_dots(lay_out(words, form, place, measure), size)
    total, row_bytes, rows = _graphic(picture)
    yield f"~DG{KEPT},{total},{row_bytes},{rows}\n".encode("ascii")
    for label in labels:
        yield _label(form, place, label, draw(label.link)).encode("ascii")
    yield f"^XA^ID{KEPT}^FS^XZ\n".encode("ascii")


def _label(form: Form, place: Place, label: Printed, square: Image.Image) -> str:
    width, height = round(form.width * DOTS_A_MM), round(form.height * DOTS_A_MM)
    mark = code_mark(label.code, place, measure)
    fields = _field((place.x, place.y), _enlarged(square, round(form.module * DOTS_A_MM))) + _letters(mark)
    if place.field:
        fields += _letters(secret_mark(label.secret, place.field, measure))
    return f"^XA^PW{width}^LL{height}^LH0,0^FO0,0^XG{KEPT},1,1^FS{fields}^XZ\n"


def _field(at: tuple[float, float], picture: Image.Image) -> str:
    total, row_bytes, rows = _graphic(picture)
    x, y = (round(mm * DOTS_A_MM) for mm in at)
    return f"^FO{x},{y}^GFA,{total},{total},{row_bytes},{rows}^FS"


def _enlarged(square: Image.Image, dots: int) -> Image.Image:
    return square.resize((square.width * dots, square.height * dots), Image.Resampling.NEAREST)


def _letters(mark: Text) -> str:
    room = measure(mark.text, mark.face, mark.size) + 1, mark.size * 1.3
    return _field((mark.x, mark.y - mark.size), in_dots([Text(0, mark.size, mark.size, mark.text)], room))


def _graphic(picture: Image.Image) -> tuple[int, int, str]:
    """Bytes in all and in a row, and the rows in hexadecimal; `:` stands for a row like the one before."""
    row_bytes = (picture.width + 7) // 8
    inverted = picture.point(lambda dot: WHITE - min(dot, 1), "1").tobytes()
    rows = [inverted[at : at + row_bytes] for at in range(0, len(inverted), row_bytes)]
    written = "".join(row.hex().upper() + ":" * (len(list(same)) - 1) for row, same in groupby(rows))
    return row_bytes * picture.height, row_bytes, written
