"""A proof as a QR code: the whole text, to be checked where there is no network.

A log of 2^n entries makes a proof of about 300 + 45 n bytes. Level M while it fits (2,331 bytes: 2^44 entries without
witnesses), else L (2,953 bytes); modules of half a millimetre as on labels, so 60 to 95 mm.
"""

from __future__ import annotations

from PIL import Image

from services.portal import qr_code
from services.portal.qr_code import Level

LEVELS: tuple[Level, ...] = ("M", "L")
PNG_PIXELS_A_MODULE = 4
MOST_BYTES = 2953


class TooLong(ValueError):
    """No QR code holds this proof; the message says what to take instead."""


def svg(proof: str) -> str:
    return qr_code.svg_of(_square(proof))


def png(proof: str) -> bytes:
    return qr_code.png_of(_square(proof), PNG_PIXELS_A_MODULE)


def fits(proof: str) -> bool:
    """Whether one symbol holds it (ISO/IEC 18004: version 40, level L)."""
    return len(proof.encode()) <= MOST_BYTES


def _square(proof: str) -> Image.Image:
    for level in LEVELS:
        try:
            return qr_code.square(proof, level)
        except ValueError:
            continue
    raise TooLong("This proof bears so many signatures that no QR code holds it: take its text.")
