"""A real server and a real channel, with a service of the product and behaviours of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, cast

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from produce.v1 import capture_pb2, harvest_pb2, harvest_pb2_grpc
from structlog.testing import capture_logs

from runtime.auth import Verifier, current_principal, current_token
from runtime.errors import NotFound, Overloaded, Rejected, Transient, Unacknowledged, Unauthorised
from runtime.grpc_client import channel
from runtime.grpc_server import MAX_MESSAGE_BYTES, GrpcServer, Servicer
from tests.runtime.issuer import NOW, Issuer

NAME = "produce.v1.HarvestService"
Request = harvest_pb2.CaptureHarvestRequest
Response = harvest_pb2.CaptureHarvestResponse


class Harvest(harvest_pb2_grpc.HarvestServiceServicer):
    """Does what the test says."""

    behaviour: Callable[[Any], Awaitable[Any]]

    async def CaptureHarvest(self, request: Any, context: Any) -> Any:  # noqa: N802
        return await self.behaviour(request)

    async def RecordPayments(self, request: Any, context: Any) -> Any:  # noqa: N802
        return await self.behaviour(request)


class Service:
    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self.harvest = Harvest()
        servicer = Servicer(self.harvest, harvest_pb2_grpc.add_HarvestServiceServicer_to_server, NAME)
        verifier = Verifier("http://issuer", fetch=issuer.jwks, now=lambda: NOW)
        self.server = GrpcServer([servicer], port=0, verifier=verifier, host="127.0.0.1")

    def channel(self, token: str = "") -> grpc.aio.Channel:
        return channel(f"127.0.0.1:{self.server.port}", token=lambda: token)

    async def call(self, behaviour: Callable[[Any], Awaitable[Any]], token: str = "", **options: Any) -> Any:
        self.harvest.behaviour = behaviour
        async with self.channel(token) as to:
            stub = harvest_pb2_grpc.HarvestServiceStub(to)
            return await stub.CaptureHarvest(options.pop("request", Request()), **options)

    async def failure(self, error: BaseException) -> grpc.aio.AioRpcError:
        async def fail(_: Any) -> Any:
            raise error

        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await self.call(fail)
        return raised.value


async def nothing(_: Any) -> Any:
    return Response()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service(Issuer())
    await made.server.start()
    yield made
    await made.server.stop()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Rejected("no such field"), grpc.StatusCode.INVALID_ARGUMENT),
        (NotFound("no such lot"), grpc.StatusCode.NOT_FOUND),
        (Unauthorised("no mandate"), grpc.StatusCode.PERMISSION_DENIED),
        (Overloaded("later", retry_after_s=7), grpc.StatusCode.RESOURCE_EXHAUSTED),
        (Transient("the store is away"), grpc.StatusCode.UNAVAILABLE),
        (Unacknowledged("unknown"), grpc.StatusCode.UNAVAILABLE),
    ],
)
async def test_each_kind_of_trouble_has_its_status_and_says_its_sentence(
    service: Service, error: Exception, status: grpc.StatusCode
) -> None:
    failure = await service.failure(error)
    assert (failure.code(), failure.details()) == (status, str(error))
    if isinstance(error, Overloaded):
        assert dict(failure.trailing_metadata() or ())["retry-after"] == "7"


async def test_a_bug_is_internal_with_an_id_that_is_in_the_log_and_shows_nothing_else(service: Service) -> None:
    with capture_logs() as lines:
        failure = await service.failure(KeyError("secret of the house"))
    assert failure.code() is grpc.StatusCode.INTERNAL
    (line,) = (line for line in lines if line["event"] == "call failed")
    assert line["bug"] in str(failure.details())
    assert "secret" not in str(failure.details())


async def test_the_caller_is_known_by_its_token_and_public_without(service: Service) -> None:
    seen = []

    async def look(_: Any) -> Any:
        seen.append((current_principal().party, current_principal().roles, current_token()))
        return Response()

    token = service.issuer.token(roles=["packer"])
    await service.call(look, token)
    await service.call(look)
    assert seen == [
        ("https://id.gs1.org/417/9520001000015", frozenset({"packer"}), token),
        ("", frozenset({"public"}), ""),
    ]


async def test_a_bad_token_is_unauthenticated_before_anything_is_done(service: Service) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await service.call(nothing, service.issuer.token(exp=NOW - 1000))
    assert raised.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_the_token_is_passed_on_to_the_next_service(service: Service) -> None:
    behind = Service(service.issuer)
    await behind.server.start()
    seen = []

    async def look(_: Any) -> Any:
        seen.append(current_principal().roles)
        return Response()

    async def ask_behind(_: Any) -> Any:
        behind.harvest.behaviour = look
        async with channel(f"127.0.0.1:{behind.server.port}") as to:
            return await harvest_pb2_grpc.HarvestServiceStub(to).CaptureHarvest(Request())

    await service.call(ask_behind, service.issuer.token(roles=["inspector"]))
    await behind.server.stop()
    assert seen == [{"inspector"}]


async def test_calls_are_spread_over_all_addresses_of_a_name(service: Service) -> None:
    other, served = Service(service.issuer), set[Service]()
    await other.server.start()
    for one in (service, other):
        one.harvest.behaviour = partial(_note, served, one)
    async with channel(f"ipv4:127.0.0.1:{service.server.port},127.0.0.1:{other.server.port}") as to:
        async with asyncio.timeout(30):
            while len(served) < 2:
                await harvest_pb2_grpc.HarvestServiceStub(to).CaptureHarvest(Request())
    await other.server.stop()


async def _note(served: set[Service], by: Service, _: Any) -> Any:
    served.add(by)
    return Response()


async def test_a_call_larger_than_the_bound_is_resource_exhausted(service: Service) -> None:
    item = capture_pb2.CaptureItem(event=bytes(MAX_MESSAGE_BYTES))
    to = grpc.aio.insecure_channel(f"127.0.0.1:{service.server.port}", options=(("grpc.max_send_message_length", -1),))
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await harvest_pb2_grpc.HarvestServiceStub(to).CaptureHarvest(Request(items=[item]))
    await to.close()
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_work_past_the_callers_deadline_is_given_up(service: Service) -> None:
    given_up = asyncio.Event()

    async def never(_: Any) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await service.call(never, timeout=0.2)
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    async with asyncio.timeout(5):
        await given_up.wait()


async def test_a_stop_lets_the_running_call_finish_and_takes_no_new_one(service: Service) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(_: Any) -> Any:
        begun.set()
        await go.wait()
        return Response(results=[capture_pb2.CaptureResult(event_id="finished")])

    running = asyncio.create_task(service.call(slow))
    await begun.wait()
    stopping = asyncio.create_task(service.server.stop())
    await asyncio.sleep(0)
    go.set()
    assert (await running).results[0].event_id == "finished"
    await stopping
    with pytest.raises(grpc.aio.AioRpcError):
        await service.call(nothing, timeout=1)


async def test_health_follows_what_the_service_says(service: Service) -> None:
    async with service.channel() as to:
        stub: Any = health_pb2_grpc.HealthStub(to)
        for ready in (True, False):
            await service.server.say(ready=ready)
            for name in ("", NAME):
                answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
                assert (answer.status == health_pb2.HealthCheckResponse.SERVING) is ready


async def test_reflection_names_the_service(service: Service) -> None:
    async with service.channel() as to:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(cast(Any, to))

        async def asked() -> AsyncIterator[Any]:
            yield cast(Any, reflection_pb2).ServerReflectionRequest(list_services="")

        answers = [answer async for answer in stub.ServerReflectionInfo(asked())]
    assert NAME in {one.name for answer in answers for one in answer.list_services_response.service}


async def test_a_port_in_use_is_an_error(service: Service) -> None:
    verifier = Verifier("http://issuer", fetch=service.issuer.jwks)
    with pytest.raises(RuntimeError):
        GrpcServer([], port=service.server.port, verifier=verifier, host="127.0.0.1")
