"""A table of payments is read as a whole, or says in which line and column it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.failures import Failure
from cli.payment_table import read_table

HEADER = "payer,payee,lot,kilograms,yuan,kind,paid_on"
GOOD = "urn:x:station,urn:x:grower,urn:x:lot,412,1648.00,settlement,2026-09-20"


def table(folder: Path, *lines: str) -> str:
    file = folder / "table.csv"
    file.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def test_the_same_table_gives_the_same_ids_and_equal_lines_are_two_payments(tmp_path: Path) -> None:
    name = table(tmp_path, HEADER, GOOD, GOOD)
    first, second = read_table(name), read_table(name)
    assert first == second
    assert len({one["id"] for one in first}) == 2


def test_a_payment_may_have_a_deduction_with_its_reason(tmp_path: Path) -> None:
    (one,) = read_table(table(tmp_path, HEADER + ",deducted,deducted_for", GOOD + ",20,肥料"))
    assert one["deductions"] == [{"yuan": "20", "reason": "肥料"}]


WRONG = {
    "a cell is missing": (HEADER, "urn:x:a,urn:x:b,412,1648,settlement,2026-09-20", "line 2 has 6 cells"),
    "columns are shifted": (
        HEADER,
        "urn:x:a,urn:x:b,urn:x:l,settlement,412,1648,2026-09-20",
        "line 2, column kind",
    ),
    "a column is not named": (HEADER.replace(",yuan", ""), GOOD, "no column yuan"),
    "a column is nobody's": (HEADER + ",price", GOOD + ",4", "'price' is no column"),
    "negative yuan": (HEADER, GOOD.replace("1648.00", "-5"), "column yuan"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_named_with_line_and_column(tmp_path: Path, wrong: str) -> None:
    header, line, said = WRONG[wrong]
    file = table(tmp_path, header, line)
    with pytest.raises(Failure, match=said) as failed:
        read_table(file)
    assert str(failed.value).startswith(f"{file}: line ")
