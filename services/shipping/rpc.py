"""ShippingService over gRPC: messages in, the capture door asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import shipping_pb2, shipping_pb2_grpc

from runtime.capture_calls import Door, captured
from runtime.grpc_server import Servicer


class ShippingServicer(shipping_pb2_grpc.ShippingServiceServicer):
    def __init__(self, door: Door) -> None:
        self._door = door

    async def CaptureShipping(  # noqa: N802 - the name in the proto
        self, request: shipping_pb2.CaptureShippingRequest, _: Any
    ) -> shipping_pb2.CaptureShippingResponse:
        return shipping_pb2.CaptureShippingResponse(results=await captured(self._door, request.items))


def servicer(door: Door) -> Servicer:
    name = shipping_pb2.DESCRIPTOR.services_by_name["ShippingService"].full_name
    return Servicer(ShippingServicer(door), shipping_pb2_grpc.add_ShippingServiceServicer_to_server, name)
