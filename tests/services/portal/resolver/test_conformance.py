"""What GS1-Conformant Resolver 1.2 demands of an answer at a Digital Link, as a client on another site sees it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import orjson
import pytest
import pytest_asyncio

from services.portal.resolver.link_types import NAMESPACES, TITLES, VOCABULARY
from tests.material import shared
from tests.services.portal.conftest import GTIN, STATION
from tests.services.portal.test_buyer_page import (
    BOX,
    CASE,
    LINK,
    boxed,  # noqa: F401 - a fixture
)
from tests.services.portal.upstream import PUBLIC_URL, Behind
from wire.errors import Transient

LINKSET = {"accept": "application/linkset+json"}
DEFAULT = VOCABULARY + "defaultLink"
EPCIS = VOCABULARY + "epcis"
TRACEABILITY = VOCABULARY + "traceability"
MASTER_DATA = VOCABULARY + "masterData"


@pytest_asyncio.fixture
async def anybody(program: httpx.AsyncClient, boxed: Behind) -> httpx.AsyncClient:  # noqa: F811
    """A program without a token, to which the goods of a box are known."""
    del program.headers["authorization"]
    return program


async def linkset(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path, headers=LINKSET)
    assert (answer.status_code, answer.headers["content-type"]) == (200, LINKSET["accept"]), answer.text
    found: list[dict[str, Any]] = answer.json()["linkset"]
    return found


def links(level: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, link) for name, listed in level.items() if name.startswith(VOCABULARY) for link in listed]


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": LINKSET},
        {"params": {"linkType": "linkset"}},
        {"params": {"linkType": "all"}},
        {"params": {"linkType": "linkset"}, "headers": {"accept": "text/plain"}},
    ],
)
async def test_a_linkset_is_answered_where_it_is_asked_for_and_never_redirected(
    anybody: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    answer = await anybody.get(LINK, **asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, LINKSET["accept"])
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["link"]
    assert answer.json()["linkset"][0]["anchor"] == PUBLIC_URL + LINK


async def test_who_reads_pages_gets_the_linkset_as_one_with_the_same_inside(anybody: httpx.AsyncClient) -> None:
    asked = {"linkType": "linkset"}
    page = await anybody.get(LINK, params=asked, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    inside = orjson.loads(page.text.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert inside["linkset"] == await linkset(anybody, LINK)
    assert all(
        link["href"].replace("&", "&amp;") in page.text for level in inside["linkset"] for _, link in links(level)
    )


async def test_links_of_all_levels_up_to_the_product_are_in_it(anybody: httpx.AsyncClient) -> None:
    anchors = [level["anchor"] for level in await linkset(anybody, LINK)]
    assert anchors == [PUBLIC_URL + end for end in (LINK, LINK.split("/21/")[0], LINK.split("/10/")[0])]


async def test_each_entity_has_one_default_link_with_a_title_and_nothing_else(anybody: httpx.AsyncClient) -> None:
    for level in await linkset(anybody, LINK):
        assert level[DEFAULT] == [{"href": level["anchor"], "title": TITLES["defaultLink"]}]


async def test_every_link_has_a_target_a_title_and_a_type_of_the_vocabulary(anybody: httpx.AsyncClient) -> None:
    for level in await linkset(anybody, LINK):
        assert len(links(level)) > 1
        for name, link in links(level):
            assert name.removeprefix(VOCABULARY) in TITLES
            assert link["href"].startswith(PUBLIC_URL)
            assert link["title"]
            assert link.keys() <= {"href", "title", "type", "hreflang"}
            assert all(len(code) == 2 for code in link.get("hreflang", ()))


async def test_the_default_link_is_the_page_at_the_address_itself(anybody: httpx.AsyncClient) -> None:
    """One address is the entity's and the page's: a redirect to it would have no end (ADR 0149)."""
    (level, *_) = await linkset(anybody, LINK)
    assert level[DEFAULT][0]["href"] == PUBLIC_URL + LINK
    for path in (LINK, LINK + "?linkType=gs1:defaultLink", LINK + "?linkType=gs1:pip"):
        answer = await anybody.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_every_link_type_offered_leads_to_its_target(anybody: httpx.AsyncClient) -> None:
    offered = [(name, link) for level in await linkset(anybody, LINK) for name, link in links(level)]
    elsewhere = [(name, link) for name, link in offered if not link["href"].startswith(PUBLIC_URL + "/01/")]
    assert {name for name, _ in elsewhere} == {EPCIS, TRACEABILITY, MASTER_DATA}
    for name, link in elsewhere:
        first = next(one for other, one in elsewhere if other == name)
        answer = await anybody.get(LINK, params={"linkType": name}, headers={"accept": link["type"]})
        assert (answer.status_code, answer.headers["vary"]) == (307, "Accept")
        assert answer.headers["location"].startswith(first["href"] + "&linkType=")


async def test_where_a_link_leads_there_is_something(anybody: httpx.AsyncClient, world: Behind) -> None:
    world.records.records["product", CASE] = {"kind": "product", "id": CASE, "name_zh": "礼盒", "name_en": "Gift box"}
    for name in ("epcis", "traceability", "masterData"):
        asked = {"linkType": "gs1:" + name, "17": "261001"}
        answer = await anybody.get(LINK, params=asked, headers={"accept": "application/json"}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        assert (len(answer.history), answer.headers["content-type"]) == (1, "application/json")


@pytest.mark.parametrize("start", [*NAMESPACES, "gs1:"])
async def test_a_link_type_is_understood_in_every_namespace_of_the_vocabulary(
    anybody: httpx.AsyncClient, start: str
) -> None:
    assert (await anybody.get(LINK, params={"linkType": start + "epcis"})).status_code == 307
    assert (await anybody.get(LINK, params={"linkType": start + "nosuch"})).status_code == 404


@pytest.mark.parametrize("name", ["gs1:recipeInfo", "gs1:hasRetailers", "gs1:", "nonsense", "https://example.com/pip"])
async def test_a_link_type_there_is_none_of_is_404(anybody: httpx.AsyncClient, name: str) -> None:
    asked = {"linkType": name}
    expected = 200 if name == "gs1:" else 404  # an empty type is none at all
    assert (await anybody.get(LINK, params=asked)).status_code == expected


async def test_all_of_the_query_is_passed_on_as_it_was_sent(anybody: httpx.AsyncClient) -> None:
    query = "17=261001&utm=%E6%A2%A8&sig=a.b-c&linkType=gs1:epcis&flag"
    answer = await anybody.get(f"{LINK}?{query}")
    target = urlsplit(answer.headers["location"])
    assert target.query.endswith("&" + query)
    assert dict(parse_qsl(target.query))["MATCH_anyEPC"] == BOX


@pytest.mark.parametrize(
    ("link_type", "name"), [("masterData", "id"), ("traceability", "code"), ("epcis", "MATCH_anyEPC")]
)
async def test_no_query_makes_a_link_answer_for_other_goods(
    anybody: httpx.AsyncClient, link_type: str, name: str
) -> None:
    asked = {"linkType": f"gs1:{link_type}"}
    plain = await anybody.get(LINK, params=asked, headers={"accept": "application/json"})
    other = "https%3A%2F%2Fid.gs1.org%2F01%2F09520001007033"
    for query in (f"{name}={other}", f"%{ord(name[0]):02X}{name[1:]}={other}&utm=x"):
        answer = await anybody.get(f"{LINK}?linkType=gs1:{link_type}&{query}", headers={"accept": "application/json"})
        told = parse_qsl(urlsplit(answer.headers["location"]).query)
        meant = [value for key, value in parse_qsl(urlsplit(plain.headers["location"]).query) if key == name]
        assert [value for key, value in told if key == name] == meant


async def test_a_reader_gets_the_form_of_a_link_it_asks_for(anybody: httpx.AsyncClient) -> None:
    asked = {"linkType": "gs1:traceability"}
    page = await anybody.get(LINK, params=asked, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    data = await anybody.get(LINK, params=asked, headers={"accept": "application/json"})
    assert urlsplit(data.headers["location"]).path == "/api/trace"


async def test_links_of_the_product_answer_for_its_boxes(anybody: httpx.AsyncClient) -> None:
    """A box has no master data of its own."""
    answer = await anybody.get(LINK, params={"linkType": "gs1:masterData"})
    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query))["id"] == CASE


@pytest.mark.parametrize("path", ["/01/09520001000011", LINK + "/foo", "/01/09520001000010/21/X/10/L", "/00/1"])
@pytest.mark.parametrize("query", ["", "?linkType=linkset", "?linkType=gs1:nosuch"])
async def test_a_wrong_check_digit_or_order_of_keys_is_400_whatever_is_asked(
    anybody: httpx.AsyncClient, path: str, query: str
) -> None:
    answer = await anybody.get(path + query)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (400, "*")


@pytest.mark.parametrize("path", ["/01/19520001000017/10/P", "/00/095200010000000010", "/414/9520001099991"])
async def test_of_a_key_nobody_knows_there_are_no_links(world: Behind, program: httpx.AsyncClient, path: str) -> None:
    for asked in ({"headers": LINKSET}, {"params": {"linkType": "gs1:pip"}}):
        assert (await program.get(path, **asked)).status_code == 404  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "kind"), [(GTIN, "product"), (STATION, "party")])
async def test_what_is_registered_has_links_before_anything_happened(
    program: httpx.AsyncClient, key: str, kind: str
) -> None:
    (level,) = await linkset(program, urlsplit(key).path)
    (data,) = level[MASTER_DATA]
    assert (await program.get(data["href"])).json()["id"] == key
    assert f"/api/registry/{kind}?" in data["href"]


async def test_nothing_is_called_unknown_while_it_cannot_be_asked_for(
    world: Behind, program: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise Transient("the registry does not answer")

    monkeypatch.setattr(world.records, "get", away)
    answer = await program.get(LINK, headers=LINKSET)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (503, "*")


async def test_get_head_and_options_are_answered_to_every_site(anybody: httpx.AsyncClient) -> None:
    asked = await anybody.options(LINK)
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    for query in ("", "?linkType=linkset", "?linkType=gs1:epcis", "?linkType=gs1:nosuch"):
        whole, head = await anybody.get(LINK + query), await anybody.head(LINK + query)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        for answer in (whole, head, asked):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
            assert "Link" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("query", ["", "?linkType=gs1:epcis", "?linkType=linkset", "?17=261001"])
async def test_every_answer_leads_to_the_linkset_and_dumps_no_other_links(
    anybody: httpx.AsyncClient, query: str
) -> None:
    header = (await anybody.get(LINK + query)).headers["link"]
    assert f'<{PUBLIC_URL}{LINK}?linkType=linkset>; rel="linkset"' in header
    assert "gs1:" not in header


async def test_a_trailing_slash_changes_nothing(anybody: httpx.AsyncClient) -> None:
    for query in ("", "?linkType=linkset", "?linkType=gs1:epcis"):
        with_it, without = await anybody.get(f"{LINK}/{query}"), await anybody.get(LINK + query)
        assert with_it.status_code == without.status_code
        assert with_it.headers.get("location") == without.headers.get("location")
        assert query != "?linkType=linkset" or with_it.json() == without.json()


async def test_the_description_says_what_is_resolved_here(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.get("/.well-known/gs1resolver")
    said = answer.json()
    assert (answer.headers["content-type"], answer.headers["access-control-allow-origin"]) == ("application/json", "*")
    assert said["resolverRoot"] == PUBLIC_URL
    assert {"00", "01", "414", "417"} <= set(said["supportedPrimaryKeys"]) <= DESCRIBED_KEYS
    assert {one["prefix"] for one in said["supportedLinkType"]} == {"gs1:"}
    assert said["linkTypeDefaultCanBeLinkset"] is False
    assert (await anybody.options("/.well-known/gs1resolver")).status_code == 204


DESCRIBED_KEYS = {
    *("00", "01", "253", "255", "401", "402", "410", "411", "412", "413", "414", "415", "417"),
    *("8003", "8004", "8006", "8010", "8013", "8017", "8018"),
}
"""Those that the schema of description files knows, beside `all`."""


def addresses() -> list[tuple[str, bool]]:
    """Paths and queries of GS1's own test material whose host is not what is tested."""
    cases = orjson.loads(shared("oracles/digital_link/parse.json").read_bytes())
    found = {}
    for case in cases:
        parts = urlsplit(case["uri"])
        if parts.scheme in ("http", "https") and parts.path.split("/")[1:2] in (["01"], ["00"], ["8004"], ["253"]):
            found[f"{parts.path}?{parts.query}" if parts.query else parts.path] = bool(case["valid"])
    return sorted(found.items())


async def test_gs1s_own_material_is_400_exactly_where_it_is_not_valid(anybody: httpx.AsyncClient) -> None:
    for path, valid in addresses():
        if not path.partition("?")[0].endswith("/"):  # a slash at the end is to be tolerated here
            answer = await anybody.get(path, headers=LINKSET)
            assert (answer.status_code != 400) == valid, path


@pytest.mark.parametrize(
    ("short", "numbers"),
    [
        ("/gtin/09520001000010", "/01/09520001000010"),
        ("/gtin/09520001000010/lot/gtin/ser/a%2Fb?x=%E4%BD%A0&x", "/01/09520001000010/10/gtin/21/a%2Fb?x=%E4%BD%A0&x"),
        ("/gln/9520001000218/glnx/1?linkType=linkset", "/414/9520001000218/254/1?linkType=linkset"),
    ],
)
async def test_a_withdrawn_short_name_leads_to_its_number(anybody: httpx.AsyncClient, short: str, numbers: str) -> None:
    answer = await anybody.get(short)
    assert (answer.status_code, answer.headers["location"]) == (308, numbers)
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_what_is_not_asked_with_this_method_says_with_which(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.post("/01/09520001000010")
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))
