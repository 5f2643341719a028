"""Services while their broker is killed and comes back: nothing is called accepted or refused that is neither."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
import pytest_asyncio

import services.registry.__main__ as registry_main
from deploy.local.engines import Kafka, start_kafka
from provenance.registry.records import Party
from runtime.metrics import REGISTRY
from runtime.publishing_config import PublishingConfig
from tests.services.capturing import ACCEPTED, RETRY, SERVICES, RunningService
from tests.services.registry.conftest import Caller, RunningRegistry
from tests.services.running import Site, eventually

HARVEST = SERVICES[0]


@pytest_asyncio.fixture(scope="module")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kafka]:
    """A broker of this module's own, to be killed."""
    broker = await asyncio.to_thread(start_kafka, Path(tmp_path_factory.mktemp("kafka")))
    yield broker
    await asyncio.to_thread(broker.stop)


@pytest_asyncio.fixture(scope="module")
async def fragile(site: Site, kafka: Kafka) -> Site:
    made = replace(site, bootstrap=kafka.bootstrap, prefix=f"{site.prefix}f")
    await made.create_topics()
    return made


async def test_reports_sent_while_the_broker_is_away_are_to_be_sent_again_and_then_taken(
    fragile: Site, kafka: Kafka
) -> None:
    bodies = [HARVEST.report(f"urn:uuid:{secrets.token_hex(8)}") for _ in range(20)]
    async with fragile.serving("harvest", HARVEST.run, HARVEST.config) as target:
        service = RunningService(HARVEST, fragile, target)
        first = await service.capture(*bodies[:5])
        await asyncio.to_thread(kafka.kill)
        away = await service.capture(*bodies)
        assert {result.status for result in away} == {RETRY}
        await asyncio.to_thread(kafka.restart)

        async def all_taken() -> bool:
            return {result.status for result in await service.capture(*bodies)} == {ACCEPTED}

        await eventually(all_taken, deadline_s=60)
        recorded = {event.record_id for event in await asyncio.to_thread(service.recorded)}
    assert {result.record_id for result in first} <= recorded
    assert len(recorded) == len(bodies)


async def test_a_service_stopped_while_its_broker_is_away_answers_what_it_took_and_ends(
    fragile: Site, kafka: Kafka
) -> None:
    bodies = [HARVEST.report(f"urn:uuid:{secrets.token_hex(8)}") for _ in range(20)]
    async with fragile.serving("stopped", HARVEST.run, HARVEST.config) as target:
        service = RunningService(HARVEST, fragile, target)
        token = await fragile.token("urn:x:reporter", HARVEST.role)
        await service.capture_with(token, bodies[0])
        await asyncio.to_thread(kafka.kill)
        call = asyncio.create_task(service.capture_with(token, *bodies))
        await eventually(lambda: waits_for_its_broker(fragile))
    assert {result.status for result in await call} == {RETRY}
    await asyncio.to_thread(kafka.restart)


async def waits_for_its_broker(site: Site) -> bool:
    pending = REGISTRY.get_sample_value("suyuan_producer_pending_bytes", {"topic": HARVEST.topic.name(site.prefix)})
    return bool(pending)


async def test_a_registry_whose_broker_is_away_promises_nothing_and_goes_on_when_it_is_back(
    fragile: Site, kafka: Kafka
) -> None:
    parties = [Party(id=f"urn:x:{secrets.token_hex(6)}", kind="grower", name_zh="户") for _ in range(3)]
    async with (
        fragile.serving("registry", registry_main.run, PublishingConfig) as target,
        RunningRegistry(fragile, target).as_("operator") as registrar,
    ):
        assert (await registrar.put(parties[0]))[0].status == ACCEPTED
        await asyncio.to_thread(kafka.kill)
        assert not await taken(registrar, parties[1])
        assert (await registrar.get("party", parties[0].id)).id == parties[0].id
        await asyncio.to_thread(kafka.restart)
        await eventually(lambda: taken(registrar, *parties), deadline_s=60)
        listed = [await registrar.get("party", party.id) for party in parties]
    assert [record.version for record in listed] == [1, 1, 1]


async def taken(registrar: Caller, *parties: Party) -> bool:
    try:
        return {result.status for result in await registrar.put(*parties)} == {ACCEPTED}
    except grpc.aio.AioRpcError as error:
        assert error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
        return False
