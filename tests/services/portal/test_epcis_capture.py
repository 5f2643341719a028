"""The asynchronous half of the EPCIS door, over memory."""

import json
from typing import Any

import httpx
import orjson
import pytest

from provenance.access.authority import Principal
from services.portal.epcis_door.document_size import MAX_DOCUMENT_EVENTS
from stream.admin import MAX_RECORD_BYTES
from tests.services.portal.conftest import OTHER
from tests.services.portal.upstream import Behind
from wire.errors import Overloaded

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
LOT = "https://id.gs1.org/01/09520001000010/10/L1"


def event(number: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-09-12T06:30:{number % 60:02d}.{number:03d}+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "quantityList": [{"epcClass": LOT}],
        "readPoint": {"id": "https://id.gs1.org/414/9520001000218"},
    } | fields


def document(*events: Any, **fields: Any) -> dict[str, Any]:
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-20T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
    } | fields


async def capture(program: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return await program.post("/epcis/capture", content=content, headers={"content-type": "application/json"} | headers)


async def job_of(program: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    found = await program.get(answer.headers["location"])
    assert found.status_code == 200
    return dict(found.json())


async def test_a_document_becomes_a_job_whose_events_are_all_stored(program: httpx.AsyncClient, world: Behind) -> None:
    answer = await capture(program, document(event(0), event(1)))
    assert answer.status_code == 202
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    job = await job_of(program, answer)
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert job["captureErrorBehaviour"] == "rollback"
    assert len(world.log.stored_events) == 2


async def test_a_query_document_is_captured_like_a_document(program: httpx.AsyncClient, world: Behind) -> None:
    results = {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [event()]}}}
    answer = await capture(program, document(type="EPCISQueryDocument", epcisBody=results))
    assert answer.status_code == 202
    assert len(world.log.stored_events) == 1


async def test_a_job_runs_until_its_events_are_stored(program: httpx.AsyncClient, world: Behind) -> None:
    world.log.hold_back = True
    answer = await capture(program, document(event()))
    job = await job_of(program, answer)
    assert (job["running"], job["success"]) == (True, True)
    assert "finishedAt" not in job
    world.log.release()
    job = await job_of(program, answer)
    assert (job["running"], job["success"]) == (False, True)
    assert job["finishedAt"].endswith("Z")


async def test_rollback_records_nothing_when_one_event_is_wrong(program: httpx.AsyncClient, world: Behind) -> None:
    wrong = (event(1, bizStep="harvesting"), event(2, eventTimeZoneOffset="8"))
    answer = await capture(program, document(event(0), *wrong))
    assert answer.status_code == 400
    body = answer.json()
    assert body["type"] == "epcisException:ValidationException"
    assert {p["pointer"] for p in body["problems"]} == {
        "/epcisBody/eventList/1/bizStep",
        "/epcisBody/eventList/2/eventTimeZoneOffset",
    }
    assert not world.log.stored_events


async def test_proceed_records_the_rest_and_names_what_is_wrong(program: httpx.AsyncClient, world: Behind) -> None:
    wrong = document(event(0), event(1, bizStep="harvesting"), event(2))
    answer = await capture(program, wrong, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert answer.status_code == 202
    job = await job_of(program, answer)
    assert (job["running"], job["success"]) == (False, False)
    assert [error["instance"] for error in job["errors"]] == ["#/epcisBody/eventList/1/bizStep"]
    assert len(world.log.stored_events) == 2


async def test_a_document_that_reports_for_others_without_a_mandate_is_refused_whole(
    program: httpx.AsyncClient, world: Behind
) -> None:
    picked = event(
        1, bizStep="commissioning", action="ADD", readPoint={"id": "https://suyuan.example/plot/P-0417"},
        quantityList=[{"epcClass": LOT, "quantity": 10, "uom": "KGM"}],
    )  # fmt: skip
    world.identity.principals["packer"] = Principal(OTHER, frozenset({"packer"}))
    answer = await capture(program, document(event(0), picked), authorization="Bearer packer")
    assert answer.status_code == 403
    refused = {problem["pointer"] for problem in answer.json()["problems"]}
    assert refused == {"/epcisBody/eventList/0/readPoint/id", "/epcisBody/eventList/1/bizStep"}
    assert not world.log.stored_events


async def test_an_unacknowledged_event_ends_the_job_without_success_and_posting_again_completes_it(
    program: httpx.AsyncClient, world: Behind
) -> None:
    world.log.unacknowledged = 1
    first = await job_of(program, await capture(program, document(event(0), event(1))))
    assert (first["running"], first["success"]) == (False, False)
    assert len(world.log.stored_events) == 1
    second = await job_of(program, await capture(program, document(event(0), event(1))))
    assert (second["running"], second["success"]) == (False, True)
    assert len(world.log.stored_events) == 2


async def test_an_overloaded_service_is_429_with_a_time_to_wait(program: httpx.AsyncClient, world: Behind) -> None:
    world.log.failure = Overloaded("too much at once", retry_after_s=3)
    answer = await capture(program, document(event()))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"


async def test_a_job_is_nobody_elses_business(program: httpx.AsyncClient) -> None:
    answer = await capture(program, document(event()))
    other = {"authorization": "Bearer station-token"}
    assert (await program.get(answer.headers["location"], headers=other)).status_code == 404
    assert (await program.get(answer.headers["location"], headers={"authorization": ""})).status_code == 401


@pytest.mark.parametrize("capture_id", ["7-1-" + "0" * 32, "0-0-" + "f" * 32, "no-such-thing", "0-99999-" + "a" * 32])
async def test_an_unknown_capture_id_is_not_found(program: httpx.AsyncClient, capture_id: str) -> None:
    await capture(program, document(event()))
    answer = await program.get(f"/epcis/capture/{capture_id}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "epcisException:NoSuchResourceException"


async def test_the_latest_jobs_of_a_party_are_listed_newest_first(program: httpx.AsyncClient) -> None:
    locations = [(await capture(program, document(event(n)))).headers["location"] for n in range(3)]
    listed = (await program.get("/epcis/capture?perPage=2")).json()
    assert [job["captureID"] for job in listed] == [location.rsplit("/", 1)[1] for location in locations[:0:-1]]
    others = (await program.get("/epcis/capture", headers={"authorization": "Bearer station-token"})).json()
    assert others == []


async def test_pages_of_jobs_lead_to_the_oldest_one(program: httpx.AsyncClient) -> None:
    locations = [(await capture(program, document(event(n)))).headers["location"] for n in range(5)]
    pages, address = [], "/epcis/capture?perPage=2"
    while address:
        answer = await program.get(address)
        pages.append([f"/epcis/capture/{job['captureID']}" for job in answer.json()])
        address = answer.links.get("next", {}).get("url", "")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [location for page in pages for location in page] == locations[::-1]


@pytest.mark.parametrize("token", ["x", "1", "1-", "1-2.", "-1-2", "٣-1", "1-2|3-4", "1-" + "9" * 400])
async def test_a_token_of_no_earlier_list_is_400(program: httpx.AsyncClient, token: str) -> None:
    answer = await program.get("/epcis/capture", params={"nextPageToken": token})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "nextPageToken")


@pytest.mark.parametrize("path", ["/epcis/capture", "/epcis/events"])
@pytest.mark.parametrize("per_page", ["²", "٣", "0", "-1", "", "9" * 5000])
async def test_a_page_size_that_is_no_number_is_400(program: httpx.AsyncClient, path: str, per_page: str) -> None:
    answer = await program.get(path, params={"perPage": per_page})
    assert answer.status_code == 400, answer.text
    assert (answer.json()["type"], answer.json()["parameter"]) == (
        "epcisException:QueryParameterException",
        "perPage",
    )


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"content-type": "application/xml"}, 415, "UnsupportedMediaTypeException"),
        ({"GS1-EPCIS-Min": "2.1"}, 406, "NotAcceptableException"),
        ({"GS1-EPCIS-Max": "1.2"}, 406, "NotAcceptableException"),
        ({"GS1-CBV-Version": "3"}, 406, "NotAcceptableException"),
        ({"GS1-EPCIS-Version": "two"}, 400, "ValidationException"),
        ({"GS1-Capture-Error-Behaviour": "shrug"}, 400, "ValidationException"),
        ({"authorization": ""}, 401, "SecurityException"),
        ({"authorization": "Bearer unknown"}, 401, "SecurityException"),
        ({"authorization": "Basic eDp5"}, 401, "SecurityException"),
    ],
)
async def test_what_the_headers_ask_for_is_refused_by_name(
    program: httpx.AsyncClient, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = await capture(program, document(event()), **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"epcisException:{kind}"


@pytest.mark.parametrize("raw", [b"", b"nothing", b"[]", b"{}", b'{"type":"EPCISDocument"}', b"\xff\xfe"])
async def test_what_is_no_document_is_refused(program: httpx.AsyncClient, raw: bytes) -> None:
    answer = await capture(program, raw)
    assert answer.status_code == 400
    assert answer.json()["detail"]


async def test_too_many_events_and_too_many_bytes_are_413_with_the_limits(program: httpx.AsyncClient) -> None:
    many = await capture(program, document(*(event() for _ in range(MAX_DOCUMENT_EVENTS + 1))))
    assert many.status_code == 413
    assert many.headers["gs1-epcis-capture-limit"] == str(MAX_DOCUMENT_EVENTS)
    large = await capture(program, b" " * (8 * 1024 * 1024 + 1))
    assert large.status_code == 413
    assert large.json()["type"] == "epcisException:CaptureLimitExceededException"


def context_of(size: int) -> list[Any]:
    return [CONTEXT, {f"example{n}": "https://ns.example/" + "x" * 80 for n in range(size // 120)}]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (document(*(event(n) for n in range(1000)), **{"@context": context_of(450_000)}), "a shorter @context"),
        (document(event() | {"@context": context_of(600_000)}), "Event 0 has"),
        (document(*[1] * (MAX_DOCUMENT_EVENTS + 1)), "2000 events"),
    ],
    ids=["a context counts for every event", "one event", "what is no event counts too"],
)
async def test_a_document_that_asks_for_more_than_it_weighs_is_413(
    program: httpx.AsyncClient, world: Behind, body: Any, told: str
) -> None:
    answer = await capture(program, body, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert (answer.status_code, told in answer.json()["detail"]) == (413, True), answer.text
    assert not world.jobs.entries


async def test_an_error_in_the_context_all_events_rest_on_refuses_all(
    program: httpx.AsyncClient, world: Behind
) -> None:
    body = document(event(), **{"@context": [CONTEXT, {"example": 10**30}]})
    answer = await capture(program, json.dumps(body).encode(), **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["pointer"].startswith("/@context")
    assert not world.log.stored_events


async def test_the_job_of_a_document_of_faulty_events_fits_the_log(program: httpx.AsyncClient, world: Behind) -> None:
    wrong = {f"wrongly:{'x' * 300}": 1, "bizStep": "harvesting"}
    body = document(*(event(n, **wrong) for n in range(MAX_DOCUMENT_EVENTS)))
    answer = await capture(program, body, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert answer.status_code == 202
    assert max(len(entry.value) for entry in world.jobs.entries) < MAX_RECORD_BYTES
    job = await job_of(program, answer)
    assert not job["success"]
    assert "more problems" in job["errors"][-1]["title"]


async def test_ids_too_long_for_one_job_are_413_before_anything_is_recorded(
    program: httpx.AsyncClient, world: Behind
) -> None:
    long = [event(n, eventID=f"https://ids.example/{'x' * 500}/{n}") for n in range(MAX_DOCUMENT_EVENTS)]
    assert (await capture(program, document(*long))).status_code == 413
    assert not world.jobs.entries
    assert not world.log.stored_events
    assert (await capture(program, document(*long[:900]))).status_code == 202


async def test_a_job_whose_portal_died_ends_without_success(program: httpx.AsyncClient, world: Behind) -> None:
    answer = await capture(program, document(event()))
    world.jobs.entries.pop()
    world.log.stored_events.clear()
    assert (await job_of(program, answer))["running"]
    world.now_s += 3600
    job = await job_of(program, answer)
    assert (job["running"], job["success"], job["errors"][0]["code"]) == (False, False, "not-recorded")
