"""ShippingService over gRPC: messages in, the capture door asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import shipping_pb2, shipping_pb2_grpc

from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from runtime.metrics import CAPTURED
from stream.capture import CaptureDoor
from wire.capture_codec import reports_of, results_of


class ShippingServicer(shipping_pb2_grpc.ShippingServiceServicer):
    def __init__(self, door: CaptureDoor) -> None:
        self._door = door

    async def CaptureShipping(  # noqa: N802 - the name in the proto
        self, request: shipping_pb2.CaptureShippingRequest, _: Any
    ) -> shipping_pb2.CaptureShippingResponse:
        outcomes = await self._door.capture(reports_of(request.items), current_principal())
        for outcome in outcomes:
            CAPTURED.labels(outcome.status).inc()
        return shipping_pb2.CaptureShippingResponse(results=results_of(outcomes))


def servicer(door: CaptureDoor) -> Servicer:
    name = shipping_pb2.DESCRIPTOR.services_by_name["ShippingService"].full_name
    return Servicer(ShippingServicer(door), shipping_pb2_grpc.add_ShippingServiceServicer_to_server, name)
