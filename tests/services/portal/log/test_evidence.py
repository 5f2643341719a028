"""What is kept of a report: promise and proof by its id, for whom, in which form; and what of it is told on pages."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from provenance.log.evidence import Promised, Proven, check
from provenance.log.promises import Promise
from tests.services.portal.logged import KEY
from tests.services.portal.people import send, sign_in, text_of
from tests.services.portal.upstream import Behind
from wire.errors import Transient

KEYS = [KEY.verifier]
DELIVERY = {
    "product": "09520001000010",
    "lot": "L1",
    "plot": "P-0417",
    "grower": "G-0231",
    "gross": "400 kg",
    "site": "9520001000218",
    "at": "2026-09-12T06:30:00+08:00",
}
HTML = {"Accept": "text/html"}


async def reported(api: httpx.AsyncClient, **fields: str) -> dict[str, Any]:
    answer = await api.post("/api/deliveries", json=DELIVERY | fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_report_is_answered_with_its_promise(world: Behind, api: httpx.AsyncClient) -> None:
    answer = await reported(api)
    promised = check(answer["promise"], keys=KEYS)
    assert isinstance(promised, Promised)
    assert promised.leaf.record_id.hex() in world.log.stored_events
    assert Promise.read(answer["promise"].split("\n\n")[0] + "\n").offset == answer["receipt"]["offset"]


async def test_a_report_is_recorded_the_same_where_the_log_is_away(world: Behind, api: httpx.AsyncClient) -> None:
    world.transparency.failure = Transient("away")
    answer = await reported(api)
    assert "promise" not in answer and answer["receipt"]["topic"]
    world.transparency.failure = None
    later = await api.get(answer["promise_at"])
    assert isinstance(check(later.text, keys=KEYS), Promised)


async def test_a_log_that_did_not_answer_is_left_alone_for_a_while(world: Behind, api: httpx.AsyncClient) -> None:
    world.transparency.failure = Transient("away")
    for lot in ("L1", "L2", "L3"):
        await reported(api, lot=lot)
    assert world.transparency.asked == 1


async def test_a_proof_is_there_once_a_checkpoint_covers_the_report(world: Behind, api: httpx.AsyncClient) -> None:
    address = (await reported(api))["proof_at"]
    assert (await api.get(address)).status_code == 404
    await world.transparency.cover()
    proof = await api.get(address)
    assert proof.headers["content-type"] == "text/plain; charset=utf-8"
    assert proof.headers["cache-control"] == "no-store"
    assert isinstance(check(proof.text, keys=KEYS), Proven)


@pytest.mark.parametrize(("wanted", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG")])
async def test_a_proof_is_a_picture_too(world: Behind, api: httpx.AsyncClient, wanted: str, begins: bytes) -> None:
    address = (await reported(api))["proof_at"]
    await world.transparency.cover()
    picture = await api.get(address, params={"format": wanted})
    assert picture.content.startswith(begins)
    assert (await api.get(address, params={"format": "bmp"})).status_code == 400


async def test_what_declared_a_report_wrong_is_an_entry_of_its_own(world: Behind, api: httpx.AsyncClient) -> None:
    answer = await reported(api)
    taken = await api.post("/api/corrections", json={"corrects": answer["event_id"], "reason": "did_not_occur"})
    assert taken.status_code == 201, taken.text
    declared = check((await api.get(taken.json()["declared"]["promise_at"])).text, keys=KEYS)
    await world.transparency.cover()
    assert check((await api.get(taken.json()["declared"]["proof_at"])).text, keys=KEYS).leaf == declared.leaf
    proofs = [(await api.get(answer["proof_at"], params={"record": id_})).text for id_ in world.log.stored_events]
    assert {check(one, keys=KEYS).leaf.record_id.hex() for one in proofs} == set(world.log.stored_events)
    first = check((await api.get(answer["proof_at"])).text, keys=KEYS)
    assert first.leaf == check(answer["promise"], keys=KEYS).leaf


async def test_nothing_is_told_of_an_event_that_is_not_there(api: httpx.AsyncClient) -> None:
    for what in ("promise", "proof"):
        assert (await api.get(f"/events/urn%3Aabsent/{what}")).status_code == 404
        assert (await api.get(f"/events/urn%3Aabsent/{what}", params={"record": "0" * 64})).status_code == 404


async def test_the_page_after_a_report_carries_the_promise_in_words(world: Behind, browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    typed = DELIVERY | {"gross": "400", "unit": "kg", "at": "2026-09-12T06:30"}
    page = await send(browser, "deliveries", typed)
    assert "suyuan promise v1" in page.text
    assert "The log has signed that this report will stand in it" in text_of(page)
    world.transparency.failure = Transient("away")
    browser.headers["accept-language"] = "zh"
    late = await send(browser, "deliveries", typed | {"lot": "L2"})
    assert "存证回执没有立刻收到，可以稍后再取" in text_of(late)
    assert "suyuan promise" not in late.text


async def test_the_page_of_a_report_shows_where_it_stands_to_whose_it_is(
    world: Behind, api: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    answer = await reported(api)
    browser.headers["accept-language"] = "zh"
    path = f"/epcis/events/{quote(answer['event_id'], safe='')}"
    assert "存证账本" not in (await browser.get(path, headers=HTML)).text
    await sign_in(browser)
    assert "账本还没有对它签名" in text_of(await browser.get(path, headers=HTML))
    await world.transparency.cover()
    covered = await browser.get(path, headers=HTML)
    assert "这是存证账本的第 1 条。账本已对前 1 条签名" in text_of(covered)
    for what in ("promise?", "proof?"):
        assert f"{answer['proof_at'].removesuffix('proof')}{what}" in covered.text
    world.transparency.failure = Transient("away")
    assert "存证账本暂时没有回应" in text_of(await browser.get(path, headers=HTML))
