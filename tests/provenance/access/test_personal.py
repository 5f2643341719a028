"""Numbers that may be a person's are told from lots, pallets, weights and days."""

import pytest

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
