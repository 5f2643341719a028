"""The JSON API: commands, histories, registry, labels, and its description."""

from typing import Any

import httpx
import orjson
import pytest

from services.portal.reporting.commands import COMMANDS
from tests.services.portal.conftest import GTIN, PLOT
from tests.services.portal.upstream import Behind

DELIVERY = {
    "product": "09520001000010",
    "plot": PLOT,
    "grower": "G-0231",
    "unit": "kg",
    "gross": 412.5,
    "tare": 12.5,
    "site": "9520001000218",
    "at": "2026-09-12T06:30:00+08:00",
    "lot": "L1",
}
STATION = {"authorization": "Bearer station-token"}


async def test_a_delivery_by_a_program_is_the_one_of_the_form(program: httpx.AsyncClient, world: Behind) -> None:
    answer = await program.post("/api/deliveries", json=DELIVERY, headers=STATION)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["code"] == f"{GTIN}/10/L1"
    assert body["event"]["quantityList"][0]["quantity"] == 400
    assert body["receipt"]["topic"] == "produce.harvest.v1"
    trace = await program.get("/api/trace", params={"code": "(01)09520001000010(10)L1"})
    assert trace.json()["shares"][0]["kilograms"] == "400"


async def test_the_same_event_id_again_is_harmless(program: httpx.AsyncClient, world: Behind) -> None:
    given = DELIVERY | {"event_id": "5a7c1f0e-0000-4000-8000-000000000001"}
    answers = [await program.post("/api/deliveries", json=given, headers=STATION) for _ in range(2)]
    assert {answer.json()["event_id"] for answer in answers} == {"urn:uuid:5a7c1f0e-0000-4000-8000-000000000001"}
    assert len(world.log.stored_events) == 1


async def test_another_report_under_the_same_event_id_is_refused(program: httpx.AsyncClient, world: Behind) -> None:
    given = DELIVERY | {"event_id": "5a7c1f0e-0000-4000-8000-000000000001"}
    assert (await program.post("/api/deliveries", json=given, headers=STATION)).status_code == 201
    other = await program.post("/api/deliveries", json=given | {"gross": "66"}, headers=STATION)
    assert (other.status_code, other.json()["sameContent"]) == (409, False)
    chinese = STATION | {"accept-language": "zh"}
    said = (await program.post("/api/deliveries", json=given | {"gross": "66"}, headers=chinese)).json()["detail"]
    assert "event_id" in said and "内容" in said
    assert len(world.log.stored_events) == 1


async def test_an_id_of_ones_own_needs_the_time_too(program: httpx.AsyncClient, world: Behind) -> None:
    given = {name: text for name, text in DELIVERY.items() if name != "at"}
    asked = given | {"event_id": "5a7c1f0e-0000-4000-8000-000000000001"}
    answer = await program.post("/api/deliveries", json=asked)
    assert answer.status_code == 400 and "give the time too" in answer.json()["detail"]
    made = (await program.post("/api/deliveries", json=given)).json()
    assert made["event_id"] and made["event"]["eventTime"].startswith("2026-09-20T16:00")


async def test_problems_name_the_field_and_what_would_be_right_in_the_callers_language(
    program: httpx.AsyncClient,
) -> None:
    wrong = {"gross": "many", "colour": "green", "product": "9520001000011"}
    answer = await program.post("/api/deliveries", json=wrong, headers=STATION | {"accept-language": "en"})
    assert answer.status_code == 400
    fields = {field["field"]: field["message"] for field in answer.json()["fields"]}
    assert fields["gross"] == "This is not a weight. Write for example 62.5 or 125斤."
    assert fields["plot"] == "Please fill this in."
    assert fields["colour"] == "There is no such field here."
    assert "would be 0" in fields["product"]
    chinese = await program.post("/api/deliveries", json=wrong, headers=STATION | {"accept-language": "zh"})
    assert "请填写这一项。" in chinese.json()["detail"]


async def test_problems_in_rows_are_pointed_at(program: httpx.AsyncClient) -> None:
    given = {
        "product": "09520001000010",
        "output": "P",
        "site": "9520001000218",
        "inputs": [{"lot": "L1", "mass": "x"}],
    }
    answer = await program.post("/api/poolings", json=given, headers=STATION)
    assert [field["pointer"] for field in answer.json()["fields"]] == ["/inputs/0/mass"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"5", b"{"])
async def test_what_is_no_object_is_refused(program: httpx.AsyncClient, raw: bytes) -> None:
    answer = await program.post("/api/deliveries", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "given", [{"inputs": "x"}, {"inputs": [1, None]}, {"product": {"a": 1}}, {"lot": ["x"]}, {"at": 5}]
)
async def test_values_of_the_wrong_shape_are_problems_and_no_crash(program: httpx.AsyncClient, given: Any) -> None:
    assert (await program.post("/api/poolings", json=given)).status_code == 400


async def test_reports_need_a_token_of_the_header_not_of_a_cookie(program: httpx.AsyncClient) -> None:
    assert (await program.post("/api/deliveries", json=DELIVERY, headers={"authorization": ""})).status_code == 401


@pytest.mark.parametrize(
    "path", ["/api/trace", "/api/trace?code=x&direction=up", "/api/claims", f"/api/trace?code={GTIN}&after=nonsense"]
)
async def test_a_wrong_parameter_of_a_read_is_named(program: httpx.AsyncClient, path: str) -> None:
    answer = await program.get(path)
    assert answer.status_code == 400
    assert answer.json()["parameter"]


async def test_an_unknown_code_is_404(program: httpx.AsyncClient) -> None:
    assert (await program.get("/api/trace", params={"code": GTIN})).status_code == 404
    assert (await program.get("/api/claims", params={"code": GTIN})).status_code == 404


async def test_registry_records_are_listed_found_and_written(program: httpx.AsyncClient) -> None:
    assert (await program.get("/api/registry/product")).json()["records"][0]["id"] == GTIN
    assert (await program.get("/api/registry/product", params={"id": GTIN})).json()["name_en"] == "Yulu pear"
    assert (await program.get("/api/registry/product", params={"id": "none"})).status_code == 404
    assert (await program.get("/api/registry/pears")).status_code == 404
    put = await program.put("/api/registry", json=[{"kind": "county", "id": "141031", "name_zh": "隰县"}])
    assert put.json()["results"][0]["status"] == "accepted"
    assert (await program.put("/api/registry", json={"kind": "county"})).status_code == 400


async def test_labels_are_issued_or_the_claim_says_why_not(program: httpx.AsyncClient) -> None:
    lot = f"{GTIN}/10/L1"
    assert len((await program.post("/api/labels", json={"lot": lot, "count": 3})).json()["labels"]) == 3
    held = await program.post("/api/labels", json={"lot": lot, "brand": "held"})
    assert (held.status_code, held.json()["claim"]["verdict"]) == (409, "held")
    for wrong in ({}, {"lot": lot, "count": 0}, {"lot": lot, "count": True}, {"lot": 5}, {"lot": lot, "after": "x"}):
        assert (await program.post("/api/labels", json=wrong)).status_code == 400
    assert (await program.get("/api/labels", params={"code": "x"})).json()["verdict"] == "not_ours"
    assert (await program.get("/.well-known/label-keys.json")).json() == {"keys": []}


async def test_the_description_names_every_command_and_its_fields(program: httpx.AsyncClient) -> None:
    api = (await program.get("/openapi.json")).json()
    assert api["openapi"].startswith("3.1")
    for noun, command in COMMANDS.items():
        schema = api["paths"][f"/api/{noun}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(schema["properties"]) == {"event_id", *command.field_names()}
    assert orjson.dumps(api).count(b'"$ref"') > 20


async def test_the_docs_page_needs_nothing_from_elsewhere(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/docs")
    assert page.status_code == 200
    for told in ("/api/deliveries", "/epcis/capture", "MATCH_anyEPC", "Gross weight.", "&#34;gross&#34;: 852"):
        assert told in page.text
    assert "<script" not in page.text
    assert 'src="http' not in page.text
