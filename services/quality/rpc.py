"""QualityService over gRPC: messages in, the capture door asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import quality_pb2, quality_pb2_grpc

from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from runtime.metrics import CAPTURED
from stream.capture import CaptureDoor
from wire.capture_codec import reports_of, results_of


class QualityServicer(quality_pb2_grpc.QualityServiceServicer):
    def __init__(self, door: CaptureDoor) -> None:
        self._door = door

    async def CaptureQuality(  # noqa: N802 - the name in the proto
        self, request: quality_pb2.CaptureQualityRequest, _: Any
    ) -> quality_pb2.CaptureQualityResponse:
        outcomes = await self._door.capture(reports_of(request.items), current_principal())
        for outcome in outcomes:
            CAPTURED.labels(outcome.status).inc()
        return quality_pb2.CaptureQualityResponse(results=results_of(outcomes))


def servicer(door: CaptureDoor) -> Servicer:
    name = quality_pb2.DESCRIPTOR.services_by_name["QualityService"].full_name
    return Servicer(QualityServicer(door), quality_pb2_grpc.add_QualityServiceServicer_to_server, name)
