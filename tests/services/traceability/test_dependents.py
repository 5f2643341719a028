"""What leaned on a certificate, as a caller gets it: the real log, projector, store and token issuer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio
from produce.v1 import capture_pb2, traceability_pb2, traceability_pb2_grpc

from provenance import reports as reports_of
from services.traceability.config import ServeConfig
from services.traceability.serve import run
from simulator.world import World
from stream.receipts import Receipt
from tests.services.running import Site, calling
from tests.services.traceability.projector_process import Deployment

pb = traceability_pb2
Stub = traceability_pb2_grpc.TraceabilityServiceStub
CERTIFICATE = "https://id.gs1.org/253/9520001000508C0001"
NUMBER = "GF141031260007"
CERTIFIER = "https://example.org/certifier"


class Story:
    """Five deliveries under one certificate, two more that are not; pooled, boxed, on a pallet."""

    def __init__(self) -> None:
        self.world = World(seed=11)
        self.certified, self.other = self.world.grow(), self.world.grow()
        self.station = self.world.site("station")
        self.box = self.world.product("礼盒", net_weight_kg=5)
        self.change("issued")
        self.lots = [self.world.pick(self.certified, 50 + n, station=self.station) for n in range(5)]
        self.strange = self.world.pick(self.other, 40, station=self.station)
        self.alone = self.world.pick(self.other, 30, station=self.station)
        self.pooled = self.world.pool([self.lots[0], self.lots[1], self.strange], site=self.station)
        self.boxes = self.world.pack(self.pooled, 4, product=self.box, site=self.station)
        self.pallet = self.world.palletise(self.boxes, site=self.station)

    def change(self, state: Any, **fields: Any) -> None:
        self.world.report(
            reports_of.certificate, certificate=CERTIFICATE, state=state, issuer=CERTIFIER, scheme="GAP",
            number=NUMBER, scope=[self.certified.plot], valid_from=date(2026, 1, 1), valid_to=date(2029, 1, 1),
            reason="" if state == "issued" else "rotten", **fields,
        )  # fmt: skip

    @property
    def downstream(self) -> set[str]:
        return {*self.lots, self.pooled, *self.boxes, self.pallet}


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


@pytest.fixture(scope="module")
def deployment(site: Site, mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return Deployment(site.bootstrap, mongo_url, site.prefix, site.prefix, tmp_path_factory.mktemp("projector"))


@pytest_asyncio.fixture(scope="module")
async def target(site: Site, deployment: Deployment, story: Story) -> AsyncIterator[str]:
    """host:port of a `serve` beside a running projector, the story told."""

    def config(
        kafka: str, grpc_port: int, http_port: int, jwks_url: str, state_folder: Path, topic_prefix: str
    ) -> ServeConfig:
        return ServeConfig(
            kafka=kafka, mongo_url=deployment.mongo_url, database=deployment.database, grpc_port=grpc_port,
            http_port=http_port, jwks_url=jwks_url, state_folder=state_folder, topic_prefix=topic_prefix,
        )  # fmt: skip

    with deployment.projector(generation=0):
        await deployment.publish(story.world.events)
        await deployment.caught_up()
        async with site.serving("traceability", run, config) as address:
            yield address


@pytest_asyncio.fixture
async def operator(site: Site, target: str) -> AsyncIterator[Any]:
    async with calling(target, await site.token("https://id.gs1.org/417/9521234000013", "operator")) as channel:
        yield Stub(channel)


def messages(receipts: Sequence[Receipt]) -> list[capture_pb2.Receipt]:
    return [capture_pb2.Receipt(topic=r.topic, partition=r.partition, offset=r.offset) for r in receipts]


async def pages(stub: Any, *, size: int = 0, after: Sequence[Receipt] = ()) -> list[Any]:
    found, token = [], ""
    while True:
        request = pb.GetDependentsRequest(
            certificate=CERTIFICATE, page_size=size, page_token=token, after=messages(after)
        )
        found.append(await stub.GetDependents(request))
        token = found[-1].next_page_token
        if not token:
            return found


async def test_everything_downstream_is_found_with_kilograms_and_holders_and_nothing_else(
    operator: Any, story: Story
) -> None:
    (page,) = await pages(operator)
    rows = {row.key: row for row in page.dependents}
    assert rows.keys() == story.downstream
    assert rows[story.lots[3]].kilograms == "53" and rows[story.pooled].kilograms == "141"
    assert rows[story.boxes[0]].kilograms == "5"
    assert rows[story.pallet].kind == "container"
    assert [holder.site for holder in rows[story.lots[3]].holders] == [story.station]
    assert set(rows[story.pooled].through) == set(story.lots[:2])
    assert not any(row.HasField("void_since_ms") for row in rows.values())
    assert (page.certificate.number, page.withheld) == (NUMBER, 0)


async def test_a_page_follows_so_many_and_all_pages_together_are_the_whole(operator: Any, story: Story) -> None:
    found = await pages(operator, size=2)
    assert len(found) == 3
    assert {row.key for page in found for row in page.dependents} == story.downstream


async def test_the_printed_number_names_it_as_well(operator: Any) -> None:
    answer = await operator.GetDependents(pb.GetDependentsRequest(certificate="gf141031 260007"))
    assert answer.certificate.id == CERTIFICATE
    found = await operator.GetCertificate(pb.GetCertificateRequest(codes=[NUMBER]))
    assert [one.id for one in found.certificates] == [CERTIFICATE]


async def test_the_public_reads_what_a_certificate_says_and_not_what_leaned_on_it(target: str) -> None:
    async with calling(target, "") as channel:
        stub = Stub(channel)
        found = await stub.GetCertificate(pb.GetCertificateRequest(codes=[CERTIFICATE]))
        assert found.certificates[0].validity == "valid"
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await stub.GetDependents(pb.GetDependentsRequest(certificate=CERTIFICATE))
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_who_trades_in_none_of_it_is_told_how_many_and_how_much(target: str, site: Site, story: Story) -> None:
    async with calling(target, await site.token("https://id.gs1.org/417/9521234000020", "shop")) as channel:
        (page,) = await pages(Stub(channel))
    assert not page.dependents
    assert (page.withheld, page.withheld_kg) == (len(story.lots), "260")


async def test_a_certificate_nobody_reported_is_not_found(operator: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await operator.GetDependents(pb.GetDependentsRequest(certificate="GF999999999999"))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("size", [-1, 101])
async def test_a_page_too_large_is_refused_by_its_field(operator: Any, size: int) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await operator.GetDependents(pb.GetDependentsRequest(certificate=CERTIFICATE, page_size=size))
    assert "page_size" in (error.value.details() or "")


async def test_zz_what_was_just_revoked_is_void_at_once_and_what_came_after_did_not_lean(
    operator: Any, deployment: Deployment, story: Story
) -> None:
    """Last: it changes the story."""
    told = len(story.world.events)
    story.change("revoked")
    late = story.world.pick(story.certified, 9, station=story.station)
    receipts = await deployment.publish(story.world.events[told:])
    (page,) = await pages(operator, after=receipts)
    assert {row.key for row in page.dependents} == story.downstream
    assert late not in story.downstream
    assert page.certificate.validity == "revoked"
    assert all(row.void_since_ms == page.certificate.states[-1].time_ms for row in page.dependents)
