"""What harvest, quality and shipping promise alike, each as it really runs, on the real broker."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import orjson
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from provenance.registry.records import Mandate, Party
from provenance.registry.records import Site as SiteRecord
from runtime.metrics import REGISTRY
from tests.services.capturing import ACCEPTED, REJECTED, SERVICES, RunningService, Service
from tests.services.running import Site, calling
from wire.limits import MAX_EVENT_BYTES
from wire.routing import topic_of
from wire.topics import EVENT_TOPICS


@pytest_asyncio.fixture(scope="module", params=SERVICES, ids=lambda service: service.name)
async def running(request: pytest.FixtureRequest, site: Site) -> AsyncIterator[RunningService]:
    service: Service = request.param
    async with site.serving(service.name, service.run, service.config) as target:
        yield RunningService(service, site, target)


def new_id() -> str:
    return f"urn:uuid:{secrets.token_hex(8)}"


async def test_what_is_accepted_lies_in_the_log_as_it_was_reported(running: RunningService) -> None:
    body = running.service.report(new_id())
    (result,) = await running.capture(body, sent_time_ms=int(time.time() * 1000))
    assert result.status == ACCEPTED
    assert result.receipt.topic == running.service.topic.name(running.site.prefix)
    recorded = {event.record_id: event for event in await asyncio.to_thread(running.recorded)}
    there = recorded[result.record_id]
    assert orjson.loads(there.event) == body
    assert hashlib.sha256(there.event).hexdigest() == result.record_id
    assert there.capturer == "urn:x:reporter"
    assert result.event_id == body["eventID"]


async def test_every_item_has_an_answer_of_its_own_in_its_own_place(running: RunningService) -> None:
    bodies = [running.service.report(new_id()) for _ in range(3)]
    results = await running.capture(bodies[0], b"no json", bodies[1], running.service.foreign(new_id()), bodies[2])
    assert [result.status for result in results] == [ACCEPTED, REJECTED, ACCEPTED, REJECTED, ACCEPTED]
    assert [result.event_id for result in results[::2]] == [body["eventID"] for body in bodies]
    assert all(problem.message and problem.code for result in results[1::2] for problem in result.problems)


async def test_an_event_of_another_service_is_refused_with_its_name(running: RunningService) -> None:
    foreign = running.service.foreign(new_id())
    (result,) = await running.capture(foreign, role="operator")
    assert result.problems[0].code == "belongs-elsewhere"
    assert topic_of(foreign).noun in result.problems[0].message


async def test_a_report_sent_twice_is_accepted_twice_as_the_same_record(running: RunningService) -> None:
    body = running.service.report(new_id())
    first, second = [(await running.capture(body))[0] for _ in range(2)]
    assert (first.status, second.status) == (ACCEPTED, ACCEPTED)
    assert first.record_id == second.record_id


async def test_five_hundred_items_are_one_call_and_more_are_not(running: RunningService) -> None:
    bodies = [running.service.report(new_id()) for _ in range(501)]
    results = await running.capture(*bodies[:500])
    assert {result.status for result in results} == {ACCEPTED}
    assert len({(r.receipt.partition, r.receipt.offset) for r in results}) < 100
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await running.capture(*bodies)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_event_as_large_as_allowed_is_taken_and_a_larger_one_is_not(running: RunningService) -> None:
    body = running.service.report(new_id()) | {"suyuan:note": ""}
    room = MAX_EVENT_BYTES - len(orjson.dumps(body))
    fits, over = body | {"suyuan:note": "x" * room}, body | {"suyuan:note": "x" * (room + 1)}
    results = await running.capture(fits, over)
    assert [result.status for result in results] == [ACCEPTED, REJECTED]
    assert results[1].problems[0].code == "too-large"


@pytest.mark.parametrize(
    ("role", "status"),
    [("public", grpc.StatusCode.UNAUTHENTICATED), ("registrar", grpc.StatusCode.PERMISSION_DENIED)],
)
async def test_who_may_report_nothing_is_refused_as_a_whole(
    running: RunningService, role: str, status: grpc.StatusCode
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await running.capture(running.service.report(new_id()), role=role)
    assert refused.value.code() is status


async def test_a_forged_token_is_no_token(running: RunningService) -> None:
    token = await running.site.token("urn:x:reporter", running.service.role)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await running.capture_with(token[:-8] + "AAAAAAAA", running.service.report(new_id()))
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_registered_party_is_reported_for_from_the_moment_it_gave_its_mandate(running: RunningService) -> None:
    owner, place, reporter = new_id(), new_id(), new_id()
    owned = [
        Party(id=owner, kind="grower", name_zh="甲"),
        SiteRecord(id=place, kind="plot", party=owner, name_zh="园"),
    ]
    await running.site.register(owned)
    where = {"plot": place} if running.service.name == "harvest" else {"site": place}
    body = running.service.report(new_id(), **where)
    (before,) = await running.capture(body, party=reporter)
    assert (before.status, before.problems[0].code) == (REJECTED, "no-mandate")
    given = Mandate(id=new_id(), from_party=owner, to_party=reporter, actions=frozenset({"report"}))
    await running.site.register([given])
    (after,) = await running.capture(body, party=reporter)
    assert after.status == ACCEPTED


async def test_a_place_nobody_registered_is_recorded_and_said_so(running: RunningService) -> None:
    (result,) = await running.capture(running.service.report(new_id()))
    assert result.status == ACCEPTED
    assert ("unregistered-site", True) in {(problem.code, problem.warning) for problem in result.problems}


async def test_it_says_that_it_is_serving(running: RunningService) -> None:
    async with calling(running.target) as opened:
        health: Any = health_pb2_grpc.HealthStub(opened)
        answer = await health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_what_waits_for_the_broker_is_measured_and_nothing_is_left_waiting(running: RunningService) -> None:
    await running.capture(running.service.report(new_id()))
    topic = running.service.topic.name(running.site.prefix)
    assert REGISTRY.get_sample_value("suyuan_producer_pending_bytes", {"topic": topic}) == 0


async def test_accepted_events_are_counted(running: RunningService) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("suyuan_captured_events_total", {"outcome": "accepted"}) or 0

    before = counted()
    await running.capture(running.service.report(new_id()), b"no json")
    assert counted() == before + 1


def test_no_fourth_service_is_forgotten() -> None:
    assert {service.topic for service in SERVICES} == set(EVENT_TOPICS)
