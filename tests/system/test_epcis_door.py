"""The EPCIS door as a partner's program meets it: capture jobs, single events, queries, pages, and every refusal."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from epcis.documents import read_document
from epcis.event_id import event_hash_id
from tests.material import shared
from tests.system.conftest import a_stranger
from tests.system.door import JSON_LD, post, trace
from tests.system.stranger import Event, Stranger, document

pytestmark = pytest.mark.system

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def alone(event: Mapping[str, Any]) -> Event:
    """An event outside a document says what its names mean."""
    return {"@context": [CONTEXT], **event}


def send(client: httpx.Client, event: Mapping[str, Any]) -> httpx.Response:
    return client.post("/epcis/events", content=json.dumps(alone(event)), headers=JSON_LD)


def is_problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """RFC 7807, of a type of the EPCIS binding, with a sentence."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    body = dict(answer.json())
    assert (body["status"], body["type"]) == (status, f"epcisException:{kind}")
    assert body["detail"].endswith((".", "?")) or body.get("problems")
    return body


# Capture jobs


def _good_and_bad(stranger: Stranger) -> tuple[Event, Event]:
    good, bad = stranger.pick(stranger.lot("GOOD"), 1.0), stranger.pick(stranger.lot("BAD"), 1.0)
    return good, {**bad, "bizStep": "harvesting"}


def test_rollback_with_a_wrong_event_records_nothing(partner: httpx.Client) -> None:
    stranger = a_stranger()
    answer = partner.post("/epcis/capture", content=document(_good_and_bad(stranger)), headers=JSON_LD)
    (problem,) = is_problem(answer, 400, "ValidationException")["problems"]
    assert problem["pointer"] == "/epcisBody/eventList/1/bizStep"
    assert partner.get("/api/trace", params={"code": stranger.lot("GOOD")}).status_code == 404


def test_proceed_with_a_wrong_event_records_the_rest_and_is_no_success(partner: httpx.Client) -> None:
    stranger = a_stranger()
    job = post(partner, document(_good_and_bad(stranger)), "proceed")
    assert (job["success"], len(job["errors"]), job["captureErrorBehaviour"]) == (False, 1, "proceed")
    assert len(trace(partner, stranger.lot("GOOD"), "back")["steps"]) == 1


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_document_without_fault_succeeds_either_way_and_again(partner: httpx.Client, behaviour: str) -> None:
    stranger = a_stranger()
    stranger.pick(stranger.lot("L"), 1.0)
    jobs = [post(partner, document(stranger.events), behaviour) for _ in range(2)]
    assert [(job["success"], job["errors"]) for job in jobs] == [(True, [])] * 2
    assert jobs[0]["captureID"] != jobs[1]["captureID"]
    assert len(trace(partner, stranger.lot("L"), "back")["steps"]) == 1


def test_an_event_twice_in_one_document_is_one_event(partner: httpx.Client) -> None:
    stranger = a_stranger()
    event = stranger.pick(stranger.lot("L"), 7.0)
    assert post(partner, document([event, event, event]))["success"]
    history = trace(partner, stranger.lot("L"), "back")
    assert (len(history["steps"]), history["kilograms"]) == (1, "7")


def test_two_contents_under_one_id_are_both_kept_and_shown_as_a_conflict(partner: httpx.Client) -> None:
    stranger = a_stranger()
    event = stranger.pick(stranger.lot("L"), 7.0, eventID=f"urn:uuid:{stranger.number:08}-0000-4000-8000-00000000000c")
    other = {**event, "disposition": "active"}
    assert post(partner, document([event, other]))["success"]
    (conflict,) = trace(partner, stranger.lot("L"), "back")["conflicts"]
    assert (conflict["event_id"], len(conflict["record_ids"])) == (event["eventID"], 2)


# Single events


def test_a_known_event_is_409_and_says_whether_it_has_the_same_content(partner: httpx.Client) -> None:
    stranger = a_stranger()
    event = stranger.pick(stranger.lot("L"), 7.0, eventID=f"urn:uuid:{stranger.number:08}-0000-4000-8000-00000000000e")
    made = send(partner, event)
    assert (made.status_code, made.json()["eventID"]) == (201, event["eventID"])
    assert partner.get(made.headers["Location"]).json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    again, other = send(partner, event), send(partner, {**event, "disposition": "active"})
    assert is_problem(again, 409, "ResourceAlreadyExistsException")["sameContent"] is True
    assert is_problem(other, 409, "ResourceAlreadyExistsException")["sameContent"] is False


def test_an_error_declaration_is_taken_once(partner: httpx.Client) -> None:
    stranger = a_stranger()
    event = stranger.pick(stranger.lot("L"), 7.0, eventID=f"urn:uuid:{stranger.number:08}-0000-4000-8000-00000000000d")
    assert send(partner, event).status_code == 201
    declared = stranger.correct(event, None)
    assert [send(partner, declared).status_code for _ in range(2)] == [201, 409]
    assert {s["standing"] for s in trace(partner, stranger.lot("L"), "back")["steps"]} == {"void"}


def test_a_hundred_reports_at_once_are_all_taken(partner: httpx.Client) -> None:
    stranger = a_stranger()
    events = [stranger.pick(stranger.lot("L"), 1.5) for _ in range(100)]
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda event: send(partner, event).status_code, events))
    assert statuses == [201] * 100
    assert trace(partner, stranger.lot("L"), "back")["kilograms"] == "150"


# Outside documents


def _files(kind: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted(shared("oracles", "epcis", kind).iterdir())]


@pytest.mark.parametrize("path", _files("valid"))
def test_what_is_valid_is_captured_and_read_back_equal(partner: httpx.Client, path: Any) -> None:
    assert post(partner, path.read_bytes())["success"]
    for event in read_document(path.read_bytes()).events:
        named = {"eventID": event_hash_id(event), **event}
        url = f"/epcis/events/{quote(named['eventID'], safe='')}"
        body = partner.get(url).raise_for_status().json()
        told = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert any(_equal(body.get("@context", []), one, named) for one in told)


def _equal(context: Any, told: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """But for the record time, which the repository sets, and where the context stands."""
    aside = {"@context", "recordTime"}
    return {k: v for k, v in told.items() if k not in aside} == {k: v for k, v in event.items() if k not in aside}


@pytest.mark.parametrize("path", _files("invalid"))
def test_what_is_invalid_is_refused_with_a_place_and_a_sentence(partner: httpx.Client, path: Any) -> None:
    answer = partner.post("/epcis/capture", content=path.read_bytes(), headers=JSON_LD)
    problems = is_problem(answer, 400, "ValidationException")["problems"]
    assert all(problem["pointer"] and problem["code"] and problem["message"] for problem in problems)


# Queries


@pytest.fixture(scope="module")
def asked(partner: httpx.Client) -> Stranger:
    """Eight events that differ in everything a query can ask for."""
    stranger = a_stranger()
    lot, boxes, pallet = stranger.lot("Q"), [stranger.box(1), stranger.box(2)], stranger.pallet(1)
    stranger.pick(lot, 100.0, disposition="active")
    stranger.pack({lot: 100.0}, boxes, 50.0)
    stranger.put(pallet, boxes)
    stranger.ship([pallet], 2, 3)
    stranger.receive([pallet], 3)
    stranger.put(pallet, boxes, 3, "DELETE")
    stranger.see("retail_selling", boxes[:1], 3, "DELETE", disposition="retail_sold")
    stranger.add(
        "TransactionEvent",
        3,
        action="ADD",
        epcList=boxes[1:],
        bizTransactionList=[{"type": "po", "bizTransaction": f"urn:x:po:{stranger.number}"}],
    )
    assert post(partner, document(stranger.events))["success"]
    return stranger


def _answered(client: httpx.Client, asked: Stranger, **parameters: str) -> set[int]:
    """Numbers of this stranger's events that the query finds, all pages together."""
    ours = {event["eventTime"]: number for number, event in enumerate(asked.events)}
    lots = {asked.lot("Q"), asked.box(1), asked.box(2), asked.pallet(1)}
    found = set()
    for event in _pages(client, {"perPage": "100", **parameters}):
        if any(name in json.dumps(event) for name in lots):
            found.add(ours[event["eventTime"]])
    return found


def _pages(client: httpx.Client, parameters: Mapping[str, str]) -> Iterator[Event]:
    answer = client.get("/epcis/events", params=dict(parameters))
    while True:
        assert answer.status_code == 200, answer.text
        yield from answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        if "next" not in answer.links:
            return
        answer = client.get(answer.links["next"]["url"])


@pytest.mark.parametrize(
    ("parameter", "value", "found"),
    [
        ("eventType", "AggregationEvent", {2, 5}),
        ("eventType", "TransformationEvent|TransactionEvent", {1, 7}),
        ("EQ_bizStep", "shipping", {3}),
        ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-receiving|packing", {2, 4}),
        ("EQ_disposition", "urn:epcglobal:cbv:disp:retail_sold|active", {0, 6}),
        ("EQ_action", "DELETE", {5, 6}),
        ("EQ_readPoint", "place 3", {4, 5, 6, 7}),
        ("EQ_bizLocation", "place 3", {4}),
        ("MATCH_epc", "box 1", {2, 5, 6}),
        ("MATCH_anyEPC", "box 1", {1, 2, 5, 6}),
        ("MATCH_epc", "pallet", {3, 4}),
        ("MATCH_anyEPC", "pallet", {2, 3, 4, 5}),
        ("MATCH_epcClass", "lot", {0}),
        ("MATCH_anyEPCClass", "lot", {0, 1}),
        ("MATCH_anyEPC", "box 2 as urn", {1, 2, 5, 7}),
        ("LT_eventTime", "time 2", {0, 1}),
        ("GE_eventTime", "time 6", {6, 7}),
        ("LT_recordTime", "2020-01-01T00:00:00Z", set()),
        ("GE_recordTime", "2020-01-01T00:00:00Z", set(range(8))),
    ],
)
def test_a_query_finds_what_it_asks_for(
    partner: httpx.Client, asked: Stranger, parameter: str, value: str, found: set[int]
) -> None:
    named = {
        "place 3": asked.place(3),
        "box 1": asked.box(1),
        "box 2 as urn": Stranger(asked.number, "urn").box(2),
        "pallet": asked.pallet(1),
        "lot": asked.lot("Q"),
        "time 2": asked.events[2]["eventTime"],
        "time 6": asked.events[6]["eventTime"],
    }
    narrowed = {"MATCH_anyEPC": "|".join((asked.box(1), asked.box(2), asked.pallet(1)))}
    criteria = {parameter: named.get(value, value)}
    if parameter.startswith(("EQ_", "event")) or "Time" in parameter:
        found = found - {0}  # the picking names no instance, and other strangers pick too
        criteria = {**narrowed, **criteria}
    assert _answered(partner, asked, **criteria) == found


def test_pages_are_complete_and_stable_while_more_comes_in(partner: httpx.Client) -> None:
    stranger = a_stranger()
    lot = stranger.lot("L")
    for _ in range(45):
        stranger.pick(lot, 1.0)
    assert post(partner, document(stranger.events))["success"]
    told = []
    for number, event in enumerate(_pages(partner, {"MATCH_anyEPCClass": lot, "perPage": "10"})):
        told.append(event["eventTime"])
        if number == 15:
            assert post(partner, document([stranger.pick(stranger.lot("NEW"), 1.0)]))["success"]
    assert sorted(told) == sorted(event["eventTime"] for event in stranger.events[:45])
    assert len(set(told)) == 45


# Refusals


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("EQ_colour=red", "EQ_colour"),
        ("eventType=Event", "eventType"),
        ("GE_eventTime=yesterday", "GE_eventTime"),
        ("perPage=0", "perPage"),
        ("nextPageToken=nonsense", "nextPageToken"),
    ],
)
def test_a_wrong_query_names_its_parameter(partner: httpx.Client, query: str, parameter: str) -> None:
    body = is_problem(partner.get(f"/epcis/events?{query}"), 400, "QueryParameterException")
    assert body["parameter"] == parameter


def test_what_is_no_json_of_another_form_or_too_large_is_refused_as_such(partner: httpx.Client) -> None:
    def sent(content: bytes, form: str = "application/json") -> httpx.Response:
        return partner.post("/epcis/capture", content=content, headers={"Content-Type": form})

    is_problem(sent(b"{"), 400, "ValidationException")
    is_problem(sent(b"[]"), 400, "ValidationException")
    is_problem(sent(b"<EPCISDocument/>", "application/xml"), 415, "UnsupportedMediaTypeException")
    is_problem(sent(b" " * (9 << 20)), 413, "CaptureLimitExceededException")


def test_an_event_too_far_in_the_future_is_refused(partner: httpx.Client) -> None:
    stranger = a_stranger()
    event = {**stranger.pick(stranger.lot("L"), 1.0), "eventTime": "2099-01-01T00:00:00.000Z"}
    body = is_problem(send(partner, event), 400, "ValidationException")
    assert "/eventTime" in [problem["pointer"] for problem in body["problems"]]


def test_who_reports_needs_a_token_and_what_is_unknown_is_404(partner: httpx.Client, public: httpx.Client) -> None:
    stranger = a_stranger()
    event = stranger.pick(stranger.lot("L"), 1.0)
    is_problem(public.post("/epcis/capture", content=document([event]), headers=JSON_LD), 401, "SecurityException")
    is_problem(send(public, event), 401, "SecurityException")
    is_problem(partner.get("/epcis/events/urn:uuid:unheard-of"), 404, "NoSuchResourceException")
    is_problem(partner.get("/epcis/capture/unheard-of"), 404, "NoSuchResourceException")
