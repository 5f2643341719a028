"""Calls to other services: their status codes as the errors of `wire.errors`, their messages as our frozen values."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from produce.v1 import capture_pb2

from epcis.problems import Problem
from services.portal.ports import Captured
from services.portal.sentences import N_, Sentence, say
from stream.receipts import Receipt
from wire.errors import NotFound, Overloaded, Rejected, Transient, Unauthenticated, Unauthorised

CAPTURE_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 10.0
CALLS_AT_ONCE = 16
"""Of one request of a person, where each thing is a call of its own."""

Answer = TypeVar("Answer")
Shape = TypeVar("Shape")
KNOWN_ERRORS: Mapping[grpc.StatusCode, type[Exception]] = {
    grpc.StatusCode.INVALID_ARGUMENT: Rejected,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: Unauthorised,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.UNAVAILABLE: Transient,
    grpc.StatusCode.DEADLINE_EXCEEDED: Transient,
    grpc.StatusCode.CANCELLED: Transient,
}
_UNREACHABLE = "A part of the system does not answer at the moment. Try again in a moment."
_FAULT = N_("Something went wrong in a part of the system. Its number is {number}. Try again in a moment.")
_NOTED = re.compile(r"noted as ([0-9a-f]{12})$")


class _FaultThere(Transient):
    """A bug of another service, by the number under which its log has it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


async def call(method: Callable[..., Awaitable[Answer]], request: Message, token: str, timeout_s: float) -> Answer:
    """Raises the errors of `wire.errors`; a status that is none of them is a bug elsewhere and Transient to us."""
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    try:
        return await method(request, metadata=metadata, timeout=timeout_s)
    except grpc.aio.AioRpcError as error:
        raise _error(error) from error


def _error(error: grpc.aio.AioRpcError) -> Exception:
    if error.code() is grpc.StatusCode.INTERNAL and (noted := _NOTED.search(error.details() or "")):
        return _FaultThere(say(_FAULT, number=noted[1]))
    kind = KNOWN_ERRORS.get(error.code(), Transient)
    return kind(_UNREACHABLE if kind is Transient else error.details() or "")


async def at_once(calls: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """The answers in the order of the calls, of which CALLS_AT_ONCE are under way."""
    places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def placed(one: Awaitable[Answer]) -> Answer:
        async with places:
            return await one

    return await asyncio.gather(*map(placed, calls))


def receipts(after: Sequence[Receipt]) -> Sequence[Any]:
    return [capture_pb2.Receipt(topic=r.topic, partition=r.partition, offset=r.offset) for r in after]


_STATUS = {capture_pb2.CAPTURE_STATUS_ACCEPTED: "accepted", capture_pb2.CAPTURE_STATUS_REJECTED: "rejected"}


def captured(result: Any) -> Captured:
    receipt = result.receipt
    return Captured(
        _STATUS.get(result.status, "retry"),  # type: ignore[arg-type]
        Receipt(receipt.topic, receipt.partition, receipt.offset) if result.HasField("receipt") else None,
        tuple(Problem(p.pointer, p.code, p.message, "warning" if p.warning else "error") for p in result.problems),
    )


def plain(message: Any) -> dict[str, Any]:
    return dict(MessageToDict(message, preserving_proto_field_name=True))


def shaped(message: Any, shape: type[Shape]) -> Shape:
    """The dataclass `shape` filled from the fields of the same names of a message."""
    hints: Mapping[str, Any] = _hints(shape)  # type: ignore[arg-type]
    return shape(**{name: _value(getattr(message, name), hint) for name, hint in hints.items()})


@cache
def _hints(shape: type) -> Mapping[str, Any]:
    known = get_type_hints(shape)
    return {field.name: known[field.name] for field in fields(shape)}


def _value(value: Any, hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return tuple(_value(member, inner[0]) for member in value)
    if isinstance(hint, GenericAlias) or origin is not None:
        return {name: _value(value[name], inner[1]) for name in value}
    return shaped(value, hint) if isinstance(hint, type) and is_dataclass(hint) else value
