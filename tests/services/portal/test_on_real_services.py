"""The portal in front of the real services, log, projector, store and token issuer."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from provenance.registry.records import Brand, Channel
from provenance.rules.claims import JUDGED
from runtime.config import Secret
from runtime.publishing_config import PublishingConfig
from services.portal.__main__ import run as run_portal
from services.portal.config import PortalConfig
from services.registry.__main__ import run as run_registry
from services.traceability.config import ServeConfig
from services.traceability.serve import run as run_serve
from stream.admin import ensure_topics
from tests.material import shared
from tests.services.capturing import SERVICES
from tests.services.portal.conftest import GROWER, GTIN, PLOT, STATION, STATION_SITE, county
from tests.services.portal.people import send, sign_in, text_of
from tests.services.portal.test_epcis_events import standing_alone
from tests.services.portal.test_forms import DELIVERY
from tests.services.portal.upstream import SINCE
from tests.services.running import Site, free_port, running
from tests.services.traceability.projector_process import Deployment
from wire.topics import CAPTURES

BOX = "https://id.gs1.org/01/19520001000017/21/BX0001"
NOWHERE = "127.0.0.1:1"
DEADLINE_S = 40.0


@dataclass(frozen=True)
class Portals:
    """Two portals of one deployment, and how to get tokens for them."""

    first: str
    second: str
    site: Site

    async def program(self, url: str, *roles: str, party: str = STATION) -> httpx.AsyncClient:
        token = await self.site.token(party, *roles)
        return httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=30)


@pytest_asyncio.fixture(scope="module")
async def portals(site: Site, mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portals]:
    await asyncio.to_thread(ensure_topics, site.bootstrap, prefix=site.prefix, topics=(CAPTURES,))
    deployment = Deployment(site.bootstrap, mongo_url, site.prefix, site.prefix, tmp_path_factory.mktemp("projector"))
    await site.register(_records())

    def serve_config(
        kafka: str, grpc_port: int, http_port: int, jwks_url: str, state_folder: Path, topic_prefix: str
    ) -> ServeConfig:
        return ServeConfig(
            kafka=kafka,
            mongo_url=mongo_url,
            database=deployment.database,
            grpc_port=grpc_port,
            http_port=http_port,
            jwks_url=jwks_url,
            state_folder=state_folder,
            topic_prefix=topic_prefix,
        )

    with deployment.projector(generation=0):
        async with AsyncExitStack() as stack:
            targets: dict[str, Any] = {
                "registry": await stack.enter_async_context(site.serving("registry", run_registry, PublishingConfig)),
                "traceability": await stack.enter_async_context(site.serving("traceability", run_serve, serve_config)),
            }
            for one in SERVICES:
                targets[one.name] = await stack.enter_async_context(site.serving(one.name, one.run, one.config))
            first, second = [await stack.enter_async_context(_portal(site, targets, n)) for n in (1, 2)]
            yield Portals(first, second, site)


def _records() -> list[Any]:
    known = county()
    found = (
        known.county("141031", SINCE), known.party(STATION, SINCE), known.party(GROWER, SINCE), known.site(PLOT, SINCE),
        known.site(STATION_SITE, SINCE), known.product(GTIN, SINCE), *known.mandates(GROWER, SINCE),
    )  # fmt: skip
    return [record for record in found if record is not None]


def _portal(site: Site, targets: dict[str, Any], number: int) -> Any:
    settings = _settings(site, targets, number)
    url = f"http://127.0.0.1:{settings.http_port}"
    return _Running(running(run_portal, settings, f"{url}/ready"), url)


def _settings(site: Site, targets: dict[str, Any], number: int) -> PortalConfig:
    port = free_port()
    return PortalConfig(
        http_port=port,
        host="127.0.0.1",
        kafka=site.bootstrap,
        topic_prefix=site.prefix,
        identity=site.issuer,
        labels=NOWHERE,
        listings=NOWHERE,
        log=NOWHERE,
        public_url="http://127.0.0.1",
        session_key=Secret("the same for both, at least 32 characters"),
        state_folder=site.folder / f"portal-{number}",
        **targets,
    )


@dataclass
class _Running:
    """The context of a running portal, which gives its address."""

    context: Any
    url: str

    async def __aenter__(self) -> str:
        await self.context.__aenter__()
        return self.url

    async def __aexit__(self, *details: object) -> None:
        await self.context.__aexit__(*details)


async def finished(program: httpx.AsyncClient, location: str) -> dict[str, Any]:
    """The job once it runs no more."""
    ends = time.monotonic() + DEADLINE_S
    while True:
        job = (await program.get(location)).json()
        if not job["running"]:
            return dict(job)
        assert time.monotonic() < ends, job
        await asyncio.sleep(0.05)


async def test_the_ten_examples_give_the_box_one_history_from_picking_to_sale(portals: Portals) -> None:
    async with await portals.program(portals.first, "importer") as program:
        for path in sorted(shared("examples").glob("*.jsonld")):
            answer = await program.post(
                "/epcis/capture", content=path.read_bytes(), headers={"content-type": "application/ld+json"}
            )
            assert answer.status_code == 202, answer.text
            assert (await finished(program, answer.headers["location"]))["success"]
        steps = (await program.get("/api/trace", params={"code": BOX})).json()["steps"]
        assert [step["kind"] for step in steps if step["carried"]] == ["shipping", "reading", "receiving"]
        assert len([step for step in steps if not step["carried"]]) == 6
        page = await program.get(
            "/01/19520001000017/21/BX0001", headers={"accept": "text/html", "accept-language": "en"}
        )
        assert page.status_code == 200
        for told in ("Picked", "Loaded", "Arrived", "Sold"):
            assert told in text_of(page)


async def test_a_portal_that_has_not_read_the_registry_lives_and_is_not_ready(site: Site) -> None:
    targets = dict.fromkeys(("registry", "harvest", "quality", "shipping", "traceability"), NOWHERE)
    settings = replace(_settings(site, targets, 3), topic_prefix="no-such-county")
    url = f"http://127.0.0.1:{settings.http_port}"
    async with running(run_portal, settings, f"{url}/live"), httpx.AsyncClient() as probe:
        answer = await probe.get(f"{url}/ready")
        assert (answer.status_code, set(answer.json()["failing"])) == (503, {"registry"})


async def test_another_portal_answers_for_the_job(portals: Portals) -> None:
    body = standing_alone(1)
    async with (
        await portals.program(portals.first, "importer") as first,
        await portals.program(portals.second, "importer") as second,
    ):
        answer = await first.post("/epcis/capture", json=body, headers={"content-type": "application/json"})
        location = answer.headers["location"]
        job = await finished(second, location)
        assert job["success"]
        listed = (await second.get("/epcis/capture")).json()
        assert location.endswith(listed[0]["captureID"])


async def test_an_event_can_be_read_when_it_is_answered_and_only_once(portals: Portals) -> None:
    async with await portals.program(portals.first, "importer") as program:
        answer = await program.post("/epcis/events", json=standing_alone(2, disposition="conformant"))
        assert answer.status_code == 201, answer.text
        assert answer.json()["recordTime"]
        assert (await program.get(answer.headers["location"])).status_code == 200
        again = await program.post("/epcis/events", json=standing_alone(2, disposition="conformant"))
        assert (again.status_code, again.json()["sameContent"]) == (409, True)
        found = await program.get(f"/epcis/events?EQ_eventID={quote(answer.json()['eventID'], safe='')}")
        assert len(found.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1


async def test_a_station_signs_in_and_weighs_a_delivery_in(portals: Portals) -> None:
    token = await portals.site.token(STATION, "station")
    async with httpx.AsyncClient(base_url=portals.first, headers={"accept-language": "en"}, timeout=30) as browser:
        browser.headers["accept"] = "text/html"
        assert (await sign_in(browser, token)).headers["location"] == "/work"
        page = await send(browser, "deliveries", DELIVERY | {"lot": "REAL-1"})
        assert "The delivery is recorded." in page.text, text_of(page)
    async with await portals.program(portals.second, "station") as program:
        ends = time.monotonic() + DEADLINE_S
        while (answer := await program.get("/api/trace", params={"code": f"{GTIN}/10/REAL-1"})).status_code == 404:
            assert time.monotonic() < ends
            await asyncio.sleep(0.05)
        assert answer.json()["shares"][0]["kilograms"] == "400"
        assert answer.json()["places"][PLOT]["village"] == "上庄村"


async def test_a_report_without_a_mandate_is_refused_by_the_whole_document(portals: Portals) -> None:
    async with await portals.program(
        portals.first, "station", party="https://id.gs1.org/417/9520001000300"
    ) as stranger:
        answer = await stranger.post("/epcis/capture", json=standing_alone(3))
        assert answer.status_code == 403, answer.text


async def test_a_service_that_is_away_is_503_and_no_bug(portals: Portals) -> None:
    async with await portals.program(portals.first, "importer") as program:
        answer = await program.get("/api/labels", params={"code": "ABCDEFGHJKMN"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]


async def test_registry_records_go_through(portals: Portals) -> None:
    async with await portals.program(portals.first, "registrar") as program:
        record = {"kind": "county", "id": "430822", "version": 1, "valid_from": "2020-01-01", "name_zh": "桑植县"}
        put = await program.put("/api/registry", json=[record])
        assert put.json()["results"][0]["status"] == "accepted", put.text
        found = await program.get("/api/registry/county", params={"id": "430822"})
        assert found.json()["name_zh"] == "桑植县"
        assert (await program.get("/api/registry/county", params={"id": "000000"})).status_code == 404


async def test_a_countys_hall_shows_a_lot_whose_claim_is_granted_to_everybody(portals: Portals) -> None:
    """And the product's linkset leads there, as soon as its brand is registered."""
    brand = Brand(
        id="https://suyuan.example/brand/hall", valid_from=SINCE, name_zh="隰县梨", owner=STATION, county_code="141031",
        gtins=frozenset({GTIN}), may_be_unknown=frozenset(JUDGED),
    )  # fmt: skip
    shop = Channel(id="urn:x:shop", valid_from=SINCE, brand=brand.id, name_zh="店", url="https://shop.example/p")
    await portals.site.register([brand, shop])
    async with await portals.program(portals.second, "station") as station:
        delivered = {**DELIVERY, "lot": f"{GTIN}/10/HALL1"}
        receipt = (await station.post("/api/deliveries", json=delivered)).json()["receipt"]
        asked = {"code": f"{GTIN}/10/HALL1", "brand": brand.id, "after": ":".join(map(str, receipt.values()))}
        ends = time.monotonic() + DEADLINE_S
        while (judged := await station.get("/api/claims", params=asked)).status_code in (404, 503):
            assert time.monotonic() < ends, judged.text
            await asyncio.sleep(0.05)
        assert judged.json()["verdict"] == "granted", judged.text
    async with httpx.AsyncClient(base_url=portals.second, timeout=30) as anybody:
        said = (await anybody.get("/api/halls/141031")).json()
        assert [one["id"] for one in said["brands"]] == [brand.id]
        assert "HALL1" in {one["lot"] for one in said["brands"][0]["lots"]}, "beside lots of other tests"
        links = await anybody.get("/01/09520001000010/10/HALL1", headers={"accept": "application/linkset+json"})
        assert links.json()["linkset"][1]["https://gs1.org/voc/hasRetailers"][0]["href"].endswith("/halls/141031")
        unknown = await anybody.get("/01/09520001000010/10/NOBODY", headers={"accept": "application/linkset+json"})
        assert unknown.status_code == 200, "its product is registered"
        assert (await anybody.get("/00/095200010000099991?linkType=linkset")).status_code == 404
