"""Calls to the services over gRPC: generated messages stay in here, failures become one line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import grpc
from produce.v1 import (
    capture_pb2,
    labels_pb2,
    labels_pb2_grpc,
    registry_pb2,
    registry_pb2_grpc,
    traceability_pb2,
    traceability_pb2_grpc,
)

from cli.failures import NO, Failure, NotKnown
from epcis.problems import Problem
from provenance.registry import Record
from wire.envelope import MAX_CALL_ITEMS
from wire.registry_codec import from_message, to_message

_TIMEOUT_S = 30.0
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_DIRECTIONS = {
    "back": traceability_pb2.DIRECTION_BACK,
    "forward": traceability_pb2.DIRECTION_FORWARD,
}

History = traceability_pb2.History
FoundCode = traceability_pb2.FoundCode
Claim = traceability_pb2.Claim
Completeness = traceability_pb2.Completeness
RuleResult = traceability_pb2.RuleResult

# What a status means to the person at the keyboard; the server's own sentence follows.
_MEANINGS: dict[grpc.StatusCode, tuple[str, int]] = {
    grpc.StatusCode.UNAVAILABLE: ("cannot answer now, try again", 2),
    grpc.StatusCode.DEADLINE_EXCEEDED: ("did not answer in time: try again", 2),
    grpc.StatusCode.RESOURCE_EXHAUSTED: ("has too much to do, try again", 2),
    grpc.StatusCode.UNAUTHENTICATED: ("does not accept the token: mint one with suyuan token", 2),
    grpc.StatusCode.PERMISSION_DENIED: ("does not allow it with this token", NO),
}
_NOT_THERE = ("failed to connect", "connections to all backends", "DNS resolution", "Socket closed", "name resolution")


def history(target: str, token: str, code: str, direction: str) -> History | tuple[FoundCode, ...]:
    """The history of a code, `direction` back or forward, or the things it may mean. Raises Failure."""
    with _channel(target, "traceability") as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetHistoryRequest(code=code, direction=_DIRECTIONS[direction])
        answer = stub.GetHistory(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
        return tuple(answer.candidates) or answer.history


def claim(target: str, token: str, key: str) -> Claim:
    """What the brand that lists the product finds of these goods. Raises Failure, NotKnown where no brand lists it."""
    with _channel(target, "traceability") as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetClaimRequest(code=key)
        return stub.GetClaim(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).claim


def label_link(target: str, token: str, serial: str) -> str:
    """The link of the label with this serial; empty where it was not issued. Raises Failure."""
    with _channel(target, "labels") as channel:
        stub = labels_pb2_grpc.LabelServiceStub(channel)
        request = labels_pb2.VerifyLabelRequest(code=serial)
        return stub.VerifyLabel(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).label.link


def records(target: str, token: str, kind: str, on: str = "") -> Iterator[Record]:
    """Every record of a kind as it stands on a day, today by default. Raises Failure."""
    page_token = ""
    with _channel(target, "the registry") as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        while True:
            request = registry_pb2.ListRecordsRequest(kind=kind, on=on, page_size=MAX_CALL_ITEMS, page_token=page_token)
            answer = stub.ListRecords(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
            yield from (from_message(record) for record in answer.records)
            page_token = answer.next_page_token
            if not page_token:
                return


def put(target: str, token: str, wanted: Sequence[Record]) -> list[tuple[str, tuple[Problem, ...]]]:
    """For each of at most 500 records: accepted, rejected or retry, and the problems. Raises Failure."""
    with _channel(target, "the registry") as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        request = registry_pb2.PutRecordsRequest(records=[to_message(record) for record in wanted])
        answer = stub.PutRecords(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
    return [(_STATUS.get(result.status, "retry"), _problems(result)) for result in answer.results]


_STATUS = {
    capture_pb2.CAPTURE_STATUS_ACCEPTED: "accepted",
    capture_pb2.CAPTURE_STATUS_REJECTED: "rejected",
}


def _problems(result: registry_pb2.PutResult) -> tuple[Problem, ...]:
    return tuple(Problem(p.pointer, p.code, p.message, "warning" if p.warning else "error") for p in result.problems)


@contextmanager
def _channel(target: str, what: str) -> Iterator[grpc.Channel]:
    options = [("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
    with grpc.insecure_channel(target, options=options) as channel:
        try:
            yield channel
        except grpc.RpcError as error:
            raise _failure(error, target, what) from error


def _failure(error: grpc.RpcError, target: str, what: str) -> Failure:
    call = cast(grpc.Call, error)  # what a stub raises is both, which the published types cannot say
    said = call.details() or ""
    if call.code() is grpc.StatusCode.NOT_FOUND:
        return NotKnown(said)
    if call.code() is grpc.StatusCode.INVALID_ARGUMENT:
        return Failure(said, NO)
    if call.code() is grpc.StatusCode.UNAVAILABLE and any(word in said for word in _NOT_THERE):
        return Failure(f"{what} does not answer at {target}: is it up? make status")
    meaning, exit_code = _MEANINGS.get(call.code(), ("failed", 2))
    return Failure(f"{what} at {target} {meaning}" + (f": {said}" if said else ""), exit_code)


def _metadata(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),) if token else ()
