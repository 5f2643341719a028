"""Reports to the services that take them, over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import grpc
from produce.v1 import (
    capture_pb2,
    harvest_pb2,
    harvest_pb2_grpc,
    quality_pb2,
    quality_pb2_grpc,
    shipping_pb2,
    shipping_pb2_grpc,
)

from services.portal.ports import Captured, Submission
from services.portal.rpc import CAPTURE_TIMEOUT_S, KNOWN_ERRORS, call, captured
from wire.envelope import MAX_CALL_ITEMS
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

MAX_CALL_BYTES = 8 * 1024 * 1024
"""Of events; a server takes messages of twice that."""

_Capture = tuple[Callable[..., Any], Callable[..., Any]]


class GrpcCapture:
    """Sends each event to the service of its topic, in calls of at most 500 and 8 MiB, all at the same time."""

    def __init__(self, *, harvest: grpc.aio.Channel, quality: grpc.aio.Channel, shipping: grpc.aio.Channel) -> None:
        self._methods: Mapping[Topic, _Capture] = {
            HARVEST: (harvest_pb2_grpc.HarvestServiceStub(harvest).CaptureHarvest, harvest_pb2.CaptureHarvestRequest),
            QUALITY: (quality_pb2_grpc.QualityServiceStub(quality).CaptureQuality, quality_pb2.CaptureQualityRequest),
            SHIPPING: (
                shipping_pb2_grpc.ShippingServiceStub(shipping).CaptureShipping,
                shipping_pb2.CaptureShippingRequest,
            ),
        }

    async def capture(self, submissions: Sequence[Submission], *, token: str) -> Sequence[Captured]:
        calls = list(_calls(submissions))
        answers = await asyncio.gather(
            *(self._one(topic, [submissions[i] for i in places], token) for topic, places in calls),
            return_exceptions=True,
        )
        _raise_if_nothing_taken(answers)
        captured: list[Captured] = [Captured("retry")] * len(submissions)
        for (_, places), answer in zip(calls, answers, strict=True):
            if not isinstance(answer, BaseException):
                for place, one in zip(places, answer, strict=True):
                    captured[place] = one
        return captured

    async def _one(self, topic: Topic, items: Sequence[Submission], token: str) -> Sequence[Captured]:
        method, request = self._methods[topic]
        messages = [capture_pb2.CaptureItem(event=i.event, sent_time_ms=i.sent_time_ms) for i in items]
        answer = await call(method, request(items=messages), token, CAPTURE_TIMEOUT_S)
        return [captured(result) for result in answer.results]


def _calls(submissions: Sequence[Submission]) -> Sequence[tuple[Topic, Sequence[int]]]:
    """(topic, places) of each call."""
    by_topic: dict[Topic, list[int]] = {}
    for place, submission in enumerate(submissions):
        by_topic.setdefault(submission.topic, []).append(place)
    return [
        (topic, part)
        for topic, places in by_topic.items()
        for part in _parts(places, [len(one.event) for one in submissions])
    ]


def _parts(places: Sequence[int], sizes: Sequence[int]) -> Iterator[Sequence[int]]:
    """In order, each of at most MAX_CALL_ITEMS and MAX_CALL_BYTES; one larger than that stands alone."""
    part: list[int] = []
    filled = 0
    for place in places:
        if part and (len(part) == MAX_CALL_ITEMS or filled + sizes[place] > MAX_CALL_BYTES):
            yield part
            part, filled = [], 0
        part.append(place)
        filled += sizes[place]
    yield part


def _raise_if_nothing_taken(answers: Sequence[Sequence[Captured] | BaseException]) -> None:
    """One answer that came through makes the others `retry`; where none did, the reason is the caller's."""
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    bugs = [error for error in errors if not isinstance(error, tuple(KNOWN_ERRORS.values()))]
    if bugs or (errors and len(errors) == len(answers)):
        raise (bugs or errors)[0]
