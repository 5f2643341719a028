"""Labels as boxes bear them: rendered at 203 dpi, then blurred, skewed, pale, a tenth of the square gone; and decoded.

The seeds are fixed, so every share is the same each time; docs/adr/0146 gives those of a larger sample.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from provenance.label_link import short_code_for_people
from services.portal.labels.order import print_order
from tests.services.portal.bad_print import DAMAGE, DAMAGED, Box, Spoiler, blur, low_contrast, skew, stained
from tests.services.portal.bad_prints_report import (
    WORDS,
    box_on,
    is_read,
    links,
    order_of,
    pictures_needed,
    rendered,
    square,
)
from tests.services.portal.zpl_printer import printed

COUNT = 12
LINKS = tuple(links(COUNT, seed=20261123))
Label = tuple[Image.Image, Box, str]


@cache
def labels_on(size: str) -> tuple[Label, ...]:
    return tuple((*label, link) for label, link in zip(rendered(size, LINKS), LINKS, strict=True))


def share(labels: tuple[Label, ...], spoil: Spoiler) -> float:
    read = [is_read(spoil(*label[:2], random.Random(number)), label[2]) for number, label in enumerate(labels)]
    return sum(read) / len(read)


def share_of_frames(labels: tuple[Label, ...], damage: Spoiler) -> tuple[float, float]:
    """Of labels that were damaged and then seen askew, out of focus, in bad light: read at once, and in any picture."""
    needed = []
    for number, (picture, box, link) in enumerate(labels):
        chance = random.Random(number)
        needed.append(pictures_needed(damage(picture, box, chance), box, link, chance))
    return needed.count(1) / len(labels), 1 - needed.count(None) / len(labels)


@pytest.mark.parametrize("spoil", [blur, skew, low_contrast])
def test_blur_skew_and_low_contrast_alone_leave_every_label_readable(spoil: Spoiler) -> None:
    assert share(labels_on("60x40"), spoil) == 1


@pytest.mark.parametrize(("name", "least"), [("stained", 0.8), ("scratched", 0.6)])
def test_most_labels_are_read_with_a_tenth_of_the_square_gone(name: str, least: float) -> None:
    assert share(labels_on("60x40"), DAMAGE[name]) >= least


def test_a_stained_label_askew_out_of_focus_in_bad_light_is_read_in_one_of_five_pictures() -> None:
    at_once, in_any = share_of_frames(labels_on("60x40"), stained)
    assert at_once >= 0.7 and in_any >= 0.8


def test_what_a_label_printer_prints_is_read_as_well_as_what_an_office_prints() -> None:
    sent = b"".join(print_order(order_of(LINKS), WORDS, "zpl", "60x40", 1, None).pieces).decode()
    labels = tuple((picture, box_on("60x40", link), link) for picture, link in zip(printed(sent), LINKS, strict=True))
    assert share(labels, blur) == 1
    assert share(labels, stained) >= 0.8


@pytest.mark.parametrize("name", ["stained", "scratched"])
def test_larger_modules_are_read_as_well_where_the_label_has_room_for_them(name: str) -> None:
    assert share(labels_on("100x70"), blur) == 1
    assert share(labels_on("100x70"), DAMAGE[name]) >= 0.6


def test_the_same_damage_is_too_much_for_a_lower_level() -> None:
    """So the damage is real, and the level is what saves the others."""
    low = tuple((*square(link, "L", 4), link) for link in LINKS)
    assert share(low, stained) <= 0.2


def test_crumbs_strewn_over_a_tenth_are_more_than_any_level_mends_and_the_code_is_still_there() -> None:
    """A codeword is eight modules: a tenth of single modules spoils more codewords than level H corrects."""
    high = tuple((*square(link, "H", 4), link) for link in LINKS)
    assert share(high, DAMAGE["flaked"]) <= 0.2
    sheet = pypdfium2.PdfDocument(b"".join(print_order(order_of(LINKS), WORDS, "pdf", "60x40", 1, None).pieces))
    codes = [page.get_textpage().get_text_range().strip() for page in sheet]
    assert codes == [short_code_for_people(label["short_code"]) for label in order_of(LINKS).labels]


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_called_a_tenth_is_a_tenth(name: str) -> None:
    """Painted on grey, where every dot shows."""
    grey = Image.new("L", (400, 400), 128)
    box = (50, 50, 350, 350)
    gone = [_painted(DAMAGE[name], grey, box, seed) for seed in range(40)]
    assert abs(np.mean(gone) - DAMAGED) < 0.02


def _painted(
    damage: Callable[[Image.Image, Box, random.Random], Image.Image], grey: Image.Image, box: Box, seed: int
) -> float:
    spoilt = damage(grey, box, random.Random(seed)).crop(box)
    return float((np.asarray(spoilt) != 128).mean())
