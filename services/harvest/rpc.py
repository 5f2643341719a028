"""HarvestService over gRPC: messages in, the capture door asked, messages out."""

from __future__ import annotations

from typing import Any

from produce.v1 import harvest_pb2, harvest_pb2_grpc

from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from runtime.metrics import CAPTURED
from stream.capture import CaptureDoor
from wire.capture_codec import reports_of, results_of


class HarvestServicer(harvest_pb2_grpc.HarvestServiceServicer):
    def __init__(self, door: CaptureDoor) -> None:
        self._door = door

    async def CaptureHarvest(  # noqa: N802 - the name in the proto
        self, request: harvest_pb2.CaptureHarvestRequest, _: Any
    ) -> harvest_pb2.CaptureHarvestResponse:
        outcomes = await self._door.capture(reports_of(request.items), current_principal())
        for outcome in outcomes:
            CAPTURED.labels(outcome.status).inc()
        return harvest_pb2.CaptureHarvestResponse(results=results_of(outcomes))


def servicer(door: CaptureDoor) -> Servicer:
    name = harvest_pb2.DESCRIPTOR.services_by_name["HarvestService"].full_name
    return Servicer(HarvestServicer(door), harvest_pb2_grpc.add_HarvestServiceServicer_to_server, name)
