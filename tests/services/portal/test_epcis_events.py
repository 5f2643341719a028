"""The synchronous half of the EPCIS door, and queries, over memory."""

from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest

from epcis.event_id import event_hash_id
from epcis.validation import validate_document
from provenance.log.evidence import Promised, Proven, check
from tests.services.portal.logged import KEY
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


async def test_an_event_is_answered_with_where_its_promise_and_proof_are(
    program: httpx.AsyncClient, world: Behind
) -> None:
    answer = await post(program, standing_alone())
    (record,) = world.log.stored_events
    links = {what: str(answer.links[f"https://ns.suyuan.example/{what}"]["url"]) for what in ("promise", "proof")}
    assert all(one.endswith(f"?record={record}") for one in links.values())
    assert isinstance(check((await program.get(links["promise"])).text, keys=[KEY.verifier]), Promised)
    await world.transparency.cover()
    assert isinstance(check((await program.get(links["proof"])).text, keys=[KEY.verifier]), Proven)


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


@pytest.mark.parametrize(
    "path",
    ["/epcis", "/epcis/capture", "/epcis/events", "/epcis/events/x", "/epcis/capture/x", "/epcis/epcs/urn:x:1/events"],
)
async def test_options_tells_versions_and_methods(program: httpx.AsyncClient, path: str) -> None:
    answer = await program.options(path)
    assert answer.status_code == 204
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    assert "GET" in answer.headers["allow"]


async def test_the_door_lists_its_resources(program: httpx.AsyncClient) -> None:
    assert (await program.get("/epcis")).json()["member"][:3] == ["capture", "events", "eventTypes"]
    assert (await program.get("/epcis/queries")).status_code == 501
    assert (await program.get("/epcis/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/epcis/capture", "OPTIONS, POST, GET"),
        ("DELETE", "/epcis/events", "OPTIONS, POST, GET"),
        ("POST", "/epcis/events/urn:x:1", "OPTIONS, GET"),
        ("POST", "/epcis/eventTypes", "OPTIONS, GET"),
        ("GET", "/epcis/nextPageToken/x", "OPTIONS, DELETE"),
    ],
)
async def test_another_method_is_405_with_those_that_are_taken(
    program: httpx.AsyncClient, method: str, path: str, allow: str
) -> None:
    answer = await program.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


async def test_a_page_token_may_be_released(program: httpx.AsyncClient) -> None:
    assert (await program.delete("/epcis/nextPageToken/1.0")).status_code == 204


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("eventTypes/ObjectEvent/events", 3),
        ("eventTypes/AggregationEvent/events", 0),
        ("bizSteps/shipping/events", 3),
        ("bizSteps/https%3A%2F%2Fref.gs1.org%2Fcbv%2FBizStep-shipping/events", 3),
        ("dispositions/in_transit/events", 3),
        ("dispositions/recalled/events", 0),
        ("epcs/urn:epc:id:sscc:9520001.0000000001/events", 3),
        ("epcs/https://id.gs1.org/00/095200010000000010/events?EQ_bizStep=shipping", 3),
        ("readPoints/urn:x:nowhere/events", 0),
    ],
)
async def test_events_are_found_below_what_they_name(program: httpx.AsyncClient, path: str, count: int) -> None:
    pallet = {"epcList": ["https://id.gs1.org/00/095200010000000010"]}
    for n in range(3):
        body = event(n, bizStep="shipping", disposition="in_transit", **pallet)
        assert (await post(program, standing_alone(**body))).status_code == 201
    answer = await program.get(f"/epcis/{path}")
    assert len(listed(answer)) == count
    if count > 1:
        first = await program.get(f"/epcis/{path}{'&' if '?' in path else '?'}perPage=2")
        second = await program.get(first.links["next"]["url"])
        assert [len(listed(first)), len(listed(second))] == [2, 1]


def listed(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return list(answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"])


async def test_words_are_listed_and_things_are_not(program: httpx.AsyncClient) -> None:
    assert "ObjectEvent" in (await program.get("/epcis/eventTypes")).json()["member"]
    assert "shipping" in (await program.get("/epcis/bizSteps")).json()["member"]
    assert (await program.get("/epcis/bizSteps/shipping")).json()["member"] == ["events"]
    assert (await program.get("/epcis/epcs")).status_code == 501
    assert (await program.get("/epcis/eventTypes/Harvest/events")).status_code == 404


async def test_epc_urns_are_given_as_digital_links_where_asked(program: httpx.AsyncClient) -> None:
    urn, link = "urn:epc:id:sscc:9520001.0000000001", "https://id.gs1.org/00/095200010000000010"
    body = standing_alone(1, epcList=[urn])
    address = (await post(program, body)).headers["location"]
    for wanted, expected in (("Always_GS1_Digital_Link", link), ("Never_Translates", urn), ("No_Preference", urn)):
        answer = await program.get(address, headers={"GS1-EPC-Format": wanted})
        (given,) = listed(answer)
        assert given["epcList"] == [expected]
        assert event_hash_id(given, context=answer.json()["@context"]) == event_hash_id(body)
    assert (await program.get(address, headers={"GS1-EPC-Format": "Always_EPC_URN"})).status_code == 406


@pytest.mark.parametrize(
    ("header", "version", "status"),
    [
        ("GS1-EPCIS-Version", "2.0.1", 200),
        ("GS1-EPCIS-Version", "1.2", 406),
        ("GS1-EPCIS-Max", "2", 200),
        ("GS1-EPCIS-Min", "2.0", 200),
        ("GS1-CBV-Min", "2.1", 406),
    ],
)
async def test_major_and_minor_version_decide(
    program: httpx.AsyncClient, header: str, version: str, status: int
) -> None:
    assert (await program.get("/epcis/events", headers={header: version})).status_code == status
