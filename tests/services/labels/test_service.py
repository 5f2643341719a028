"""The real service, called over gRPC: its ledger in the real store, its topic on the real broker."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import grpc
import pytest
import pytest_asyncio
from kafka import KafkaConsumer
from produce.v1 import labels_pb2, labels_pb2_grpc, traceability_pb2, traceability_pb2_grpc

from provenance.labels.offline import check_offline
from provenance.labels.published_keys import read_keys
from provenance.log.notes import VerifierKey
from provenance.registry.records import Brand, Mandate
from services.labels.__main__ import run
from services.labels.config import LabelsConfig
from stream.admin import ensure_topics
from tests.services.running import Site, calling, free_port, running
from wire.label_codec import LabelsRecord, decode
from wire.topics import LABELS, REGISTRY

OFFICE = "https://suyuan.example/office/1"
PACKER = "https://suyuan.example/packer/1"
URL = "https://suyuan.example"
GTIN = "19520001000017"
LOT = f"(01){GTIN}(10)PK1"
REGISTERED = (
    Brand(
        id="brand",
        name_zh="玉露",
        owner=OFFICE,
        county_code="141031",
        gtins=frozenset({f"https://id.gs1.org/01/{GTIN}"}),
    ),
    Mandate(id="https://suyuan.example/mandate/1", from_party=OFFICE, to_party=PACKER, actions=frozenset({"label"})),
)


class Granting(traceability_pb2_grpc.TraceabilityServiceServicer):
    """Traceability as far as labels ask it: every lot weighs 100 kg, and its claim is granted."""

    async def GetClaim(self, request: Any, context: Any) -> traceability_pb2.GetClaimResponse:  # noqa: N802
        if request.code.endswith("/10/CROWDED"):
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "many are waiting")
        return traceability_pb2.GetClaimResponse(
            claim=traceability_pb2.Claim(verdict="granted"), kilograms="100", net_weight_kg="5", brand_owner=OFFICE
        )


@dataclass(frozen=True)
class Labels:
    stub: Any
    bootstrap: str
    topic: str
    site: Site
    target: str

    @asynccontextmanager
    async def called_by(self, party: str, *roles: str) -> AsyncIterator[Any]:
        async with calling(self.target, await self.site.token(party, *roles)) as opened:
            yield labels_pb2_grpc.LabelServiceStub(opened)

    async def told(self, count: int) -> list[LabelsRecord]:
        return await asyncio.to_thread(self._told, count)

    def _told(self, count: int) -> list[LabelsRecord]:
        consumer = KafkaConsumer(
            self.topic, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=20_000
        )
        try:
            return [decode(record.value) for _, record in zip(range(count), consumer, strict=False)]
        finally:
            consumer.close()


@pytest_asyncio.fixture
async def labels(site: Site, mongo_url: str, unique: str) -> AsyncIterator[Labels]:
    await asyncio.to_thread(ensure_topics, site.bootstrap, prefix=unique, topics=(LABELS, REGISTRY))
    await replace(site, prefix=unique).register(REGISTERED)
    traceability, asked = grpc.aio.server(), f"127.0.0.1:{free_port()}"
    traceability_pb2_grpc.add_TraceabilityServiceServicer_to_server(Granting(), traceability)  # type: ignore[abstract]
    traceability.add_insecure_port(asked)
    await traceability.start()
    port, http_port = free_port(), free_port()
    jwks_url, folder = f"{site.issuer}/.well-known/jwks.json", site.folder / unique
    settings = LabelsConfig(
        site.bootstrap, port, http_port, jwks_url, mongo_url, unique, asked, URL, folder, topic_prefix=unique
    )
    async with running(run, settings, f"http://127.0.0.1:{http_port}/ready"):
        token = await site.token(OFFICE, "brand_office")
        async with calling(f"127.0.0.1:{port}", token) as opened:
            stub = labels_pb2_grpc.LabelServiceStub(opened)
            yield Labels(stub, site.bootstrap, LABELS.name(unique), site, f"127.0.0.1:{port}")
    await traceability.stop(0)


async def verdicts(labels: Labels, codes: list[str]) -> list[tuple[str, str]]:
    answers = [await labels.stub.VerifyLabel(labels_pb2.VerifyLabelRequest(code=code)) for code in codes]
    return [(one.verdict, one.label.lot) for one in answers]


async def test_a_roll_is_printed_bound_by_scanning_its_ends_checked_and_told(labels: Labels) -> None:
    stub, request_id = labels.stub, str(uuid.uuid4())
    asked = labels_pb2.IssueRollRequest(request_id=request_id, brand="brand", gtin=GTIN, count=30)
    printed = await stub.IssueRoll(asked)
    again = await stub.GetRoll(labels_pb2.GetRollRequest(request_id=request_id))
    roll = list(printed.labels)
    assert list(again.labels) == roll and again.roll == printed.roll
    assert await verdicts(labels, [roll[0].link]) == [("not_active", "")]

    ends = {"first": roll[0].link, "last": roll[9].short_code}
    bound = await stub.BindRoll(labels_pb2.BindRollRequest(request_id="b1", lot=LOT, **ends))
    assert (bound.count, bound.claim.verdict) == (10, "granted")
    assert await verdicts(labels, [roll[0].link, roll[9].short_code, roll[10].link]) == [
        ("issued", "PK1"), ("issued", "PK1"), ("not_active", ""),
    ]  # fmt: skip

    void = labels_pb2.VoidLabelsRequest(request_id="v1", codes=[roll[3].link], reason="torn")
    assert (await stub.VoidLabels(void)).count == 1
    back = labels_pb2.ReturnLabelsRequest(request_id="x1", first=roll[2].link, last=roll[4].link)
    assert (await stub.ReturnLabels(back)).count == 2
    assert await verdicts(labels, [roll[2].link, roll[3].link]) == [("not_active", ""), ("void", "")]

    told = await labels.told(4)
    assert sorted(one.act for one in told) == ["bound", "issued", "returned", "void"]
    made = next(one for one in told if one.act == "issued")
    assert (made.roll, made.lot, list(made.serials)) == (printed.roll, "", [label.serial for label in roll])


async def test_who_packs_binds_and_returns_under_the_offices_mandate_and_does_nothing_else(labels: Labels) -> None:
    asked = labels_pb2.IssueRollRequest(request_id="r1", brand="brand", gtin=GTIN, count=30)
    roll = list((await labels.stub.IssueRoll(asked)).labels)
    bind = labels_pb2.BindRollRequest(request_id="b1", lot=LOT, first=roll[0].link, last=roll[9].link)
    back = labels_pb2.ReturnLabelsRequest(request_id="x1", first=roll[8].link, last=roll[9].link)
    async with labels.called_by(PACKER, "packer") as packer:
        assert (await packer.BindRoll(bind)).count == 10
        assert (await packer.ReturnLabels(back)).count == 2
        state = (await packer.GetRollState(labels_pb2.GetRollStateRequest(code=roll[0].link))).roll
        assert [(part.first, part.last, part.lot, part.state) for part in state.parts] == [(1, 8, "PK1", "bound")]
        void = labels_pb2.VoidLabelsRequest(request_id="v1", codes=[roll[0].link], reason="torn")
        for refused in (
            packer.IssueRoll(asked),
            packer.VoidLabels(void),
            packer.ListRolls(labels_pb2.ListRollsRequest()),
        ):
            assert await denied(refused)
    async with labels.called_by("https://suyuan.example/packer/2", "packer") as other:
        assert await denied(other.BindRoll(bind)) and await denied(other.ReturnLabels(back))
    async with labels.called_by(PACKER, "station") as station:
        assert await denied(station.BindRoll(bind))


async def test_an_office_is_told_what_it_ordered_and_who_packs_is_not(labels: Labels) -> None:
    asked = [
        labels_pb2.IssueLabelsRequest(request_id=f"o{n}", brand="brand", lot=f"(01){GTIN}(10)PK{n}", count=n)
        for n in (1, 2)
    ]
    for one in asked:
        await labels.stub.IssueLabels(one)
    listed = (await labels.stub.ListOrders(labels_pb2.ListOrdersRequest())).orders
    assert [(one.request_id, one.gtin, one.lot, one.count) for one in listed] == [
        ("o2", GTIN, "PK2", 2),
        ("o1", GTIN, "PK1", 1),
    ]
    async with labels.called_by("https://suyuan.example/office/2", "brand_office") as other:
        assert not (await other.ListOrders(labels_pb2.ListOrdersRequest())).orders
    async with labels.called_by(PACKER, "packer") as packer:
        assert await denied(packer.ListOrders(labels_pb2.ListOrdersRequest()))


async def test_a_forged_label_at_the_end_of_a_roll_binds_nothing(labels: Labels) -> None:
    asked = labels_pb2.IssueRollRequest(request_id="r1", brand="brand", gtin=GTIN, count=3)
    roll = list((await labels.stub.IssueRoll(asked)).labels)
    forged = roll[0].link.partition("?")[0] + "?" + roll[1].link.partition("?")[2]
    with pytest.raises(grpc.aio.AioRpcError, match="签名"):
        await labels.stub.BindRoll(
            labels_pb2.BindRollRequest(request_id="b1", lot=LOT, first=forged, last=roll[2].link)
        )
    assert await verdicts(labels, [roll[1].link]) == [("not_active", "")]


async def test_while_nobody_can_judge_a_lot_its_labels_are_not_refused(labels: Labels) -> None:
    asked = labels_pb2.IssueLabelsRequest(request_id="r1", brand="brand", lot=f"(01){GTIN}(10)CROWDED", count=1)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await labels.stub.IssueLabels(asked)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


async def denied(call: Any) -> bool:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code() == grpc.StatusCode.PERMISSION_DENIED
    return False


async def test_published_keys_check_its_labels_without_it(labels: Labels) -> None:
    asked = labels_pb2.IssueLabelsRequest(request_id="r1", brand="brand", lot=LOT, count=2)
    made = (await labels.stub.IssueLabels(asked)).labels[0]
    roll = labels_pb2.IssueRollRequest(request_id="r2", brand="brand", gtin=GTIN, count=1)
    rolled = (await labels.stub.IssueRoll(roll)).labels[0]
    published = await labels.stub.GetKeys(labels_pb2.GetKeysRequest())
    keys = read_keys(published.jwks_json)
    for label in (made, rolled):
        assert check_offline(label.link, keys, url=keys.url, issuer=keys.issuer).verdict == "signed"
    (line,) = published.verifier_keys
    assert VerifierKey.read(line).name == "suyuan/labels"


async def test_the_secret_under_the_scratch_off_field_is_confirmed_once(labels: Labels) -> None:
    asked = labels_pb2.IssueLabelsRequest(request_id="r1", brand="brand", lot=LOT, count=1, with_secrets=True)
    (made,) = (await labels.stub.IssueLabels(asked)).labels
    scratched = labels_pb2.CheckSecretRequest(code=made.link, secret=made.secret)
    answers = [await labels.stub.CheckSecret(scratched) for _ in range(2)]
    assert [one.verdict for one in answers] == ["confirmed_first", "already_confirmed"]
    assert not (await labels.stub.GetOrder(labels_pb2.GetOrderRequest(request_id="r1"))).labels[0].secret
