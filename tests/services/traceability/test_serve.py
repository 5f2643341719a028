"""Histories and queries as a caller gets them: the real log, projector, store and token issuer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from produce.v1 import capture_pb2, traceability_pb2, traceability_pb2_grpc

from epcis.documents import read_document
from services.traceability.config import ServeConfig
from services.traceability.serve import run
from stream.receipts import Receipt
from tests.material import shared
from tests.services.running import Site, calling
from tests.services.traceability.events import LOT, harvest
from tests.services.traceability.projector_process import Deployment

pb = traceability_pb2
Stub = traceability_pb2_grpc.TraceabilityServiceStub
PALLET = "https://id.gs1.org/00/095212340000000012"
REPORTER = "https://id.gs1.org/417/9521234000006"


@pytest.fixture(scope="module")
def deployment(site: Site, mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = tmp_path_factory.mktemp("projector")
    return Deployment(site.bootstrap, mongo_url, site.prefix, site.prefix, folder)


@pytest_asyncio.fixture(scope="module")
async def target(site: Site, deployment: Deployment) -> AsyncIterator[str]:
    """host:port of a `serve` beside a running projector."""

    def config(kafka: str, grpc_port: int, http_port: int, jwks_url: str, state: Path, prefix: str) -> ServeConfig:
        return ServeConfig(
            kafka=kafka,
            mongo_url=deployment.mongo_url,
            database=deployment.database,
            grpc_port=grpc_port,
            http_port=http_port,
            jwks_url=jwks_url,
            state_folder=state,
            topic_prefix=prefix,
        )

    with deployment.projector(generation=0):
        await deployment.publish([harvest("first", LOT + "FIRST")])
        await deployment.caught_up()
        async with site.serving("traceability", run, config) as address:
            yield address


@pytest_asyncio.fixture
async def operator(site: Site, target: str) -> AsyncIterator[Any]:
    async with calling(target, await site.token("https://id.gs1.org/417/9521234000013", "operator")) as channel:
        yield Stub(channel)


def messages(receipts: Sequence[Receipt]) -> list[capture_pb2.Receipt]:
    return [capture_pb2.Receipt(topic=r.topic, partition=r.partition, offset=r.offset) for r in receipts]


def ids(history: Any, *, carried: bool) -> list[str]:
    return [step.event_id for step in history.steps if step.carried is carried]


async def back(stub: Any, code: str, receipts: Sequence[Receipt] = ()) -> Any:
    request = pb.GetHistoryRequest(code=code, direction=pb.DIRECTION_BACK, after=messages(receipts))
    return (await stub.GetHistory(request)).history


async def test_what_was_just_recorded_is_in_the_history(operator: Any, deployment: Deployment) -> None:
    """Twelve times over one cached history: each answer has every event acknowledged before it was asked for."""
    lot = LOT + "OWN"
    for number in range(12):
        receipts = await deployment.publish([harvest(f"own{number}", lot, minute=number)])
        history = await back(operator, lot, receipts)
        assert ids(history, carried=False) == [f"urn:uuid:own{n}" for n in range(number + 1)]


async def test_the_examples_give_one_history_from_picking_to_sale(operator: Any, deployment: Deployment) -> None:
    bodies = [dict(event) for path in sorted(shared("examples").glob("*.jsonld")) for event in _events(path)]
    receipts = await deployment.publish(bodies)
    history = await back(operator, _box(bodies), receipts)
    assert len(ids(history, carried=False)) == 6
    assert sorted(step.biz_step for step in history.steps if step.carried) == [
        "receiving",
        "sensor_reporting",
        "shipping",
    ]


def _events(path: Path) -> Sequence[Any]:
    return read_document(path.read_bytes()).events


def _box(bodies: Sequence[Any]) -> str:
    text = json.dumps(bodies)
    return text[: text.index("BX0001") + 6].rsplit('"', 1)[1]
