"""The synchronous half of the EPCIS door, and queries, over memory."""

from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest

from epcis.event_id import event_hash_id
from epcis.validation import validate_document
from tests.services.portal.test_epcis_capture import CONTEXT, document, event
from tests.services.portal.test_epcis_capture import capture as capture_document
from tests.services.portal.upstream import Behind
from wire.errors import Transient

JSON = {"content-type": "application/json"}


def standing_alone(number: int = 0, **fields: Any) -> dict[str, Any]:
    return {"@context": CONTEXT, **event(number, **fields)}


async def post(program: httpx.AsyncClient, body: Any) -> httpx.Response:
    return await program.post("/epcis/events", content=orjson.dumps(body), headers=JSON)


async def test_an_event_is_answered_when_it_can_be_read(program: httpx.AsyncClient) -> None:
    answer = await post(program, standing_alone())
    assert answer.status_code == 201
    body = answer.json()
    assert body["eventID"] == event_hash_id(standing_alone())
    assert body["recordTime"].endswith("Z")
    found = await program.get(answer.headers["location"])
    assert found.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["eventID"] == body["eventID"]


async def test_an_event_that_cannot_be_read_yet_is_answered_as_it_was_sent(
    program: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(event_ids: Any, *, after: Any, token: str) -> Any:
        if after:
            raise Transient("not yet")
        return ()

    monkeypatch.setattr(world.log, "events", late)
    answer = await post(program, standing_alone())
    assert (answer.status_code, "recordTime" in answer.json()) == (201, False)
    assert len(world.log.stored_events) == 1


async def test_what_cannot_have_happened_is_no_question_of_rights(program: httpx.AsyncClient) -> None:
    answer = await post(program, standing_alone(eventTime="2099-01-01T00:00:00.000Z"))
    assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:ValidationException")
    assert answer.json()["problems"][0]["pointer"] == "/eventTime"


async def test_an_existing_id_is_a_conflict_that_tells_same_from_other_content(program: httpx.AsyncClient) -> None:
    named = standing_alone(eventID="urn:uuid:5a7c1f0e-0000-4000-8000-000000000001")
    assert (await post(program, named)).status_code == 201
    again = await post(program, named)
    assert (again.status_code, again.json()["sameContent"]) == (409, True)
    assert again.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    other = await post(program, named | {"disposition": "conformant"})
    assert (other.status_code, other.json()["sameContent"]) == (409, False)


async def test_an_error_declaration_is_new_until_it_is_stored_itself(program: httpx.AsyncClient, world: Behind) -> None:
    named = standing_alone(eventID="urn:uuid:5a7c1f0e-0000-4000-8000-000000000002")
    declared = named | {"errorDeclaration": {"declarationTime": "2026-09-13T00:00:00Z", "reason": "did_not_occur"}}
    assert (await post(program, named)).status_code == 201
    assert (await post(program, declared)).status_code == 201
    again = await post(program, declared)
    assert (again.status_code, again.json()["sameContent"]) == (409, True)
    assert len(world.log.stored_events) == 2


async def test_an_unknown_outcome_is_503_and_says_that_sending_again_is_harmless(
    program: httpx.AsyncClient, world: Behind
) -> None:
    world.log.unacknowledged = 1
    answer = await post(program, standing_alone())
    assert answer.status_code == 503
    assert "harmless" in answer.json()["detail"]
    assert answer.headers["retry-after"]
    assert (await post(program, standing_alone())).status_code == 201


@pytest.mark.parametrize("raw", [b"", b"[]", b'"x"', b"{}", b'{"type":"ObjectEvent"}', b"{"])
async def test_what_is_no_event_is_refused_with_what_is_missing(program: httpx.AsyncClient, raw: bytes) -> None:
    answer = await program.post("/epcis/events", content=raw, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:ValidationException"


async def test_events_come_as_a_valid_query_document_page_by_page(program: httpx.AsyncClient) -> None:
    await capture_document(program, document(*(event(n) for n in range(5))))
    url, seen = "/epcis/events?eventType=ObjectEvent&perPage=2", []
    while url:
        answer = await program.get(url)
        assert answer.status_code == 200
        assert not [p for p in validate_document(answer.json()) if p.severity == "error"]
        seen += answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        link = answer.headers.get("link", "")
        assert not link or link.endswith('; rel="next"')
        url = link.partition(">")[0].lstrip("<")
    assert len({one["eventID"] for one in seen}) == len(seen) == 5


async def test_criteria_are_joined_and_lists_are_alternatives(program: httpx.AsyncClient) -> None:
    await capture_document(program, document(event(0), event(1, bizStep="shipping"), event(2, bizStep="receiving")))

    async def count(query: str) -> int:
        answer = await program.get("/epcis/events?" + query)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"])

    assert await count("EQ_bizStep=shipping") == 1
    assert await count("EQ_bizStep=shipping|receiving") == 2
    assert await count(f"EQ_bizStep={quote('https://ref.gs1.org/cbv/BizStep-shipping', safe='')}") == 1
    assert await count("EQ_bizStep=shipping&eventType=AggregationEvent") == 0
    lot = "https://id.gs1.org/01/09520001000010/10/L1"
    assert await count(f"MATCH_anyEPCClass={quote(lot, safe='')}") == 3
    assert await count("EQ_eventID=urn:x:none") == 0


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("EQ_bizStp=shipping", "EQ_bizStp"),
        ("eventType=ObjectEvents", "eventType"),
        ("GE_eventTime=yesterday", "GE_eventTime"),
        ("GE_eventTime=2026-09-12T06:30:00", "GE_eventTime"),
        ("perPage=0", "perPage"),
        ("perPage=many", "perPage"),
        ("EQ_action=CHANGE", "EQ_action"),
        ("EQ_bizStep=", "EQ_bizStep"),
    ],
)
async def test_a_wrong_parameter_is_named(program: httpx.AsyncClient, query: str, parameter: str) -> None:
    answer = await program.get("/epcis/events?" + query)
    assert answer.status_code == 400
    body = answer.json()
    assert (body["type"], body["parameter"]) == ("epcisException:QueryParameterException", parameter)
    assert parameter in body["detail"]


async def test_too_many_values_are_413(program: httpx.AsyncClient) -> None:
    answer = await program.get("/epcis/events?EQ_eventID=" + "|".join(f"urn:x:{n}" for n in range(101)))
    assert answer.status_code == 413
    assert answer.json()["type"] == "epcisException:QueryTooLargeException"


async def test_an_unknown_event_is_not_found(program: httpx.AsyncClient) -> None:
    answer = await program.get(f"/epcis/events/{quote('urn:uuid:none', safe='')}")
    assert answer.status_code == 404


async def test_xml_is_not_acceptable(program: httpx.AsyncClient) -> None:
    answer = await program.get("/epcis/events", headers={"accept": "application/xml"})
    assert answer.status_code == 406
    assert answer.json()["type"] == "epcisException:NotAcceptableException"


@pytest.mark.parametrize("path", ["/epcis", "/epcis/capture", "/epcis/events", "/epcis/events/x", "/epcis/capture/x"])
async def test_options_tells_versions_and_methods(program: httpx.AsyncClient, path: str) -> None:
    answer = await program.options(path)
    assert answer.status_code == 204
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    assert "GET" in answer.headers["allow"]


async def test_the_door_lists_its_resources(program: httpx.AsyncClient) -> None:
    assert (await program.get("/epcis")).json()["member"] == ["capture", "events"]
    assert (await program.get("/epcis/queries")).status_code == 501
    assert (await program.get("/epcis/nothing")).status_code == 404
