"""Wrong documents of our own: one mistake each, found where it is, under its code, and nothing else found."""

import json
from pathlib import Path
from typing import Any

import pytest

from epcis.problems import errors
from epcis.validation import validate_document

_WRONG: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "wrong_documents").glob("*.json"))
}


def test_there_are_at_least_twenty_wrong_documents() -> None:
    assert len(_WRONG) >= 20


@pytest.mark.parametrize("name", _WRONG)
def test_the_one_mistake_of_a_document_is_found_where_it_is(name: str) -> None:
    wrong = _WRONG[name]
    (found,) = errors(validate_document(wrong["document"]))
    assert (found.pointer, found.code) == (wrong["pointer"], wrong["code"])


@pytest.mark.parametrize("name", _WRONG)
def test_a_problem_is_one_sentence_that_names_the_field(name: str) -> None:
    (found,) = errors(validate_document(_WRONG[name]["document"]))
    assert 20 < len(found.message) < 240
    assert "\n" not in found.message


def test_all_mistakes_of_a_document_are_reported_together() -> None:
    merged: dict[str, Any] = {}
    expected = []
    for wrong in _WRONG.values():
        if not wrong["pointer"].startswith("/epcisBody/eventList/0"):
            continue
        events = merged.setdefault("epcisBody", {"eventList": []})["eventList"]
        expected.append((wrong["pointer"].replace("eventList/0", f"eventList/{len(events)}"), wrong["code"]))
        events.append(wrong["document"]["epcisBody"]["eventList"][0])
        merged = {**wrong["document"], "epcisBody": merged["epcisBody"]}
    assert [(p.pointer, p.code) for p in errors(validate_document(merged))] == expected
