"""As much of a label printer as reads `zpl`: what it would print, one bit a dot. All else it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PIL import Image, ImageChops

_KEPT = re.compile(r"~DG(R:[A-Z]+\.GRF),(\d+),(\d+),([0-9A-F:]+)\n")
_LABEL = re.compile(r"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^XG(R:[A-Z]+\.GRF),1,1\^FS(.*?)\^XZ\n")
_FIELD = re.compile(r"\^FO(\d+),(\d+)\^GFA,(\d+),\3,(\d+),([0-9A-F:]+)\^FS")
_FORGET = re.compile(r"\^XA\^ID(R:[A-Z]+\.GRF)\^FS\^XZ\n")


def printed(text: str) -> Iterator[Image.Image]:
    """The labels, in greys."""
    kept = _KEPT.match(text)
    assert kept is not None
    words, at = _graphic(*kept.groups()[1:]), kept.end()
    while found := _LABEL.match(text, at):
        width, height, name, fields = found.groups()
        assert name == kept[1] and not _FIELD.sub("", fields)
        label = Image.new("1", (int(width), int(height)))
        label.paste(words)
        for x, y, *graphic in _FIELD.findall(fields):
            _add(label, _graphic(*graphic), int(x), int(y))
        yield ImageChops.invert(label.convert("L"))
        at = found.end()
    forget = _FORGET.fullmatch(text, at)
    assert forget is not None and forget[1] == kept[1]


def _graphic(total: str, row_bytes: str, rows: str) -> Image.Image:
    """1 where it is black."""
    size, digits = int(row_bytes), ""
    for line in re.findall(rf"[0-9A-F]{{{2 * size}}}|:", rows):
        digits += digits[-2 * size :] if line == ":" else line
    assert len(digits) == 2 * int(total)
    return Image.frombytes("1", (size * 8, int(total) // size), bytes.fromhex(digits))


def _add(label: Image.Image, graphic: Image.Image, x: int, y: int) -> None:
    field = Image.new("1", label.size)
    field.paste(graphic, (x, y))
    assert x + graphic.width < label.width + 8 and y + graphic.height <= label.height
    label.paste(ImageChops.logical_or(label, field))
