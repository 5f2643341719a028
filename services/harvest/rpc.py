"""HarvestService over gRPC: messages in, the two doors asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import capture_pb2, harvest_pb2, harvest_pb2_grpc, payments_pb2

from runtime.capture_calls import Door, captured
from runtime.grpc_server import Servicer


class HarvestServicer(harvest_pb2_grpc.HarvestServiceServicer):
    def __init__(self, door: Door, payments: Door) -> None:
        self._door = door
        self._payments = payments

    async def CaptureHarvest(  # noqa: N802 - the name in the proto
        self, request: harvest_pb2.CaptureHarvestRequest, _: Any
    ) -> harvest_pb2.CaptureHarvestResponse:
        return harvest_pb2.CaptureHarvestResponse(results=await captured(self._door, request.items))

    async def RecordPayments(  # noqa: N802 - the name in the proto
        self, request: harvest_pb2.RecordPaymentsRequest, _: Any
    ) -> harvest_pb2.RecordPaymentsResponse:
        items = [capture_pb2.CaptureItem(event=_bytes(item), sent_time_ms=item.sent_time_ms) for item in request.items]
        return harvest_pb2.RecordPaymentsResponse(results=await captured(self._payments, items))


def _bytes(item: payments_pb2.PaymentItem) -> bytes:
    return item.record.SerializeToString()


def servicer(door: Door, payments: Door) -> Servicer:
    name = harvest_pb2.DESCRIPTOR.services_by_name["HarvestService"].full_name
    return Servicer(HarvestServicer(door, payments), harvest_pb2_grpc.add_HarvestServiceServicer_to_server, name)
