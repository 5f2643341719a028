"""Where a thing went, page by page: for programs with perPage, for people with a link further on."""

import httpx
import pytest

from tests.services.portal.people import sign_in
from tests.services.portal.test_codes import LOT, SITE, deliver

FORWARD = {"code": LOT, "direction": "forward"}


async def shipped(program: httpx.AsyncClient, times: int) -> None:
    await deliver(program, "G0914")
    for n in range(times):
        body = {"lots": [{"lot": LOT, "mass": str(n + 1)}], "site": SITE}
        answer = await program.post("/api/losses", json=body)
        assert answer.status_code < 300, answer.text


async def test_a_program_reads_the_pages_with_the_token_of_the_page_before(program: httpx.AsyncClient) -> None:
    await shipped(program, 3)
    first = (await program.get("/api/trace", params={**FORWARD, "perPage": "2"})).json()
    assert (first["page"]["followed"], first["page"]["ahead"], len(first["steps"])) == (2, 2, 2)
    asked = {**FORWARD, "perPage": "2", "nextPageToken": first["page"]["nextPageToken"]}
    last = (await program.get("/api/trace", params=asked)).json()
    assert last["page"] == {"followed": 4, "ahead": 0}
    ids = {step["event_id"] for body in (first, last) for step in body["steps"]}
    assert ids == {step["event_id"] for step in (await program.get("/api/trace", params=FORWARD)).json()["steps"]}


async def test_a_person_is_told_that_there_is_more_and_goes_further_on(
    program: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    await shipped(program, 3)
    await sign_in(browser)
    page = await browser.get("/trace", params=FORWARD)
    assert "2 things so far; 2 more are known to come" in page.text
    further = (
        page.text.partition('href="/trace?direction=forward&amp;code=')[2]
        or page.text.partition('href="/trace?direction=forward&code=')[2]
    )
    last = await browser.get("/trace?direction=forward&code=" + further.partition('"')[0].replace("&amp;", "&"))
    assert "more are known to come" not in last.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"direction": "forward", "perPage": "0"}, "perPage is a whole number from 1 to 1000"),
        ({"direction": "forward", "perPage": "1001"}, "perPage is a whole number from 1 to 1000"),
        ({"direction": "forward", "perPage": "many"}, "perPage is a whole number from 1 to 1000"),
        ({"direction": "back", "perPage": "5"}, "only a history forward comes in pages"),
    ],
)
async def test_what_cannot_be_a_page_is_named(program: httpx.AsyncClient, asked: dict[str, str], said: str) -> None:
    answer = await program.get("/api/trace", params={"code": LOT, **asked})
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("number", ["GF141031260007", "HGZ20260912-7K3QF2WX", "9520001006005GF141031260007"])
async def test_the_number_of_a_certificate_leads_to_its_page(number: str, browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    answer = await browser.get("/trace", params={"code": number})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/certificates/{number}")
    assert (await browser.get("/trace", params={"code": "NOBODYS-1"})).status_code == 404
