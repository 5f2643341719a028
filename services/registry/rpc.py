"""RegistryService over gRPC, and the writer behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from produce.v1 import capture_pb2, registry_pb2, registry_pb2_grpc

from provenance.registry.records import Record
from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from services.registry import handlers
from services.registry.enrolment.rpc import EnrolmentCalls, read_record, receipts, require_caller
from services.registry.ports import View, Writer
from stream.keyed_producer import Fenced, KeyedProducer, Message
from stream.receipts import Receipt
from stream.registry_view import RegistryView
from wire.capture_codec import problem_messages, receipt_message
from wire.errors import Rejected, Transient
from wire.registry_codec import encode, key, to_message


class RegistryServicer(EnrolmentCalls, registry_pb2_grpc.RegistryServiceServicer):
    """`today` gives the day that questions without a day are about."""

    def __init__(self, *, view: View, writer: Writer, today: Callable[[], date]) -> None:
        self._view = view
        self._writer = writer
        self._today = today

    async def PutRecords(self, request: registry_pb2.PutRecordsRequest, _: Any) -> registry_pb2.PutRecordsResponse:  # noqa: N802
        require_caller(len(request.records))
        puts = await handlers.put_records(
            [read_record(record) for record in request.records],
            principal=current_principal(),
            view=self._view,
            writer=self._writer,
            today=self._today(),
            all_or_none=request.all_or_none,
        )
        return registry_pb2.PutRecordsResponse(results=[_result(put) for put in puts])

    async def GetRecord(self, request: registry_pb2.GetRecordRequest, _: Any) -> registry_pb2.GetRecordResponse:  # noqa: N802
        record = await handlers.get_record(
            request.kind,
            request.id,
            on=self._day(request.on),
            after=receipts(request.after),
            principal=current_principal(),
            view=self._view,
        )
        return registry_pb2.GetRecordResponse(record=to_message(record))

    async def ListRecords(self, request: registry_pb2.ListRecordsRequest, _: Any) -> registry_pb2.ListRecordsResponse:  # noqa: N802
        if request.page_size < 0:
            raise Rejected(f"page_size {request.page_size} should be at least 0, which is the usual size")
        page = await handlers.list_records(
            request.kind,
            on=None if request.newest else self._day(request.on),
            naming=request.naming,
            after_id=request.page_token,
            most=request.page_size,
            after=receipts(request.after),
            principal=current_principal(),
            view=self._view,
        )
        records = [to_message(record) for record in page.records]
        return registry_pb2.ListRecordsResponse(records=records, next_page_token=page.next_after)

    async def ErasePersonalData(  # noqa: N802
        self, request: registry_pb2.ErasePersonalDataRequest, _: Any
    ) -> registry_pb2.ErasePersonalDataResponse:
        place, versions = await handlers.erase_personal_data(
            request.party, principal=current_principal(), view=self._view, writer=self._writer
        )
        return registry_pb2.ErasePersonalDataResponse(receipt=receipt_message(place), versions=versions)

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text) if text else self._today()
        except ValueError:
            raise Rejected(f"on: {text!r} should be a day such as 2026-09-12") from None


class TopicView:
    """`services.registry.ports.View` over the view of the topic."""

    def __init__(self, view: RegistryView, topic: str) -> None:
        self.versions, self.ids_after = view.versions, view.ids_after
        self.linked, self.linked_after = view.linked, view.linked_after
        self._view = view
        self._topic = topic

    async def caught_up(self) -> None:
        await self._view.caught_up()

    async def applied(self, place: Any) -> None:
        await self._view.applied(Receipt(place.topic, place.partition, place.offset))

    def last_applied(self) -> Receipt:
        return Receipt(self._topic, 0, self._view.next_offset - 1)


class FencedWriter:
    """`services.registry.ports.Writer`: one transaction a put, by the last process that started and by no other."""

    def __init__(self, producer: KeyedProducer, topic: str, *, on_fenced: Callable[[], None]) -> None:
        self._producer = producer
        self._topic = topic
        self._on_fenced = on_fenced
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._one_at_a_time:
            yield

    async def write(self, records: Sequence[Record], replaced: Sequence[Record] = ()) -> Sequence[Receipt]:
        ended = [Message(self._topic, key(record), None) for record in replaced]
        written = [Message(self._topic, key(record), encode(record)) for record in records]
        return (await self._send([*written, *ended]))[: len(written)]

    async def rewrite(self, records: Sequence[Record]) -> Receipt:
        """The tombstone makes views overwrite what they have; compaction then drops all but the last of each key."""
        both = [(Message(self._topic, key(r), None), Message(self._topic, key(r), encode(r))) for r in records]
        return (await self._send([message for pair in both for message in pair]))[-1]

    async def _send(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        try:
            return await self._producer.send_all(messages)
        except Fenced as error:
            self._on_fenced()
            raise Transient("this registry process was replaced by a newer one; send it again") from error


def servicer(*, view: View, writer: Writer, today: Callable[[], date]) -> Servicer:
    implementation = RegistryServicer(view=view, writer=writer, today=today)
    name = registry_pb2.DESCRIPTOR.services_by_name["RegistryService"].full_name
    return Servicer(implementation, registry_pb2_grpc.add_RegistryServiceServicer_to_server, name)


def _result(put: handlers.Put) -> registry_pb2.PutResult:
    if put.problems:
        rejected = capture_pb2.CAPTURE_STATUS_REJECTED
        return registry_pb2.PutResult(status=rejected, problems=problem_messages(put.problems))
    if put.place is None:
        return registry_pb2.PutResult(status=capture_pb2.CAPTURE_STATUS_RETRY)
    accepted = capture_pb2.CAPTURE_STATUS_ACCEPTED
    return registry_pb2.PutResult(status=accepted, receipt=receipt_message(put.place), version=put.version)
