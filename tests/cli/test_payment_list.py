"""`suyuan payment list` and `report`: what is in doubt is said where the money is added up, and a missing option is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.answering import Answering, served
from tests.cli.command import suyuan

DOUBT = {"code": "recorded-twice", "sentence_zh": "相同", "sentence_en": "The same payment is recorded already."}


UNCOUNTED = {"uncounted_answer": "disputed", "uncounted_reason": "20 kg short", "uncounted_by": "urn:x:STATION"}


def payment(yuan: str, answer: str = "", doubts: tuple[object, ...] = ()) -> dict[str, object]:
    paid = {"paid_on": "2026-09-25", "kind": "settlement", "payer": "urn:a", "payee": "urn:b", "deliveries": []}
    said = {"answer": answer, "answer_reason": "", "because": "", "by_card": False, "doubts": doubts}
    nothing = dict.fromkeys(UNCOUNTED, "")
    return {"id": "urn:uuid:1", "payment": paid, "state": "in_force", "net_yuan": yuan, **said, **nothing}


class Portal(Answering):
    def asked(self) -> None:
        payments = [payment("1680"), payment("1680", doubts=(DOUBT,)), payment("500", answer="disputed")]
        payments += [payment("0") | UNCOUNTED]
        self.answer({"payments": payments, "total_yuan": "3860"})


@pytest.fixture
def portal() -> Iterator[str]:
    with served(Portal) as url:
        yield url


def test_what_is_doubted_or_disputed_is_said_beside_the_sum(portal: str) -> None:
    found = suyuan("payment", "list", "9520001008023", "--portal", portal, "--token", "t")
    assert "! payment 2: The same payment is recorded already." in found.stdout
    assert "in force: 3860 yuan; of it 2 payments of 2180 yuan are in doubt or disputed" in found.stdout


def test_what_was_answered_through_a_traders_card_is_shown(portal: str) -> None:
    found = suyuan("payment", "list", "9520001008023", "--portal", portal, "--token", "t")
    assert "! payment 4: Objected to since through a card that STATION made, which does not count (20 kg short)" in (
        found.stdout
    )


def test_a_report_without_a_payer_names_the_option() -> None:
    found = suyuan("payment", "report", "--token", "t")
    assert (found.returncode, "missing option '--payer'" in found.stderr) == (2, True)
