"""QualityService over gRPC: messages in, the capture door asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import quality_pb2, quality_pb2_grpc

from runtime.capture_calls import Door, captured
from runtime.grpc_server import Servicer


class QualityServicer(quality_pb2_grpc.QualityServiceServicer):
    def __init__(self, door: Door) -> None:
        self._door = door

    async def CaptureQuality(  # noqa: N802 - the name in the proto
        self, request: quality_pb2.CaptureQualityRequest, _: Any
    ) -> quality_pb2.CaptureQualityResponse:
        return quality_pb2.CaptureQualityResponse(results=await captured(self._door, request.items))


def servicer(door: Door) -> Servicer:
    name = quality_pb2.DESCRIPTOR.services_by_name["QualityService"].full_name
    return Servicer(QualityServicer(door), quality_pb2_grpc.add_QualityServiceServicer_to_server, name)
