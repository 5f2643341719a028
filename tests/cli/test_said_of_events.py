"""What the checks say is said again in Chinese, and every sentence that is looked for is one they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.said_of_events import _SAID, told
from epcis.validation import validate_document

EPCIS = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "epcis").glob("*.py"))
WRONG = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "EPCISDocument",
    "creationDate": "yesterday",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventTime": "2026-09-12T08:30:00+08:00",
                "eventTimeZoneOffset": "+8",
                "action": "ADDD",
                "bizStep": "harvest",
                "epcLst": [],
                "quantityList": [{"epcClass": "abc", "quantity": -1.5, "uom": "kg"}],
            },
            {"type": "ObjectEvent", "eventTime": 7, "epcList": "one", "action": "ADD"},
        ]
    },
}


def test_a_document_with_many_faults_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    messages = [problem.message for problem in validate_document(WRONG)]
    assert len(messages) > 10
    assert [message for message in messages if told(message) == message] == []
    assert told("something else") == "something else"
    monkeypatch.setenv("SUYUAN_LANG", "en")
    assert [told(message) for message in messages] == messages


@pytest.mark.parametrize("sentence", _SAID)
def test_each_is_still_said_by_the_checks(sentence: str) -> None:
    """By the first words of its first part: they put sentences together."""
    said = max(re.split(r"\{\w+\}", sentence.partition(";")[0]), key=len).strip(" ,")
    assert " ".join(said.split()[:4]) in EPCIS
