"""What becomes of a label between the printer and the phone: blurred, skewed, pale, and a tenth of its symbol gone.

Every spoiler takes a picture in greys, the square in it where the symbol lies, and a source of chance: the same seed,
the same spoilt label. Lengths are in dots of 203 dpi (an eighth of a millimetre).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""
Spoiler = Callable[[Image.Image, Box, random.Random], Image.Image]

BLUR_DOTS = (1.0, 1.8)
"""Standard deviation: up to 0.22 mm, nearly half a module."""
TURN_DEGREES = 25.0
TILT = 0.09
"""By how much of the picture's side each corner moves."""
GREYS = (90, 150)
"""What is left between black and white."""
NOISE = 5.0
DAMAGED = 0.10
CAMERA = 2
"""Pixels of a phone's picture to a dot of the printer: a label of 60 mm fills 960 of them."""


def blur(picture: Image.Image, _: Box, chance: random.Random) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(chance.uniform(*BLUR_DOTS)))


def skew(picture: Image.Image, _: Box, chance: random.Random) -> Image.Image:
    """Turned, and seen from the side: each corner moves by itself."""
    margin = max(picture.size) // 3
    wide = Image.new("L", (picture.width + 2 * margin, picture.height + 2 * margin), 255)
    wide.paste(picture, (margin, margin))
    turned = wide.rotate(chance.uniform(-TURN_DEGREES, TURN_DEGREES), Image.Resampling.BICUBIC, fillcolor=255)
    width, height = turned.size
    corners = [(0, 0), (0, height), (width, height), (width, 0)]
    moved = [(x + chance.uniform(-TILT, TILT) * width, y + chance.uniform(-TILT, TILT) * height) for x, y in corners]
    transform = Image.Transform.PERSPECTIVE
    return turned.transform(
        turned.size, transform, _perspective(corners, moved), Image.Resampling.BICUBIC, fillcolor=255
    )


def low_contrast(picture: Image.Image, _: Box, chance: random.Random) -> Image.Image:
    """Grey on grey, light from one side, and the noise of a phone in the evening."""
    dark, light = GREYS
    seed = np.random.default_rng(chance.getrandbits(32))
    greys = dark + np.asarray(picture, dtype=float) / 255 * (light - dark)
    greys += np.linspace(0, chance.uniform(-40, 40), picture.width)[None, :]
    greys += seed.normal(0, NOISE, greys.shape)
    return Image.fromarray(greys.clip(0, 255).astype(np.uint8))


def stained(picture: Image.Image, box: Box, chance: random.Random) -> Image.Image:
    """One opaque blot, dark or light, over a tenth of the symbol, anywhere on it: also over a corner square."""
    left, top, right, bottom = box
    area = (right - left) * (bottom - top) * DAMAGED
    width = round((area * chance.uniform(0.5, 2.0)) ** 0.5)
    height = round(area / width)
    x, y = chance.randint(left, right - width), chance.randint(top, bottom - height)
    return _painted(
        picture, lambda pencil: pencil.rectangle((x, y, x + width - 1, y + height - 1), chance.choice((0, 255)))
    )


def scratched(picture: Image.Image, box: Box, chance: random.Random) -> Image.Image:
    """One white band right across, at any angle, that takes a tenth of the symbol with it."""
    left, top, right, bottom = box
    side = right - left
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    angle, off = chance.uniform(0, math.pi), chance.uniform(-0.35, 0.35) * side
    x, y = middle_x - math.sin(angle) * off, middle_y + math.cos(angle) * off
    dx, dy = math.cos(angle) * 2 * side, math.sin(angle) * 2 * side
    width = round(DAMAGED * side)
    return _painted(picture, lambda pencil: pencil.line((x - dx, y - dy, x + dx, y + dy), fill=255, width=width))


def flaked(picture: Image.Image, box: Box, chance: random.Random, share: float = DAMAGED) -> Image.Image:
    """Crumbs of up to two modules, dark or light, strewn evenly until this share of the dots has been painted over."""
    left, top, right, bottom = box
    copy, hit = picture.copy(), Image.new("L", picture.size)
    while np.asarray(hit.crop(box)).mean() / 255 < share:
        x, y, size = chance.randint(left, right), chance.randint(top, bottom), chance.randint(2, 8)
        crumb = (x, y, x + size - 1, y + size - 1)
        ImageDraw.Draw(copy).rectangle(crumb, fill=chance.choice((0, 255)))
        ImageDraw.Draw(hit).rectangle(crumb, fill=255)
    return copy


DAMAGE: Mapping[str, Spoiler] = {"stained": stained, "scratched": scratched, "flaked": flaked}


def frame(damaged: Image.Image, box: Box, chance: random.Random) -> Image.Image:
    """What a phone sees at one moment: held askew, out of focus, in bad light."""
    seen = damaged.resize((damaged.width * CAMERA, damaged.height * CAMERA), Image.Resampling.BICUBIC)
    seen = skew(seen, box, chance).filter(ImageFilter.GaussianBlur(CAMERA * chance.uniform(*BLUR_DOTS)))
    return low_contrast(seen, box, chance)


def _painted(picture: Image.Image, draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    copy = picture.copy()
    draw(ImageDraw.Draw(copy))
    return copy


def _perspective(to: list[tuple[int, int]], of: list[tuple[float, float]]) -> list[float]:
    """The eight coefficients with which PIL finds, for a point of the new picture, its point in the old."""
    rows = []
    for (x, y), (u, v) in zip(to, of, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return list(np.linalg.solve(np.array(rows, dtype=float), np.array(of).reshape(8)))
