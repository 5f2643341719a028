"""Whatever code somebody has in hand is read by every command, and alike."""

from typing import Any

import pytest
from produce.v1 import traceability_pb2 as pb

from cli import rpc
from cli.codes import Where, asked, goods, goods_or_event
from cli.failures import Failure, NotKnown
from cli.keys import asset, grower, party, place, record_keys
from cli.link import parse

WHERE = Where("", "", "")
LOT = "https://id.gs1.org/01/09520001007026/10/G0914"
OTHER = "https://id.gs1.org/01/09520001007033/10/G0914"
BOX = "https://id.gs1.org/01/09520001007026/21/ETNYZCVFGT6S"
LINK = "https://pears.example/01/09520001007026/10/G0914/21/ETNYZCVFGT6S?sig=x"
SHORT = "ETNY-ZCVF-GT6S"


@pytest.fixture(autouse=True)
def services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of `traceability` and `labels`: one lot G0914, two lots L1, one label."""
    known = {"G0914": [LOT], "g0914": [LOT], "L1": [LOT, OTHER]}
    monkeypatch.setattr(rpc, "find", lambda _, __, code: [pb.FoundCode(key=key) for key in known.get(code, [])])
    monkeypatch.setattr(rpc, "label_link", lambda _, __, serial: LINK if serial == "ETNYZCVFGT6S" else "")


@pytest.mark.parametrize(
    "code",
    [
        "G0914",
        "g0914",
        "Ｇ０９１４",
        "批号：G0914",
        "(01)09520001007026(10)G0914",
        "（01）09520001007026（10）G0914",
        "【01】9520001007026【10】G0914",
        "urn:epc:class:lgtin:9520001.000702.G0914",
        "https://shop.example/01/09520001007026/10/G0914",
        LOT,
    ],
)
def test_a_lot_is_the_same_in_every_spelling(code: str) -> None:
    assert goods(code, WHERE) == LOT


@pytest.mark.parametrize("code", [SHORT, SHORT.lower(), LINK, BOX, "(01)09520001007026(21)ETNYZCVFGT6S"])
def test_a_box_is_the_same_by_its_link_and_by_the_code_under_it(code: str) -> None:
    assert goods(code, WHERE) == BOX


def test_a_number_of_several_lots_is_asked_back_and_one_of_none_is_said_to_be_none() -> None:
    with pytest.raises(Failure, match="L1 may be any of 2 things"):
        goods("L1", WHERE)
    with pytest.raises(NotKnown, match="L2"):
        goods("L2", WHERE)


def test_a_delivery_may_be_named_by_its_report() -> None:
    assert goods_or_event("urn:uuid:0b9f", WHERE) == "urn:uuid:0b9f"


def test_a_question_that_nobody_can_answer_for_a_short_code_is_asked_for_its_label() -> None:
    def question(code: str) -> str:
        if code == SHORT:
            raise NotKnown("nothing is recorded")
        return code

    assert asked(SHORT, question, WHERE) == LINK
    assert asked("G0914", question, WHERE) == "G0914"


@pytest.mark.parametrize("code", ["9520001005015", "(414)9520001005015", "https://id.gs1.org/414/9520001005015"])
def test_a_place_is_read_by_its_gln(code: str) -> None:
    assert place(code) == "https://id.gs1.org/414/9520001005015"
    assert record_keys(code, "site")[0] == "https://id.gs1.org/414/9520001005015"


def test_a_party_is_read_by_its_gln_and_a_grower_by_the_code_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    assert party("９５２０００１００８０２３") == "https://id.gs1.org/417/9520001008023"
    assert grower("7f3a") == "https://suyuan.example/grower/7f3a"
    monkeypatch.setenv("SUYUAN_ID_BASE", "https://pears.example/")
    assert grower("7f3a") == "https://pears.example/grower/7f3a"
    assert record_keys("7f3a", "site") == (
        "https://pears.example/plot/7f3a",
        "https://pears.example/site/7f3a",
        "7f3a",
    )


@pytest.mark.parametrize("code", ["(8004)9520001TRUCK1LOG", "urn:epc:id:giai:9520001.TRUCK1LOG"])
def test_a_logger_is_read_in_every_spelling(code: str) -> None:
    assert asset(code) == "https://id.gs1.org/8004/9520001TRUCK1LOG"


@pytest.mark.parametrize(("read", "code"), [(place, "路家峪"), (party, "路家峪"), (asset, "TRUCK1")])
def test_what_is_no_code_is_refused_with_what_would_be_one(read: Any, code: str) -> None:
    with pytest.raises(Failure, match=code):
        read(code)


def test_a_link_is_read_from_full_width_letters(capsys: pytest.CaptureFixture[str]) -> None:
    parse("（01）09520001007026（10）Ｇ0914")
    assert "G0914" in capsys.readouterr().out
