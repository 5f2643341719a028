"""What opening a label's page leaves behind, what its next reader is told, and who is taken for no reader."""

import re
from typing import Any

import httpx
import pytest

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.scan import Look, looks_of
from services.portal.scanning.guessing import MISSES_AT_ONCE
from services.portal.scanning.ports import Looks
from services.portal.scanning.tags import MOST_PHONES
from services.portal.telling.histories import LabelVerdict
from tests.services.portal.conftest import BRAND
from tests.services.portal.upstream import PUBLIC_URL, Behind

CODE = "23456789ABCM"
OURS = LabelVerdict(
    verdict="issued", sentence_zh="本系统签发。", sentence_en="Issued by this system.",
    gtin="09520001000010", lot="L1", serial=CODE, brand=BRAND,
)  # fmt: skip
PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8",
    "Accept-Language": "zh-CN",
    "Accept": "text/html",
}
BEIJING, GUANGZHOU, CHENGDU = (Cell.at(Point(*at)) for at in ((39.9, 116.4), (23.1, 113.3), (30.7, 104.1)))


@pytest.fixture
def labelled(world: Behind) -> Behind:
    world.labels.known[CODE] = OURS
    return world


def hour(world: Behind) -> int:
    return int(world.now_s) // 3600


async def opened(
    world: Behind, *, address: str = "36.1.2.3", app: Any = None, code: str = CODE, method: str = "GET", **headers: str
) -> httpx.Response:
    transport = httpx.ASGITransport(app or world.app(), client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        sent = {**PHONE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await client.request(method, f"/b?code={code}", headers=sent)


async def test_opening_a_labels_page_records_label_hour_and_tag_and_nothing_else(labelled: Behind) -> None:
    assert (await opened(labelled)).status_code == 200
    (scan,) = labelled.scans
    assert (scan.label, scan.hour, scan.cell) == (CODE, hour(labelled), None)


async def test_the_same_phone_that_day_has_one_tag_and_another_day_another(labelled: Behind) -> None:
    app = labelled.app()
    for _ in range(2):
        await opened(labelled, app=app)
    labelled.now_s += 86_400
    await opened(labelled, app=app)
    first, again, next_day = (scan.tag for scan in labelled.scans)
    assert first == again != next_day


async def test_the_page_says_how_often_under_the_verdict_and_then_what_it_may_mean(labelled: Behind) -> None:
    now = hour(labelled)
    labelled.labels.looks[CODE] = Looks((Look(now - 2, BEIJING), Look(now - 2, GUANGZHOU), Look(now - 1, CHENGDU)))
    page = (await opened(labelled, Accept_Language="en")).text
    places = [page.index(said) for said in ("Issued by this system.", "3 times in the last 90 days", "too far apart")]
    assert places == sorted(places)


async def test_a_program_that_asks_for_json_looks_it_up_too(labelled: Behind) -> None:
    await opened(labelled, Accept="application/json")
    assert len(labelled.scans) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"User_Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
        {"User_Agent": "facebookexternalhit/1.1"},
        {"User_Agent": ""},
        {"Sec_Purpose": "prefetch;prerender"},
        {"X_Purpose": "preview"},
        {"Accept_Language": ""},  # a messenger that draws the card of a link
        {"Sec_Fetch_Dest": "empty"},  # a worker that keeps the page for later
    ],
)
async def test_what_fetches_a_page_beside_people_is_no_look_up(labelled: Behind, headers: dict[str, str]) -> None:
    assert (await opened(labelled, **headers)).status_code == 200
    assert labelled.scans == []


async def test_asking_for_the_head_of_a_page_is_no_look_up(labelled: Behind) -> None:
    await opened(labelled, method="HEAD")
    assert labelled.scans == []


async def test_a_code_that_is_none_of_ours_is_no_look_up(labelled: Behind) -> None:
    await opened(labelled, code="99999999999H")
    assert labelled.scans == []


async def test_one_machine_that_makes_up_browsers_counts_as_a_family_and_no_more(labelled: Behind) -> None:
    app = labelled.app()
    for number in range(50):
        assert (await opened(labelled, app=app, User_Agent=f"Mozilla/5.0 forged {number}")).status_code == 200
    assert len({scan.tag for scan in labelled.scans}) == MOST_PHONES
    await opened(labelled, app=app, address="36.9.9.9")
    assert len({scan.tag for scan in labelled.scans}) == MOST_PHONES + 1


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("X-Place",), {"X_Place": "39.9,116.4"}),
        (("X-Place",), {"X_Place": str(BEIJING)}),
        (("X-Latitude", "X-Longitude"), {"X_Latitude": "39.9", "X_Longitude": "116.4"}),
    ],
)
async def test_a_trusted_edge_tells_the_cell_and_nobody_else_does(
    labelled: Behind, names: tuple[str, ...], told: dict[str, str]
) -> None:
    app = labelled.app(proxies="10.0.0.0/8", places=names)
    await opened(labelled, app=app, address="10.1.2.3", X_Forwarded_For="36.1.2.3", **told)
    await opened(labelled, app=app, address="36.1.2.3", **told)
    assert [scan.cell for scan in labelled.scans] == [BEIJING, None]


@pytest.mark.parametrize("odd", ["", "here", "91,0", "nan,0", "39.9", "39.9,116.4,1", "85409a13fffffff"])
async def test_what_an_edge_tells_that_is_no_place_is_no_place(labelled: Behind, odd: str) -> None:
    app = labelled.app(proxies="10.0.0.0/8", places=("X-Place",))
    await opened(labelled, app=app, address="10.1.2.3", X_Place=odd)
    assert [scan.cell for scan in labelled.scans] == [None]


async def test_the_page_says_how_often_and_since_when_and_this_look_is_not_counted(labelled: Behind) -> None:
    labelled.labels.looks[CODE] = Looks((Look(hour(labelled) - 50), Look(hour(labelled) - 2)))
    body = (await opened(labelled, Accept="application/json")).json()["label"]["look_ups"]
    assert body["count"] == 2 and body["sentence_en"].startswith(
        "Looked up 2 times in the last 90 days, first of these on"
    )
    assert body["first"] and "warnings" not in body


async def test_a_label_that_is_looked_up_all_over_the_country_says_so_with_the_reason(labelled: Behind) -> None:
    now = hour(labelled)
    labelled.labels.looks[CODE] = Looks(tuple(Look(now - 1, cell) for cell in (BEIJING, GUANGZHOU, CHENGDU)))
    (warning,) = (await opened(labelled, Accept="application/json")).json()["label"]["look_ups"]["warnings"]
    assert warning["code"] == "too_far_apart" and "3" in warning["sentence_zh"]


async def test_whoever_guesses_codes_waits_and_a_signed_link_is_answered_all_the_same(labelled: Behind) -> None:
    signed = f"{PUBLIC_URL}/01/09520001000010/10/L1/21/{CODE}?sig=x"
    labelled.labels.known[signed] = OURS
    app = labelled.app()
    for _ in range(MISSES_AT_ONCE):
        assert (await opened(labelled, app=app, code="99999999999H")).status_code != 429
    for code in ("99999999999H", CODE):  # a hit would be worth the tries
        refused = await opened(labelled, app=app, code=code)
        assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert "wrong codes" in (await opened(labelled, app=app, code=CODE, Accept_Language="en")).text
    assert (
        await opened(labelled, app=app, code=httpx.QueryParams(c=signed)["c"].replace("&", "%26"))
    ).status_code == 200
    assert (await opened(labelled, app=app, address="36.9.9.9")).status_code == 200


async def test_a_thousand_phones_behind_one_address_that_type_true_codes_are_never_stopped(labelled: Behind) -> None:
    app = labelled.app()
    for _ in range(3 * MISSES_AT_ONCE):
        assert (await opened(labelled, app=app)).status_code == 200


async def test_a_store_that_cannot_count_makes_no_page_fail(labelled: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled.labels.uncounted = True
    body = (await opened(labelled, Accept="application/json")).json()["label"]
    assert body["verdict"] == "issued" and "look_ups" not in body


def ticket_of(page: httpx.Response) -> str:
    found = re.search(r'data-look="([^"]+)"', page.text)
    return found[1] if found else ""


async def tells(
    world: Behind, app: Any, ticket: str, place: str = "39.9,116.4", *, address: str = "36.1.2.3", agent: str = ""
) -> int:
    transport = httpx.ASGITransport(app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        headers = {"User-Agent": agent or PHONE["User-Agent"], "Accept": "*/*"}
        answer = await client.post("/labels/place", data={"look": ticket, "place": place}, headers=headers)
    assert "set-cookie" not in answer.headers
    return answer.status_code


async def test_a_place_told_from_the_page_joins_the_look_up_whichever_comes_first(labelled: Behind) -> None:
    app = labelled.app()
    page = await opened(labelled, app=app)
    labelled.now_s += 3_600
    assert await tells(labelled, app, ticket_of(page)) == 204
    look, told = labelled.scans
    assert (told.tag, told.hour, told.cell) == (look.tag, look.hour, BEIJING)
    for scans in ([look, told], [told, look]):
        assert looks_of(scans, now_hour=hour(labelled)) == [Look(look.hour, BEIJING)]


async def test_only_the_page_of_a_label_of_ours_may_ask_where_one_is_and_only_where_that_is_not_known(
    labelled: Behind,
) -> None:
    app = labelled.app(proxies="10.0.0.0/8", places=("X-Place",))
    page = await opened(labelled, app=app)
    assert "geolocation=(self)" in page.headers["permissions-policy"] and ticket_of(page)
    known = await opened(labelled, app=app, address="10.1.2.3", X_Place="39.9,116.4")
    foreign = await opened(labelled, app=app, code="99999999999H")
    for other in (known, foreign):
        assert "geolocation=()" in other.headers["permissions-policy"] and not ticket_of(other)


@pytest.mark.parametrize("place", ["39.91,116.4", "39.9", "here", "91.0,0.0", "0.0,181.0", "", "39.9,116.4,1.0"])
async def test_what_is_no_place_or_a_finer_one_than_a_page_of_ours_tells_is_refused(
    labelled: Behind, place: str
) -> None:
    app = labelled.app()
    assert await tells(labelled, app, ticket_of(await opened(labelled, app=app)), place) == 400
    assert len(labelled.scans) == 1


async def test_nobody_tells_a_place_without_the_page_of_that_label_and_hour(labelled: Behind) -> None:
    app = labelled.app()
    ticket = ticket_of(await opened(labelled, app=app))
    serial, hour_, sign = ticket.split(".")
    for forged in ("", serial, f"{CODE}.{hour_}.", f"23456789ABCA.{hour_}.{sign}", f"{serial}.{int(hour_) - 1}.{sign}"):
        assert await tells(labelled, app, forged) == 400
    assert len(labelled.scans) == 1


async def test_a_place_told_on_another_day_is_too_late(labelled: Behind) -> None:
    app = labelled.app()
    ticket = ticket_of(await opened(labelled, app=app))
    labelled.now_s += 86_400
    assert await tells(labelled, app, ticket) == 204
    assert len(labelled.scans) == 1


async def test_who_makes_up_phones_on_one_machine_is_in_one_place(labelled: Behind) -> None:
    app = labelled.app()
    for number, place in enumerate(("39.9,116.4", "23.1,113.3", "30.7,104.1")):
        agent = f"Mozilla/5.0 forged {number}"
        ticket = ticket_of(await opened(labelled, app=app, User_Agent=agent))
        assert await tells(labelled, app, ticket, place, agent=agent) == 204
    assert {scan.cell for scan in labelled.scans} == {None, BEIJING}
