"""The paper of a 承诺达标合格证: every element of the decree in Chinese, its letters in the file, a code that scans."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from fontTools.cffLib import CFFFontSet
from PIL import Image

from provenance.certificates.commitments import BASES, TEXTS
from services.portal.commitments import label as commitment_label
from services.portal.commitments import pdf as commitment_pdf
from services.portal.commitments.fonts import measure
from services.portal.commitments.paper import SIZES, Frame, Mark, Paper, Symbol, Text, lay_out, wrapped

PAPER = Paper(
    number="HGZ20260912-7K3QF2WX",
    rows=(
        ("产品名称", "隰县玉露香梨"),
        ("数量（重量）", "3240.5 公斤"),
        ("产地", "山西省隰县龙泉镇、城南乡"),
        ("承诺主体", "隰县城南乡果业服务站"),
        ("联系方式", "0357-1234567"),
        ("开具日期", "2026年9月12日"),
    ),
    promise=TEXTS["collector"].zh,
    bases=tuple((words.zh, basis == "own_test") for basis, words in BASES.items()),
    link="https://suyuan.example/certificates/HGZ20260912-7K3QF2WX",
)
AT = datetime(2026, 9, 12, tzinfo=UTC)


@cache
def written(size: str, paper: Paper = PAPER) -> bytes:
    return commitment_pdf.pdf(paper, size, AT)


def page(size: str, paper: Paper = PAPER) -> Any:
    return pypdfium2.PdfDocument(written(size, paper))[0]


@pytest.mark.parametrize("size", SIZES)
def test_every_element_of_the_decree_is_text_on_a_page_of_that_size(size: str) -> None:
    drawn = page(size)
    assert [round(points * 25.4 / 72) for points in drawn.get_size()] == list(SIZES[size])
    text = re.sub(r"\s", "", drawn.get_textpage().get_text_range())
    values = [value.replace(" ", "") for _, value in PAPER.rows]
    labels = [label for label, _ in PAPER.rows]
    said = re.sub(r"\s", "", PAPER.promise)
    for element in ("承诺达标合格证", PAPER.number, *labels, *values, said, *(words for words, _ in PAPER.bases)):
        assert element in text, element


@pytest.mark.parametrize("size", SIZES)
def test_the_letters_are_in_the_file_and_no_more_than_are_used(size: str) -> None:
    raw = written(size)
    assert b"/FontFile3" in raw and b"NotoSansSC" in raw
    fonts = [_font(stream) for stream in re.findall(rb"CIDFontType0C.*?stream\r?\n(.*?)endstream", raw, re.DOTALL)]
    assert fonts
    glyphs = sum(len(font.CharStrings) for font in fonts)
    assert 60 < glyphs < 250
    assert len(raw) < 80_000


def _font(stream: bytes) -> Any:
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(zlib.decompress(stream)), None)
    return fonts[0]


@pytest.mark.parametrize("size", SIZES)
def test_its_code_scans_from_the_rendered_page(size: str) -> None:
    image = page(size).render(scale=5).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [PAPER.link]


@pytest.mark.parametrize("size", ["100x70", "60x40"])
def test_a_thermal_label_has_whole_dots_and_scans(size: str) -> None:
    image = Image.open(BytesIO(commitment_label.png(PAPER, size)))
    assert image.mode == "1"
    assert list(image.size) == [side * 8 for side in SIZES[size]]
    assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [PAPER.link]


def test_zpl_is_the_same_picture() -> None:
    text = commitment_label.zpl(PAPER, "60x40")
    found = re.fullmatch(r"\^XA\^PW480\^LL320\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),60,([0-9A-F]+)\^FS\^XZ\n", text)
    assert found and found[1] == found[2] == str(60 * 320)
    dots = Image.frombytes("1", (480, 320), bytes.fromhex(found[3])).point([255 - dot for dot in range(256)], "1")
    assert dots.tobytes() == commitment_label.picture(PAPER, "60x40").tobytes()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_stands_outside_the_page_however_long_the_names(size: str) -> None:
    long = tuple((label, value * 3) for label, value in PAPER.rows)
    width, height = SIZES[size]
    for mark in lay_out(replace(PAPER, rows=long), size, measure):
        assert mark.x >= 0 and mark.x + _reach(mark) <= width + 0.01, mark
        assert 0 <= mark.y <= height, mark


def _reach(mark: Mark) -> float:
    match mark:
        case Frame():
            return mark.width
        case Symbol():
            return mark.side
        case Text():
            return measure(mark.text, mark.face, mark.size)


def test_a_void_one_says_so_and_since_when() -> None:
    text = page("a6", replace(PAPER, void="2026年9月20日 检出禁用农药")).get_textpage().get_text_range()
    assert "已作废" in text and "2026年9月20日 检出禁用农药" in text


def test_only_the_ticked_grounds_are_ticked() -> None:
    boxes = [mark.ticked for mark in lay_out(PAPER, "a6", measure) if isinstance(mark, Frame)][2:]
    assert boxes == [False, True, False]


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrapped(PAPER.promise * 3, 30, 3, measure)
    assert not any(line[0] in "，。；：、" for line in lines)
    assert "".join(lines) == PAPER.promise * 3
