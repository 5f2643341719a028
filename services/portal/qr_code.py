"""A label's link as a QR code (ISO/IEC 18004): its modules, an SVG in millimetres, a PNG for whoever needs pixels.

Why level Q and modules of half a millimetre: measured, docs/adr/0146. Why this encoder: docs/adr/0157.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Literal

import zxingcpp
from PIL import Image, ImageOps

Level = Literal["L", "M", "Q", "H"]
LEVEL: Level = "Q"
QUIET_MODULES = 4
LEAST_SYMBOL_MM = 24
LEAST_MODULE_MM = 0.5
PNG_PIXELS_A_MODULE = 8
DARK, LIGHT = 0, 255


def square(text: str, level: Level = LEVEL) -> Image.Image:
    """One bit a module, 0 where it is dark, without the quiet zone. ASCII texts of one length have squares of one size.

    Raises ValueError for a text that no square holds.
    """
    return _drawn(text, level, version(len(text), level) if text.isascii() else 0).convert("1")


def svg(link: str) -> str:
    return svg_of(square(link))


def png(link: str) -> bytes:
    return png_of(square(link))


def svg_of(modules: Image.Image) -> str:
    """One <svg> element: the symbol at least 24 mm wide, its modules at least half a millimetre, and its quiet zone."""
    module_mm = max(LEAST_MODULE_MM, LEAST_SYMBOL_MM / modules.width)
    mm = f"{(modules.width + 2 * QUIET_MODULES) * module_mm:.6g}"
    strokes = (f"M{x + QUIET_MODULES} {y + QUIET_MODULES}.5h{length}" for y, x, length in dark_runs(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{mm}mm" height="{mm}mm" viewBox="0 0 {mm} {mm}">'
        f'<path fill="#fff" d="M0 0h{mm}v{mm}h-{mm}z"/>'
        f'<path transform="scale({module_mm:.6g})" stroke="#000" d="{"".join(strokes)}"/></svg>'
    )


def png_of(modules: Image.Image, pixels: int = PNG_PIXELS_A_MODULE) -> bytes:
    side, drawn = modules.width * pixels, BytesIO()
    wide = modules.resize((side, side), Image.Resampling.NEAREST)
    ImageOps.expand(wide, QUIET_MODULES * pixels, LIGHT).save(drawn, "PNG")
    return drawn.getvalue()


@lru_cache(maxsize=256)
def version(length: int, level: Level = LEVEL) -> int:
    """The least, from 1 to 40, that takes any text of so many bytes: some take less, and printed labels are alike."""
    return (_drawn("x" * length, level).width - 17) // 4


def _drawn(text: str, level: Level, version: int = 0) -> Image.Image:
    wanted = {"version": version} if version else {}
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level, **wanted)
    return Image.fromarray(drawn.to_image(scale=1, add_quiet_zones=False))


def dark_runs(modules: Image.Image) -> Iterator[tuple[int, int, int]]:
    """Row, column and length of each run of dark modules in a row."""
    for down in range(modules.height):
        across = 0
        for shade, run in groupby(modules.crop((0, down, modules.width, down + 1)).get_flattened_data()):
            length = len(list(run))
            if shade == DARK:
                yield down, across, length
            across += length
