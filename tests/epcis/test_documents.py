"""Documents come apart into events that stand alone, and together again, with nothing lost."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given

from epcis.documents import DocumentError, event_list, read_document, self_contained, write_query_document
from epcis.event_id import event_hash_id
from epcis.exact_json import NotJsonError, read_json
from epcis.problems import errors
from epcis.validation import validate_document, validate_event
from tests.epcis.documents_of_ours import CONTEXT, document, event, packed, picked, query_document
from tests.epcis.json_values import anything

_OTHER = {"farm": "https://other.example/"}
_SHED = [{"shed": "https://shed.example/"}]


def test_events_of_both_kinds_of_document_come_in_order() -> None:
    events = [picked(eventID="urn:x:1"), packed(eventID="urn:x:2")]
    for body in (document(*events), query_document(*events)):
        assert [event["eventID"] for event in read_document(orjson.dumps(body)).events] == ["urn:x:1", "urn:x:2"]


@pytest.mark.parametrize("alone", [picked(**{"@context": CONTEXT}), event("farm:Blessing", **{"@context": CONTEXT})])
def test_a_bare_event_is_a_document_of_itself(alone: dict[str, Any]) -> None:
    assert read_document(alone).events == (alone,)
    assert errors(validate_document(alone)) == []


def test_an_event_takes_the_context_of_its_document_along() -> None:
    (event,) = read_document(document(picked(**{"farm:row": 4}))).events
    assert event["@context"] == CONTEXT
    assert errors(validate_event(event)) == []


def test_an_events_own_context_comes_after_that_of_its_document() -> None:
    (event,) = read_document(document(picked(**{"@context": _SHED, "shed:door": 1, "farm:row": 4}))).events
    assert event["@context"] == [*CONTEXT, *_SHED]
    assert errors(validate_event(event)) == []


def test_an_event_says_the_same_alone_as_in_its_document() -> None:
    body = picked(**{"@context": _SHED, "shed:door": 1, "farm:row": 4})
    assert event_hash_id(self_contained(body, CONTEXT)) == event_hash_id(body, context=CONTEXT)


def test_standing_alone_twice_changes_nothing() -> None:
    once = self_contained(picked(**{"@context": _SHED}), CONTEXT)
    assert self_contained(once, None) == once


def test_events_of_one_context_share_it_in_a_query_document() -> None:
    events = read_document(document(picked(), packed())).events
    written = write_query_document(events, created="2026-09-13T08:00:00Z")
    assert written["@context"] == CONTEXT
    assert all("@context" not in event for event in event_list(written) or ())
    assert validate_document(written) == []
    assert read_document(written).events == events


def test_events_of_different_contexts_keep_their_own_in_a_query_document() -> None:
    mine = self_contained(picked(**{"farm:row": 4}), CONTEXT)
    theirs = self_contained(picked(**{"farm:row": 4}), ["https://gs1.github.io/EPCIS/epcis-context.jsonld", _OTHER])
    written = write_query_document([mine, theirs])
    assert read_document(written).events == (mine, theirs)
    assert errors(validate_document(written)) == []
    assert [event_hash_id(e, context=written["@context"]) for e in event_list(written) or ()] == [
        event_hash_id(mine),
        event_hash_id(theirs),
    ]


def test_an_empty_query_document_is_right() -> None:
    assert errors(validate_document(write_query_document([]))) == []


@pytest.mark.parametrize("body", [[], 7, "x", {}, {"type": "EPCISDocument"}, {"epcisBody": {"eventList": 7}}])
def test_what_has_no_place_for_events_is_refused_in_one_sentence(body: Any) -> None:
    with pytest.raises(DocumentError, match=r"\w"):
        read_document(orjson.dumps(body))


@pytest.mark.parametrize("raw", [b"", b"{", b"<EPCISDocument/>", b"\xff", b'{"a": NaN}', b'{"a": "\xed\xa0\x80"}'])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(NotJsonError, match="not JSON"):
        read_document(raw)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == {}


def test_a_name_given_twice_counts_as_it_last_stands() -> None:
    assert read_json(b'{"eventID": "urn:x:1", "eventID": "urn:x:2"}') == {"eventID": "urn:x:2"}


@pytest.mark.parametrize("digits", ["9007199254740993", "18446744073709551617", "1" + "0" * 400])
def test_a_long_integer_is_read_exactly_and_refused_by_name(digits: str) -> None:
    raw = json.dumps(document(picked(**{"farm:ticket": 7}))).replace('"farm:ticket": 7', f'"farm:ticket": {digits}')
    try:
        read = read_document(raw.encode())
    except NotJsonError:
        assert len(digits) > 300
        return
    assert read.events[0]["farm:ticket"] == int(digits)
    assert [problem.code for problem in errors(validate_document(read.body))] == ["number-too-large"]


def test_a_document_names_the_fields_its_repository_ignores() -> None:
    body = document(picked(), **{"farm:ignoreFields": ["farm:captureID", 7]})
    assert read_document(body).ignored == {"farm:captureID"}


@given(anything)
def test_unknown_fields_come_back_as_they_went_in(value: Any) -> None:
    try:
        raw = orjson.dumps(document({**picked(), "farm:own": value}))
    except TypeError:  # not JSON
        return
    (event,) = read_document(raw).events
    (again,) = read_document(orjson.dumps(write_query_document([event]))).events
    assert again == event
    assert event["farm:own"] == json.loads(raw)["epcisBody"]["eventList"][0]["farm:own"]
