"""The codes in a picture: of the square on a box, or of the bars beside it. Pictures are read and not kept."""

from __future__ import annotations

from io import BytesIO

import zxingcpp
from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 64_000_000
"""A phone's camera has fewer; what says that it has more is a trap."""
MOST_UNPACKED_PIXELS = 16_000_000
"""Of what is unpacked whole before it is made small, at up to 6 bytes a pixel; a photo of a camera is not."""
_WIDEST_PX = 2_000
_FORMATS = ("JPEG", "PNG", "WEBP")


class Unreadable(ValueError):
    """The bytes are no picture of a kind that is read here."""


def codes_in(picture: bytes) -> list[str]:
    """Those of labels first: a box bears other squares too. Takes some 50 ms. Raises Unreadable."""
    found = zxingcpp.read_barcodes(_grey(picture))
    return sorted(dict.fromkeys(one.text for one in found if one.text), key=lambda text: "/01/" not in text)


def _grey(picture: bytes) -> Image.Image:
    try:
        opened = Image.open(BytesIO(picture), formats=_FORMATS)
        pixels = opened.width * opened.height
        made_small = opened.draft("L", (_WIDEST_PX, _WIDEST_PX)) and "progressive" not in opened.info
        if pixels > (most := MOST_PIXELS if made_small else MOST_UNPACKED_PIXELS):
            raise Unreadable(f"The picture has more than {most} pixels.")
        grey = opened.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable("This is no picture: send a photo as JPEG, PNG or WebP.") from error
    grey.thumbnail((_WIDEST_PX, _WIDEST_PX))
    return grey
