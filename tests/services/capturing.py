"""Harvest, quality and shipping as their callers see them, and what each of them takes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from produce.v1 import (
    capture_pb2,
    harvest_pb2,
    harvest_pb2_grpc,
    quality_pb2,
    quality_pb2_grpc,
    shipping_pb2,
    shipping_pb2_grpc,
)

import services.harvest.__main__ as harvest_main
import services.quality.__main__ as quality_main
import services.shipping.__main__ as shipping_main
from provenance import reports
from runtime.publishing_config import PublishingConfig
from stream.log_reader import end_offsets, read_log
from tests.services.running import Site, calling
from wire.envelope import RecordedEvent, decode
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

ACCEPTED = capture_pb2.CAPTURE_STATUS_ACCEPTED
REJECTED = capture_pb2.CAPTURE_STATUS_REJECTED
RETRY = capture_pb2.CAPTURE_STATUS_RETRY
AT = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)


def delivery(event_id: str, *, plot: str = "urn:x:plot", grower: str = "urn:x:grower") -> dict[str, Any]:
    lot = f"{event_id}:lot"
    return reports.delivery(event_id=event_id, at=AT, lot=lot, kg=Decimal("412.5"), plot=plot, grower=grower)


def inspection(event_id: str, *, site: str = "urn:x:plot") -> dict[str, Any]:
    return reports.inspection(event_id=event_id, at=AT, lots={f"{event_id}:lot": None}, conformant=True, site=site)


def shipment(event_id: str, *, site: str = "urn:x:plot") -> dict[str, Any]:
    return reports.shipment(event_id=event_id, at=AT, from_site=site, to_site="urn:x:shop", items=[f"{event_id}:box"])


@dataclass(frozen=True)
class Service:
    """One of the three: how it runs, what it is asked with, the event it takes at a place, and that of another."""

    name: str
    topic: Topic
    run: Any
    config: Any
    stub: Any
    request: Any
    report: Callable[..., dict[str, Any]]
    foreign: Callable[..., dict[str, Any]]
    role: str


SERVICES = (
    Service(
        "harvest",
        HARVEST,
        harvest_main.run,
        PublishingConfig,
        harvest_pb2_grpc.HarvestServiceStub,
        harvest_pb2.CaptureHarvestRequest,
        report=delivery,
        foreign=inspection,
        role="station",
    ),
    Service(
        "quality",
        QUALITY,
        quality_main.run,
        PublishingConfig,
        quality_pb2_grpc.QualityServiceStub,
        quality_pb2.CaptureQualityRequest,
        report=inspection,
        foreign=shipment,
        role="packer",
    ),
    Service(
        "shipping",
        SHIPPING,
        shipping_main.run,
        PublishingConfig,
        shipping_pb2_grpc.ShippingServiceStub,
        shipping_pb2.CaptureShippingRequest,
        report=shipment,
        foreign=delivery,
        role="packer",
    ),
)


@dataclass(frozen=True)
class RunningService:
    service: Service
    site: Site
    target: str

    async def capture(
        self, *bodies: dict[str, Any] | bytes, role: str = "", party: str = "urn:x:reporter", sent_time_ms: int = 0
    ) -> list[capture_pb2.CaptureResult]:
        """As `party` in `role` (the service's usual one where empty; "public" for no token)."""
        token = "" if role == "public" else await self.site.token(party, role or self.service.role)
        return await self.capture_with(token, *bodies, sent_time_ms=sent_time_ms)

    async def capture_with(
        self, token: str, *bodies: dict[str, Any] | bytes, sent_time_ms: int = 0
    ) -> list[capture_pb2.CaptureResult]:
        raw = [body if isinstance(body, bytes) else orjson.dumps(body) for body in bodies]
        items = [capture_pb2.CaptureItem(event=event, sent_time_ms=sent_time_ms) for event in raw]
        async with calling(self.target, token) as opened:
            stub = self.service.stub(opened)
            call: Callable[..., Awaitable[Any]] = getattr(stub, f"Capture{self.service.name.capitalize()}")
            return list((await call(self.service.request(items=items), timeout=30)).results)

    def recorded(self) -> Sequence[RecordedEvent]:
        """All that is on the service's topic. Blocking."""
        ends = end_offsets(self.site.bootstrap, [self.service.topic.name(self.site.prefix)])
        return [event for record in read_log(self.site.bootstrap, ends) for event in decode(record.value or b"")]
