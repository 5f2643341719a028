"""`suyuan payment correct`: a correction says all that was right, and nothing is taken back by what was left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.answering import Answering, served
from tests.cli.command import suyuan

ID = "urn:uuid:0b9f0000-0000-4000-8000-000000000001"
CORRECT = ("payment", "correct", ID, "--reason", "weighed again")
SENT: list[Any] = []


class Takes(Answering):
    def sent(self) -> None:
        SENT.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer({"results": [{"id": "x", "status": "accepted", "problems": [], "warnings": []}]}, 201)


def correct(*more: str, given: bytes = b"") -> tuple[int, str]:
    """The exit code and the error."""
    SENT.clear()
    with served(Takes) as url:
        done = suyuan(*CORRECT, *more, given=given, environ={"SUYUAN_PORTAL": url, "SUYUAN_TOKEN": "t"})
    return done.returncode, done.stderr + done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--for", "L0912-1=400", "--payee", "7f3a"),
        (),
        ("--take-back", "--yuan", "5"),
    ],
)
def test_a_payment_is_not_taken_back_by_an_option_that_was_forgotten(options: tuple[str, ...]) -> None:
    code, said = correct(*options)
    assert (code, SENT) == (2, [])
    assert "say what was right instead" in said or "--payer" in said or "--yuan" in said


def test_who_corrects_is_asked_for_all_that_was_right() -> None:
    code, said = correct("--yuan", "5", "--payee", "7f3a")
    assert (code, "missing option '--payer'" in said, SENT) == (2, True, [])


@pytest.mark.parametrize(("answer", "more", "is_sent"), [(b"", (), False), (b"y\n", (), True), (b"", ("--yes",), True)])
def test_a_payment_is_taken_back_where_that_is_said_and_agreed(
    answer: bytes, more: tuple[str, ...], is_sent: bool
) -> None:
    code, _ = correct("--take-back", *more, given=answer)
    assert (code == 0, [set(one) for (one,) in SENT]) == (is_sent, [{"id", "reason", "withdraws"}] if is_sent else [])


def test_what_is_wrong_with_a_payment_is_said_in_the_language_spoken() -> None:
    given = ("--payer", "9520001008023", "--payee", "7f3a", "--for", "urn:uuid:0b9f0000-0000-4000-8000-000000000002")
    done = suyuan("payment", "report", *given, "--yuan", "-3", "--token", "t", environ={"SUYUAN_LANG": "zh"})
    assert "-3元不是付款的金额" in done.stderr, done.stderr
