"""`suyuan trace --claims` of goods that no brand lists: their history is told, and that there is no claim."""

import json
from typing import Any

import pytest
from produce.v1 import traceability_pb2 as pb

from cli import rpc
from cli.failures import NotKnown
from cli.trace import trace

_LOT = "https://id.gs1.org/01/09520001000010/10/RAW1"


@pytest.fixture
def unlisted(monkeypatch: pytest.MonkeyPatch) -> None:
    def claim(*_: Any) -> Any:
        raise NotKnown("no brand lists this product")

    monkeypatch.setattr(rpc, "history", lambda *_: pb.History(code="RAW1", key=_LOT, kilograms="400"))
    monkeypatch.setattr(rpc, "claim", claim)


@pytest.mark.usefixtures("unlisted")
def test_the_history_of_a_raw_lot_is_told_although_no_brand_lists_it(capsys: pytest.CaptureFixture[str]) -> None:
    trace("RAW1", token="", claims=True)
    said = capsys.readouterr().out
    assert said.startswith(f"{_LOT}, 400 kg")
    assert "no claim: no brand lists this product." in said


@pytest.mark.usefixtures("unlisted")
def test_a_program_reads_its_history_and_that_there_is_no_claim(capsys: pytest.CaptureFixture[str]) -> None:
    trace("RAW1", token="", claims=True, json=True)
    assert json.loads(capsys.readouterr().out)["claim"] is None
