"""What holds of validation for every JSON value: it never raises, and every pointer leads somewhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epcis.problems import Problem, errors
from epcis.validation import validate_document, validate_event
from tests.epcis.documents_of_ours import document, graded, measured, mounted, ordered, packed, picked, query_document
from tests.epcis.json_values import anything, places, replaced

_RIGHT = document(
    picked(
        readPoint={"id": "urn:farm:plot:1", "farm:row": 4},
        sourceList=[{"type": "location", "source": "urn:farm:plot:1"}],
        ilmd={"farm:variety": ["Yulu"]},
        persistentDisposition={"set": ["recalled"]},
        errorDeclaration={"declarationTime": "2026-09-13T08:30:00+08:00", "reason": "incorrect_data"},
    ),
    graded(),
    packed(),
    mounted(),
    ordered(),
    measured(),
    query={},
) | {"epcisHeader": {"epcisMasterData": {"vocabularyList": [{"type": "urn:x:y", "vocabularyElementList": []}]}}}
_RIGHT.pop("query")
_PLACES = list(places(_RIGHT))


def _resolve(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def _lead_somewhere(problems: list[Problem], value: Any) -> None:
    for problem in problems:
        _resolve(value, problem.pointer)
        assert problem.message


def test_the_document_the_laws_start_from_is_right() -> None:
    assert errors(validate_document(_RIGHT)) == []


@given(anything)
def test_no_json_value_makes_validation_raise(value: Any) -> None:
    _lead_somewhere(validate_document(value), value)
    _lead_somewhere(validate_event(value, context=value), value)


@given(st.sampled_from(_PLACES), anything, st.booleans())
def test_no_value_in_any_place_of_a_document_makes_validation_raise(path: Any, value: Any, strict: bool) -> None:
    changed = replaced(_RIGHT, path, value)
    _lead_somewhere(validate_document(changed, strict=strict), changed)


@pytest.mark.parametrize("depth", [70, 500, 5000])
@pytest.mark.parametrize("place", ["farm:notes", "epcList", "ilmd", "@context"])
def test_nesting_of_any_depth_is_refused_and_not_followed(depth: int, place: str) -> None:
    deep: Any = "x"
    for _ in range(depth):
        deep = [deep]
    assert errors(validate_document(document(picked(**{place: deep}))))


@given(st.sampled_from([p for p in _PLACES if p]), anything)
def test_a_query_document_is_judged_event_for_event_as_a_document(path: Any, value: Any) -> None:
    changed = replaced(_RIGHT, path, value)
    if path[:2] != ("epcisBody", "eventList") or len(path) < 3:
        return
    events = changed["epcisBody"]["eventList"]
    prefix = "/epcisBody/queryResults/resultsBody/eventList"
    asked = validate_document(query_document(*events))
    assert [p.pointer.replace(prefix, "/epcisBody/eventList") for p in asked] == [
        p.pointer for p in validate_document(document(*events))
    ]
