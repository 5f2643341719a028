"""HarvestService over gRPC: messages in, the capture door asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import harvest_pb2, harvest_pb2_grpc

from runtime.capture_calls import Door, captured
from runtime.grpc_server import Servicer


class HarvestServicer(harvest_pb2_grpc.HarvestServiceServicer):
    def __init__(self, door: Door) -> None:
        self._door = door

    async def CaptureHarvest(  # noqa: N802 - the name in the proto
        self, request: harvest_pb2.CaptureHarvestRequest, _: Any
    ) -> harvest_pb2.CaptureHarvestResponse:
        return harvest_pb2.CaptureHarvestResponse(results=await captured(self._door, request.items))


def servicer(door: Door) -> Servicer:
    name = harvest_pb2.DESCRIPTOR.services_by_name["HarvestService"].full_name
    return Servicer(HarvestServicer(door), harvest_pb2_grpc.add_HarvestServiceServicer_to_server, name)
