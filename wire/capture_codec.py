"""Capture calls as protobuf and back: the items that come in, and the answer each of them gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from produce.v1 import capture_pb2

from epcis.problems import Problem
from provenance.access.admission import Report
from wire.place import Place

Status = Literal["accepted", "rejected", "retry"]

_STATUS: dict[Status, capture_pb2.CaptureStatus.ValueType] = {
    "accepted": capture_pb2.CAPTURE_STATUS_ACCEPTED,
    "rejected": capture_pb2.CAPTURE_STATUS_REJECTED,
    "retry": capture_pb2.CAPTURE_STATUS_RETRY,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item. Accepted ones have a receipt, and problems that are warnings only."""

    status: Status
    problems: tuple[Problem, ...] = ()
    event_id: str = ""
    record_id: str = ""
    receipt: Place | None = None


def reports_of(items: Iterable[capture_pb2.CaptureItem]) -> list[Report]:
    return [Report(item.event, item.sent_time_ms) for item in items]


def results_of(outcomes: Iterable[Outcome]) -> list[capture_pb2.CaptureResult]:
    return [
        capture_pb2.CaptureResult(
            status=_STATUS[outcome.status],
            receipt=None if outcome.receipt is None else receipt_message(outcome.receipt),
            problems=problem_messages(outcome.problems),
            event_id=outcome.event_id,
            record_id=outcome.record_id,
        )
        for outcome in outcomes
    ]


def receipt_message(place: Place) -> capture_pb2.Receipt:
    return capture_pb2.Receipt(topic=place.topic, partition=place.partition, offset=place.offset)


def problem_messages(problems: Iterable[Problem]) -> list[capture_pb2.Problem]:
    return [
        capture_pb2.Problem(
            pointer=problem.pointer,
            code=problem.code,
            message=problem.message,
            warning=problem.severity == "warning",
        )
        for problem in problems
    ]
