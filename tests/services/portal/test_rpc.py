"""Calls to the services: how they are split, what a failing part means, and messages as our values."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import grpc
import pytest
import pytest_asyncio
from produce.v1 import (
    capture_pb2,
    harvest_pb2,
    harvest_pb2_grpc,
    quality_pb2_grpc,
    registry_pb2,
    registry_pb2_grpc,
    shipping_pb2,
    shipping_pb2_grpc,
    traceability_pb2,
    traceability_pb2_grpc,
)

from provenance.registry.records import ProductionStandard, YieldStep
from runtime.grpc_client import MAX_MESSAGE_BYTES, channel
from services.portal.enrolment.rpc import GrpcRecords, _flat, _message
from services.portal.epcis_door.event_query import EventQuery
from services.portal.http.problems import of_error
from services.portal.languages import load
from services.portal.ports import Submission
from services.portal.reporting.rpc import GrpcCapture
from services.portal.rpc import shaped
from services.portal.telling.histories import History
from services.portal.telling.rpc import GrpcHistories
from wire.errors import NotFound, Overloaded, Rejected, Transient, Unauthenticated, Unauthorised
from wire.registry_codec import to_message
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

pb = traceability_pb2


class Scripted(
    harvest_pb2_grpc.HarvestServiceServicer,
    shipping_pb2_grpc.ShippingServiceServicer,
    quality_pb2_grpc.QualityServiceServicer,
    traceability_pb2_grpc.TraceabilityServiceServicer,
    registry_pb2_grpc.RegistryServiceServicer,
):
    """Answers as told. `failing` is the status of every answer, by service."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.tokens: list[str] = []
        self.asked: list[Any] = []
        self.failing: dict[str, grpc.StatusCode] = {}
        self.details = "as told"
        county = registry_pb2.County(name_zh="隰县", statuses=[registry_pb2.CountyStatus(exit_year=2018)])
        self.record = registry_pb2.RegistryRecord(id="141031", version=2, county=county)

    async def _meet(self, service: str, request: Any, context: Any) -> None:
        self.tokens.append(dict(context.invocation_metadata()).get("authorization", ""))
        self.asked.append(request)
        if service in self.failing:
            await context.abort(self.failing[service], self.details)

    def _results(self, request: Any) -> list[capture_pb2.CaptureResult]:
        self.sizes.append(len(request.items))
        return [_result(item.event) for item in request.items]

    async def CaptureHarvest(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self._meet("harvest", request, context)
        return harvest_pb2.CaptureHarvestResponse(results=self._results(request))

    async def CaptureShipping(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self._meet("shipping", request, context)
        return shipping_pb2.CaptureShippingResponse(results=self._results(request))

    async def QueryEvents(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self._meet("traceability", request, context)
        return pb.QueryEventsResponse(events=[pb.StoredEvent(record_id="a", event=b"{}")], next_page_token="more")

    async def FindStored(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self._meet("traceability", request, context)
        return pb.FindStoredResponse(record_ids=request.record_ids[::2])

    async def GetHistory(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self._meet("traceability", request, context)
        return pb.GetHistoryResponse(history=pb.History(code=request.code, key="k"))

    async def GetRecord(self, request: Any, context: Any) -> Any:  # noqa: N802
        return registry_pb2.GetRecordResponse(record=self.record)


def _result(event: bytes) -> capture_pb2.CaptureResult:
    if event == b"wrong":
        problem = capture_pb2.Problem(pointer="/x", code="wrong", message="it is wrong")
        return capture_pb2.CaptureResult(status=capture_pb2.CAPTURE_STATUS_REJECTED, problems=[problem])
    receipt = capture_pb2.Receipt(topic="t", partition=0, offset=int(event[-9:]))
    return capture_pb2.CaptureResult(status=capture_pb2.CAPTURE_STATUS_ACCEPTED, receipt=receipt)


@pytest_asyncio.fixture
async def scripted() -> AsyncIterator[tuple[Scripted, grpc.aio.Channel]]:
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)])
    service = Scripted()  # type: ignore[abstract]
    harvest_pb2_grpc.add_HarvestServiceServicer_to_server(service, server)
    shipping_pb2_grpc.add_ShippingServiceServicer_to_server(service, server)
    traceability_pb2_grpc.add_TraceabilityServiceServicer_to_server(service, server)
    registry_pb2_grpc.add_RegistryServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with channel(f"127.0.0.1:{port}") as opened:
        yield service, opened
    await server.stop(None)


def events(topic: Topic, count: int) -> list[Submission]:
    return [Submission(topic, str(number).encode()) for number in range(count)]


async def test_events_go_to_their_service_in_calls_of_500_and_answers_come_in_order(scripted: Any) -> None:
    service, opened = scripted
    capture = GrpcCapture(harvest=opened, quality=opened, shipping=opened)
    mixed = [one for pair in zip(events(HARVEST, 700), events(SHIPPING, 700), strict=True) for one in pair]
    answers = await capture.capture(mixed, token="secret")
    assert sorted(service.sizes) == [200, 200, 500, 500]
    assert [a.receipt.offset for a in answers if a.receipt] == [n for n in range(700) for _ in range(2)]
    assert set(service.tokens) == {"Bearer secret"}


async def test_calls_stay_under_what_a_server_takes_in_bytes_too(scripted: Any) -> None:
    service, opened = scripted
    capture = GrpcCapture(harvest=opened, quality=opened, shipping=opened)
    large = [Submission(HARVEST, str(number).zfill(512 * 1024).encode()) for number in range(40)]
    answers = await capture.capture(large, token="secret")
    assert sorted(service.sizes) == [8, 16, 16]
    assert {answer.status for answer in answers} == {"accepted"}


async def test_what_one_service_did_not_answer_is_unknown_and_the_rest_stands(scripted: Any) -> None:
    service, opened = scripted
    service.failing["shipping"] = grpc.StatusCode.UNAVAILABLE
    capture = GrpcCapture(harvest=opened, quality=opened, shipping=opened)
    answers = await capture.capture([*events(HARVEST, 2), *events(SHIPPING, 1), *events(QUALITY, 1)], token="t")
    assert [answer.status for answer in answers] == ["accepted", "accepted", "retry", "retry"]


async def test_rejected_items_carry_their_problems(scripted: Any) -> None:
    _, opened = scripted
    capture = GrpcCapture(harvest=opened, quality=opened, shipping=opened)
    (answer,) = await capture.capture([Submission(HARVEST, b"wrong")], token="t")
    assert (answer.status, answer.problems[0].pointer, answer.receipt) == ("rejected", "/x", None)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, Rejected),
        (grpc.StatusCode.NOT_FOUND, NotFound),
        (grpc.StatusCode.UNAUTHENTICATED, Unauthenticated),
        (grpc.StatusCode.PERMISSION_DENIED, Unauthorised),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, Overloaded),
        (grpc.StatusCode.UNAVAILABLE, Transient),
        (grpc.StatusCode.INTERNAL, Transient),
        (grpc.StatusCode.UNIMPLEMENTED, Transient),
    ],
)
async def test_a_status_becomes_the_error_it_stands_for(
    scripted: Any, status: grpc.StatusCode, error: type[Exception]
) -> None:
    service, opened = scripted
    service.failing = {"harvest": status, "traceability": status}
    with pytest.raises(error):
        await GrpcHistories(opened).history("x", "back", after=(), token="")
    with pytest.raises(error):
        await GrpcCapture(harvest=opened, quality=opened, shipping=opened).capture(events(HARVEST, 1), token="")


async def test_a_query_travels_whole_and_the_public_sends_no_token(scripted: Any) -> None:
    service, opened = scripted
    query = EventQuery(biz_steps=("shipping",), match_any_epc=("k",), ge_event_time_ms=5, per_page=7, page_token="p")
    page = await GrpcHistories(opened).query(query, token="")
    (asked,) = service.asked
    assert (list(asked.biz_steps), list(asked.match_any_epc)) == (["shipping"], ["k"])
    assert (asked.ge_event_time_ms, asked.per_page, asked.page_token) == (5, 7, "p")
    assert (page.events[0].record_id, page.next_page_token) == ("a", "more")
    assert service.tokens == [""]


async def test_any_number_of_record_ids_is_looked_up(scripted: Any) -> None:
    _, opened = scripted
    ids = [f"{number:064x}" for number in range(1200)]
    assert await GrpcHistories(opened).stored(ids, token="") == frozenset(ids[::2])


async def test_a_record_is_a_plain_object_with_its_kind(scripted: Any) -> None:
    _, opened = scripted
    record = await GrpcRecords(opened).get("county", "141031", "", token="")
    assert (record["kind"], record["id"], record["version"], record["name_zh"]) == ("county", "141031", 2, "隰县")
    assert record["statuses"] == [{"exit_year": 2018}]


async def test_a_record_is_asked_about_as_it_was_registered(scripted: Any) -> None:
    """Its zeros too, which protobuf's JSON leaves out: trees of age 0 bear something."""
    service, opened = scripted
    yields = (YieldStep(0, Decimal(800)), YieldStep(5, Decimal(1600)))
    standard = ProductionStandard(id="https://suyuan.example/standard/pear", version=1, name_zh="标准", yields=yields)
    service.record = to_message(standard)
    assert await GrpcRecords(opened).record("production_standard", standard.id, "", token="") == standard


async def test_what_is_no_record_is_refused_before_it_is_sent(scripted: Any) -> None:
    _, opened = scripted
    for wrong in (
        {"kind": "pear"},
        {"kind": "county", "colour": "green"},
        {"id": "x"},
        {"kind": "county", "version": "x"},
    ):
        with pytest.raises(Rejected):
            await GrpcRecords(opened).put([wrong], token="")


@pytest.mark.parametrize(
    "spelled",
    [
        {"record": "site", "kind": "plot", "id": "p"},
        {"kind": "site", "site_kind": "plot", "id": "p"},
    ],
)
def test_a_site_has_a_kind_of_its_own_and_can_be_written_back_as_read(spelled: dict[str, Any]) -> None:
    message = _message(spelled)
    assert (message.WhichOneof("record"), message.site.kind) == ("site", "plot")
    assert _message(_flat(message)) == message


def test_other_records_can_be_written_back_as_read() -> None:
    message = _message({"kind": "county", "id": "141031", "name_zh": "隰县"})
    assert _message(_flat(message)) == message


def test_a_message_becomes_values_all_the_way_down() -> None:
    step = pb.Step(event_id="e", kind="harvest", objects=[pb.Amount(key="k", quantity="5")], certificates=["c"])
    message = pb.History(code="c", key="k", steps=[step], places={"p": pb.Place(village="上庄村")})
    history = shaped(message, History)
    assert history.steps[0].objects[0].quantity == "5"
    assert history.steps[0].certificates == ("c",)
    assert history.places["p"].village == "上庄村"


async def test_a_bug_of_another_service_is_told_by_its_number_in_both_languages(scripted: Any) -> None:
    service, opened = scripted
    service.failing = {"traceability": grpc.StatusCode.INTERNAL}
    service.details = "a fault of ours, noted as 0123456789ab"
    with pytest.raises(Transient, match="Its number is 0123456789ab") as raised:
        await GrpcHistories(opened).history("x", "back", after=(), token="")
    problem = of_error(raised.value)
    assert problem is not None
    assert problem.status == 503
    assert problem.sentence is not None
    assert "编号 0123456789ab" in load().zh.say(problem.sentence)
    service.details = "KeyError: secret"
    with pytest.raises(Transient) as other:
        await GrpcHistories(opened).history("x", "back", after=(), token="")
    assert "secret" not in str(other.value)
