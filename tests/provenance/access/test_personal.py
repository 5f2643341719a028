"""Numbers that may be a person's are told from lots, pallets, weights and days."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from provenance.access.personal import names_a_person


@pytest.mark.parametrize(
    "text",
    [
        "打电话 13812345678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "+86-138-1234-5678",
        "008613812345678",
        "138.1234.5678",
        "138—1234—5678",
        "1381234-5678",
        "138(1234)5678",
        "1 3 8 1 2 3 4 5 6 7 8",
        "138\u200b1234\u200b5678",
        "0357-6522345",
        "（0357）6522345",
        "0357 652 2345",
        "010-62345678",
        "身份证11010519491231002X",
        "110105 19491231 002x",
        "1381-234-5678",
        "138 123 45 678",
        "13812-345678",
        "1381234567 8",
        "138 - 1234 - 5678",
        "013812345678",
        "加V13812345678",
        "加V1381-234-5678",
        "微信v13812345678",
        "微信号2v13812345678",
        "wx13812345678",
        "VX13812345678",
        "tel13812345678",
        "Tel0357-6522345",
        "ID14103119900101123X",
        "id11010519491231002Xabc",
    ],
)
def test_a_number_of_a_person_is_seen_however_it_is_written(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "托盘 095200010000000013",
        "托盘 195200010000000010",
        "抽检批次2026091213812345678",
        "L13812345678",
        "P1509-2026-001",
        "批号YL14092026001有裂果",
        "LOT15091400001 cracked",
        "运单JDVA13812345678",
        "batch 14.09.2026.001",
        "SSCC195200010000000010",
        "GTIN 19520001000017",
        "GLN 9520001005015",
        "GF141031260019",
        "(01)19520001000017(15)260914(10)L0912-1",
        "https://id.gs1.org/01/09520001007019/10/L0912-1",
        "2026-09-15 2026-09-16 2 箱",
        "15 kg, 16 kg, 17 kg, 18 kg, 1500 g",
        "2026-09-12 08:30 — 2026-09-13",
        "15.5 16.2 17.8 18.9 公斤",
        "GTIN 09520001000010",
        "每箱 12 个，共 1500 箱",
        "电话已打过",
        "",
    ],
)
def test_what_is_no_persons_number_is_let_pass(text: str) -> None:
    assert not names_a_person(text)


@given(
    apart=some.lists(some.sampled_from(["", "", " ", "-"]), min_size=10, max_size=10),
    behind=some.sampled_from(["", "电话", "加V", "wx", "Tel "]),
)
def test_however_blanks_and_dashes_part_it_a_mobiles_number_is_seen(apart: list[str], behind: str) -> None:
    assert names_a_person(behind + "1" + "".join(map("".join, zip(apart, "3812345678", strict=True))))


@given(text=some.text(alphabet="13869 -加V.", max_size=24))
def test_what_was_refused_when_only_plain_numbers_were_known_is_refused_still(text: str) -> None:
    plain = re.search(r"(?<![A-Za-z0-9])1[3-9](?:[\s-]?\d){9}(?!\d)", text)
    assert plain is None or names_a_person(text)
