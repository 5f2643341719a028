"""`suyuan certificate`: what is refused before anybody is asked, and what a portal's pages become."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.answering import Answering, served
from tests.cli.command import suyuan

LOT = "https://id.gs1.org/01/09520001000010/10/"


def row(lot: str) -> dict[str, object]:
    return {"key": LOT + lot, "kind": "lot", "kilograms": "5", "holders": [], "made_ms": 0, "void_since_ms": 1}


class Portal(Answering):
    """Two pages, of which the second repeats a lot."""

    def asked(self) -> None:
        last = "page_token=two" in self.path
        if "commitments" in self.path:
            self.answer({"lot": LOT + "A", "issued": {}, "missing": [] if "lot=ready" in self.path else [LOT + "B"]})
            return
        if ".pdf" in self.path:
            self.answer({"drawn": self.path}, 200 if "after=quality%3A0%3A7" in self.path else 404)
            return
        lots = ["B", "C"] if last else ["A", "B"]
        names: dict[str, object] = {"places": {}, "parties": {}, "products": {}}
        page = {"dependents": [row(lot) for lot in lots], "withheld": 1, "next_page_token": "" if last else "two"}
        self.answer(page | names)

    def sent(self) -> None:
        self.answer({"number": "HGZ1", "receipt": {"topic": "quality", "partition": 0, "offset": 7}}, 201)


@pytest.fixture
def portal() -> Iterator[str]:
    with served(Portal) as url:
        yield url


def test_a_file_that_no_printer_takes_is_refused_before_anything_is_issued() -> None:
    found = suyuan("certificate", "hegezheng", "G0914", "--out", "card.docx")
    assert found.returncode == 2
    assert ".pdf, .png, .zpl" in found.stderr


def test_a_size_that_no_paper_has_is_refused_before_anything_is_issued() -> None:
    found = suyuan("certificate", "hegezheng", "G0914", "--size", "a3")
    assert (found.returncode, found.stderr) == (
        2,
        "suyuan: --size a3: there are a6, a5, 100x70, 60x40 (millimetres)\n",
    )


def test_a_lot_without_a_certificate_is_named_with_what_to_write(portal: str) -> None:
    found = suyuan("certificate", "hegezheng", "A", "--portal", portal, "--token", "t")
    assert found.returncode == 1
    assert "no certificate of B was collected: say what there is instead, as in --evidence B=rapid_test" in found.stderr


def test_what_is_on_two_pages_is_listed_once(portal: str) -> None:
    found = suyuan("certificate", "dependents", "GF141031260007", "--json", "--portal", portal, "--token", "t")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line["key"] for line in lines[:-1]] == [LOT + "A", LOT + "B", LOT + "C"]
    assert lines[-1] == {"dependents": 3, "withheld": 2}


def test_people_read_since_when_it_is_void(portal: str) -> None:
    found = suyuan("certificate", "dependents", "GF141031260007", "--portal", portal, "--token", "t")
    assert "without it since 1970-01-01 08:00" in found.stdout
    assert "lots, boxes and pallets that lean on it: 3; 2 more were made under it" in found.stdout


@pytest.mark.parametrize("typed", [b"n\n", b""])
def test_who_says_no_to_a_revocation_is_told_that_nothing_was_recorded(typed: bytes, portal: str) -> None:
    options = ("--reason", "x", "--portal", portal, "--token", "t")
    found = suyuan("certificate", "revoke", "GF141031260007", *options, given=typed)
    assert (found.returncode, found.stderr.strip().splitlines()[-1]) == (1, "suyuan: nothing was recorded")


def test_a_revocation_is_asked_with_the_count_of_all_that_leans_on_it(portal: str) -> None:
    options = ("--reason", "x", "--portal", portal, "--token", "t")
    found = suyuan("certificate", "revoke", "GF141031260007", *options, given=b"n\n")
    assert "5 things lean on it. Revoke it for good?" in found.stdout


def test_the_paper_of_a_new_certificate_is_asked_for_with_its_receipt(portal: str, tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    found = suyuan("certificate", "hegezheng", "ready", "--out", out, "--portal", portal, "--token", "t")
    assert (found.returncode, found.stdout) == (0, f"HGZ1  {out}\n")
    assert "after=quality" in out.read_text()
