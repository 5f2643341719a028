"""The Chinese letters that papers are set in: Noto Sans SC and Noto Serif SC (SIL Open Font License), from a package.

Why these, and from where: docs/adr/0083.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import ImageFont

from services.portal.commitments.paper import Face

FILES: Mapping[Face, Path] = {"sans": pylopdf_fonts_zh_cn.sans_path(), "serif": pylopdf_fonts_zh_cn.serif_path()}
_UNITS = 1000


def measure(text: str, face: Face, size: float) -> float:
    """Its advance at a size, in the unit of the size."""
    return face_at(face, _UNITS).getlength(text) * size / _UNITS


@cache
def face_at(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES[face]), pixels)
