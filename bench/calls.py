"""Capture calls as a client makes them: requests written beforehand, several under way at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import cast

import grpc
import orjson
from produce.v1 import capture_pb2, harvest_pb2, traceability_pb2

from provenance.reports import Json
from runtime.grpc_client import channel
from stream.receipts import Receipt

CAPTURE_HARVEST = "/produce.v1.HarvestService/CaptureHarvest"
FIND_STORED = "/produce.v1.TraceabilityService/FindStored"
GET_HISTORY = "/produce.v1.TraceabilityService/GetHistory"

Call = Callable[[bytes], Awaitable[bytes]]


def opened(target: str, token: str = "") -> grpc.aio.Channel:
    return channel(target, token=lambda: token)


def calling(opened: grpc.aio.Channel, method: str) -> Call:
    """Bytes in, bytes out, so that the client's own work is small beside what is measured."""
    return cast("Call", opened.unary_unary(method))


def requests(bodies: Sequence[Json], size: int) -> list[bytes]:
    """Capture requests of so many events."""
    items = [capture_pb2.CaptureItem(event=orjson.dumps(body)) for body in bodies]
    lots = (items[start : start + size] for start in range(0, len(items), size))
    return [harvest_pb2.CaptureHarvestRequest(items=some).SerializeToString() for some in lots]


def accepted(answer: bytes) -> list[tuple[str, Receipt]]:
    """(record id, receipt) of each item. Raises ValueError where one was not taken: the figures would mean nothing."""
    results = harvest_pb2.CaptureHarvestResponse.FromString(answer).results
    for result in results:
        if result.status != capture_pb2.CAPTURE_STATUS_ACCEPTED:
            raise ValueError(f"not accepted: {result}")
    return [(one.record_id, Receipt(one.receipt.topic, one.receipt.partition, one.receipt.offset)) for one in results]


def find_stored(record_id: str, after: Receipt) -> bytes:
    receipt = capture_pb2.Receipt(topic=after.topic, partition=after.partition, offset=after.offset)
    return traceability_pb2.FindStoredRequest(record_ids=[record_id], after=[receipt]).SerializeToString()


def history_back(code: str) -> traceability_pb2.GetHistoryRequest:
    return traceability_pb2.GetHistoryRequest(code=code, direction=traceability_pb2.DIRECTION_BACK)


async def call_all(call: Call, written: Iterable[bytes], *, at_once: int, answered: Callable[[bytes], object]) -> None:
    """Every request once, so many under way at any time."""
    left = iter(written)

    async def one_after_another() -> None:
        for request in left:
            answered(await call(request))

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
