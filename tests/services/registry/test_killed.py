"""The registry's process killed with -9 in the middle of puts: what was accepted is there, and nothing twice."""

import asyncio
import os
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import grpc
import httpx
import pytest_asyncio
from produce.v1 import registry_pb2

from deploy.local.server import Server
from provenance.registry.records import Party
from stream.log_reader import end_offsets, read_log
from tests.services.registry.conftest import ACCEPTED, Caller, RunningRegistry, new_id
from tests.services.running import Site, eventually, free_port
from wire.registry_codec import parse_key, to_message
from wire.topics import REGISTRY

ROOT = Path(__file__).parents[3]
KILLS, WRITERS, VERSIONS = 3, 4, 12
APPROVALS = 60


@pytest_asyncio.fixture
async def own(site: Site) -> Site:
    """A topic of the test's own, and the issuer of the others."""
    made = replace(site, prefix=f"{site.prefix}k{secrets.token_hex(3)}")
    await made.create_topics()
    return made


@pytest_asyncio.fixture
async def process(own: Site, tmp_path: Path) -> AsyncIterator[tuple[Server, str]]:
    """The service as a process, and the host:port of its calls, the same after each restart."""
    port, http_port = free_port(), free_port()
    settings = {
        "SUYUAN_KAFKA": own.bootstrap,
        "SUYUAN_GRPC_PORT": str(port),
        "SUYUAN_HTTP_PORT": str(http_port),
        "SUYUAN_JWKS_URL": f"{own.issuer}/.well-known/jwks.json",
        "SUYUAN_STATE_FOLDER": str(tmp_path / "registry"),
        "SUYUAN_TOPIC_PREFIX": own.prefix,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'build/generated'}",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    server = Server(
        "registry",
        [sys.executable, "-m", "services.registry"],
        folder=tmp_path,
        log=tmp_path / "registry.log",
        answers=lambda: answers(http_port),
        environment=kept | settings,
        wait=False,
    )
    await asyncio.to_thread(server.wait_ready)
    yield server, f"127.0.0.1:{port}"
    await asyncio.to_thread(server.stop)


def answers(http_port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{http_port}/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


async def test_a_registry_killed_in_the_middle_of_puts_loses_no_accepted_version_and_doubles_none(
    own: Site, process: tuple[Server, str]
) -> None:
    server, target = process
    accepted: dict[str, int] = {}
    async with RunningRegistry(own, target).as_("operator") as registrar:
        parties = [new_id("grower") for _ in range(WRITERS)]
        writing = [asyncio.create_task(write_versions(registrar, party, accepted)) for party in parties]
        for kill in range(1, KILLS + 1):
            await eventually(partial(came_to, accepted, kill * WRITERS * VERSIONS // (KILLS + 1)), deadline_s=60)
            server.kill()
            await asyncio.to_thread(server.restart)
        await asyncio.gather(*writing)
        shown = [await registrar.get("party", party) for party in parties]
    assert [record.version for record in shown] == [VERSIONS] * WRITERS
    assert accepted == dict.fromkeys(parties, VERSIONS)
    assert set((await written(own)).items()) == {((p, v), 1) for p in parties for v in range(1, VERSIONS + 1)}


async def test_a_registry_killed_in_the_middle_of_approvals_leaves_no_approval_without_its_record(
    own: Site, process: tuple[Server, str]
) -> None:
    server, target = process
    running = RunningRegistry(own, target)
    growers = [Party(id=new_id("grower"), kind="grower", name_zh="甲", county_code="141031") for _ in range(APPROVALS)]
    approved: dict[str, int] = {}
    async with running.as_("station") as station, running.as_("registrar", party="urn:x:registrar") as registrar:
        wanted = [registry_pb2.Proposed(id=f"urn:p:{one.id}", record=to_message(one)) for one in growers]
        await station.stub.ProposeRecords(registry_pb2.ProposeRecordsRequest(proposals=wanted))
        approving = asyncio.create_task(approve_all(registrar, [one.id for one in growers], approved))
        for kill in range(1, KILLS + 1):
            await eventually(partial(came_to, approved, kill * APPROVALS // (KILLS + 1)), deadline_s=60)
            server.kill()
            await asyncio.to_thread(server.restart)
        await approving
    lies = await written(own)
    assert {(one.id, 1): lies[one.id, 1] for one in growers} == {(one.id, 1): 1 for one in growers}
    assert [lies[f"urn:p:{one.id}", 2] for one in growers] == [1] * APPROVALS


async def approve_all(registrar: Caller, parties: Sequence[str], approved: dict[str, int]) -> None:
    for party in parties:
        await eventually(partial(is_approved, registrar, party), deadline_s=60)
        approved[party] = 1


async def is_approved(registrar: Caller, party: str) -> bool:
    """Sent again until it is answered; what was approved before the answer was lost stands as it is."""
    decision = registry_pb2.Decision(proposal=f"urn:p:{party}", verdict="approve")
    try:
        answer = await registrar.stub.DecideProposals(registry_pb2.DecideProposalsRequest(decisions=[decision]))
    except grpc.aio.AioRpcError as error:
        assert error.code() is grpc.StatusCode.UNAVAILABLE, error
        return False
    assert not answer.results[0].problems, answer
    return bool(answer.results[0].status == ACCEPTED)


async def came_to(accepted: dict[str, int], total: int) -> bool:
    return sum(accepted.values()) >= total


async def write_versions(registrar: Caller, party: str, accepted: dict[str, int]) -> None:
    """One version after the other, each sent until it is accepted: whoever got no answer sends the same again."""
    for version in range(1, VERSIONS + 1):
        record = Party(id=party, kind="grower", name_zh=f"第{version}次", version=version)
        await eventually(partial(is_accepted, registrar, record), deadline_s=60)
        accepted[party] = version


async def is_accepted(registrar: Caller, record: Party) -> bool:
    try:
        [result] = await registrar.put(record)
    except grpc.aio.AioRpcError as error:
        assert error.code() is grpc.StatusCode.UNAVAILABLE, error
        return False
    assert not result.problems, result
    return bool(result.status == ACCEPTED)


async def written(own: Site) -> Counter[tuple[str, int]]:
    """How often each version lies on the topic, as committed."""
    topic = REGISTRY.name(own.prefix)
    ends = await asyncio.to_thread(end_offsets, own.bootstrap, [topic])
    records = await asyncio.to_thread(lambda: list(read_log(own.bootstrap, ends)))
    return Counter((id, version) for _, id, version in (parse_key(record.key or b"") for record in records))
