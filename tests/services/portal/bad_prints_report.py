"""How many squares a decoder still reads, by error level and module: what docs/adr/0146 decides by.

`python -m tests.services.portal.bad_prints_report 60 7` prints, for 60 links of seed 7, the shares of bare squares and
of whole labels as they are printed. It takes some minutes.
"""

from __future__ import annotations

import base64
import random
import sys
from collections.abc import Iterator, Mapping, Sequence

import pypdfium2
import zxingcpp
from PIL import Image

from provenance.label_link import ALPHABET
from services.portal import qr_code
from services.portal.labels.order import print_order
from services.portal.labels.paper import FORMS, place_of
from services.portal.labels.wording import Words
from services.portal.ports import IssuedLabels
from services.portal.qr_code import Level
from tests.services.portal.bad_print import DAMAGE, Box, Spoiler, blur, flaked, frame, low_contrast, skew

SQUARES: tuple[tuple[Level, int], ...] = (
    ("L", 4), ("M", 4), ("Q", 4), ("H", 3), ("H", 4), ("M", 5), ("Q", 5), ("Q", 6),
)  # fmt: skip
"""Level, and dots of 203 dpi a module."""
LABELS = ("60x40", "100x70")
WORDS = Words(
    product_zh="玉露香梨",
    product_en="Yulu pear",
    brand_zh="隰县玉露香梨",
    brand_en="Xi County Yulu Pears",
    badge_zh="原国家级贫困县，2018年脱贫",
    badge_en="Formerly a national-level poverty county, removed from the list in 2018",
    net="4.5",
    lot="G0914",
    site="suyuan.example",
)
FRAMES = 5
"""Pictures a phone takes of one label: the damage stays, all else changes."""


def lightly_flaked(picture: Image.Image, box: Box, chance: random.Random) -> Image.Image:
    return flaked(picture, box, chance, share=0.02)


SPOILERS: Mapping[str, Spoiler] = {
    "blur": blur,
    "skew": skew,
    "low contrast": low_contrast,
    **DAMAGE,
    "flaked 2 %": lightly_flaked,
}


def links(count: int, seed: int) -> Iterator[str]:
    """Of labels, with a signature's length of chance."""
    chance = random.Random(seed)
    for _ in range(count):
        signature = base64.urlsafe_b64encode(chance.randbytes(68)).rstrip(b"=").decode()
        serial = "".join(chance.choices(ALPHABET, k=12))
        yield f"https://suyuan.example/01/06901234567892/10/PK260913-1/21/{serial}?sig={signature}"


def square(link: str, level: Level, dots: int) -> tuple[Image.Image, Box]:
    """In greys with its quiet zone, and where it lies."""
    modules = qr_code.square(link, level)
    side, quiet = modules.width * dots, qr_code.QUIET_MODULES * dots
    picture = Image.new("L", (side + 2 * quiet, side + 2 * quiet), 255)
    picture.paste(modules.resize((side, side), Image.Resampling.NEAREST), (quiet, quiet))
    return picture, (quiet, quiet, quiet + side, quiet + side)


def is_read(picture: Image.Image, link: str) -> bool:
    return any(found.text == link for found in zxingcpp.read_barcodes(picture))


def pictures_needed(damaged: Image.Image, box: Box, link: str, chance: random.Random) -> int | None:
    """How many a phone takes of this label until it is read; None where it is not in `FRAMES`."""
    return next((n for n in range(1, FRAMES + 1) if is_read(frame(damaged, box, chance), link)), None)


def outcomes(picture: Image.Image, box: Box, link: str, seed: int) -> Iterator[tuple[str, bool]]:
    """Each spoiler alone, then damage and all else together: in the first picture, and in any of them."""
    for name, spoil in SPOILERS.items():
        yield name, is_read(spoil(picture, box, random.Random(f"{name} {seed}")), link)
    for name, spoil in DAMAGE.items():
        chance = random.Random(f"all {name} {seed}")
        needed = pictures_needed(spoil(picture, box, chance), box, link, chance)
        yield f"all, {name}", needed == 1
        yield f"all, {name}, {FRAMES} pictures", needed is not None


def order_of(of: Sequence[str]) -> IssuedLabels:
    return IssuedLabels(tuple({"link": link, "short_code": link.partition("/21/")[2][:12]} for link in of))


def rendered(size: str, of: Sequence[str]) -> list[tuple[Image.Image, Box]]:
    """Labels of these links as the PDF has them, on a form of one label a page, in dots of 203 dpi."""
    sheet = pypdfium2.PdfDocument(b"".join(print_order(order_of(of), WORDS, "pdf", size, 1, None).pieces))
    box = box_on(size, of[0])
    return [(page.render(scale=203.2 / 72, grayscale=True).to_pil(), box) for page in sheet]


def box_on(size: str, link: str) -> Box:
    place = place_of(FORMS[size], qr_code.square(link).width)
    left, top, side = (round(mm * 8) for mm in (place.x, place.y, place.side))
    return left, top, left + side, top + side


def main(count: int = 60, seed: int = 7) -> None:
    of = list(links(count, seed))
    for level, dots in SQUARES:
        squares = [square(link, level, dots) for link in of]
        side = (squares[0][1][2] - squares[0][1][0]) / 8
        print(f"{level} {dots} dots, {side:g} mm: {_shares(squares, of)}", flush=True)
    for size in LABELS:
        print(f"label {size}: {_shares(rendered(size, of), of)}", flush=True)


def _shares(pictures: Sequence[tuple[Image.Image, Box]], of: Sequence[str]) -> str:
    tally: dict[str, int] = {}
    for number, ((picture, box), link) in enumerate(zip(pictures, of, strict=True)):
        for name, read in outcomes(picture, box, link, number):
            tally[name] = tally.get(name, 0) + read
    return ", ".join(f"{name} {read / len(of):.2f}" for name, read in tally.items())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
