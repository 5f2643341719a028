"""`suyuan labels roll, rolls, bind, return, void, recall`: what the portal is asked, and what is said of its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from tests.cli.answering import Answering, served
from tests.cli.command import suyuan

ROLL = {"roll": "R1", "request_id": "r", "brand": "b", "gtin": "09520001000010", "count": 30, "printed_ms": 1}
PART = {"first": 1, "last": 10, "lot": "PK1", "state": "bound"}
FAILED = {"rule": "origin", "outcome": "failed", "sentence_en": "Some grew elsewhere.", "remedy_en": "Ask the station."}
HELD = {"request_id": "x", "count": 0, "claim": {"verdict": "held", "results": [FAILED]}}


class Portal(Answering):
    """Binds to every lot but the one that is held."""

    asked_for: ClassVar[list[tuple[str, Any]]] = []

    def asked(self) -> None:
        self.asked_for.append((self.path, {}))
        found = {**ROLL, "void": 1, "bound": 10, "parts": [PART]}
        self.answer({"rolls": [found]} if self.path.endswith("/rolls") else found)

    def sent(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked_for.append((self.path, body))
        if self.path.endswith("/rolls"):
            self.answer(ROLL, 201)
        elif body.get("lot") == "held":
            self.answer(HELD, 409)
        else:
            self.answer({"request_id": "x", "count": 10})


@pytest.fixture
def portal() -> Iterator[str]:
    Portal.asked_for.clear()
    with served(Portal) as url:
        yield url


def said(portal: str, *words: str) -> tuple[int, str, str]:
    found = suyuan("labels", *words, "--portal", portal, "--token", "t")
    return found.returncode, found.stdout, found.stderr


def test_a_roll_is_ordered_and_how_to_print_it_is_said(portal: str) -> None:
    code, out, _ = said(portal, "roll", "09520001000010", "30", "--request", "r")
    assert code == 0 and out == "roll R1: 30 labels\nto print: suyuan labels print r --out labels.pdf\n"
    assert Portal.asked_for == [("/api/labels/rolls", {"product": "09520001000010", "count": 30, "request_id": "r"})]


def test_what_has_become_of_a_roll_is_shown_by_any_label_of_it(portal: str) -> None:
    code, out, _ = said(portal, "rolls", "https://s.cn/01/09520001000010/21/K7QM2D9VXR4T?sig=x")
    assert code == 0 and "1 to 10: lot PK1" in out
    assert Portal.asked_for[0][0] == "/api/labels/rolls/K7QM2D9VXR4T"
    assert "R1" in said(portal, "rolls")[1]


ACTS = (
    (["bind", "PK1", "A", "B"], {"lot": "PK1", "first": "A", "last": "B"}, "10 labels are bound to the lot."),
    (["return", "A", "B"], {"first": "A", "last": "B"}, "10 labels are free again."),
    (["void", "A", "B", "--reason", "torn"], {"codes": ["A", "B"], "reason": "torn"}, "10 labels are void."),
    (["recall", "A", "--reason", "glass"], {"first": "A", "reason": "glass"}, "10 boxes are recalled."),
)


@pytest.mark.parametrize(("words", "body", "done"), ACTS)
def test_an_act_sends_what_was_scanned_under_an_id_of_its_own(
    words: list[str], body: dict[str, Any], done: str, portal: str
) -> None:
    assert said(portal, *words)[:2] == (0, f"{done}\n")
    ((path, sent),) = Portal.asked_for
    assert path == f"/api/labels/{words[0]}" and sent.pop("request_id")
    assert sent.pop("at", "").startswith("20") == (words[0] == "recall")
    assert sent == body


def test_of_a_held_lot_the_rule_that_failed_is_said_and_who_mends_it(portal: str) -> None:
    code, out, err = said(portal, "bind", "held", "A", "B")
    assert code == 1 and "Some grew elsewhere." in out and "Ask the station." in out
    assert "nothing was done" in err
