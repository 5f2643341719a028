"""Rolls over gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from produce.v1 import labels_pb2, labels_pb2_grpc

from services.portal.rolls.ports import Bound, RollState, Stretch, Tried
from services.portal.rpc import CAPTURE_TIMEOUT_S, READ_TIMEOUT_S, call, receipts, shaped
from services.portal.telling.histories import Claim
from stream.receipts import Receipt


class GrpcRolls:
    """`services.portal.rolls.ports.Rolls`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = labels_pb2_grpc.LabelServiceStub(channel)

    async def order(self, request_id: str, brand: str, gtin: str, count: int, *, token: str) -> str:
        request = labels_pb2.IssueRollRequest(request_id=request_id, brand=brand, gtin=gtin, count=count)
        return str((await call(self._stub.IssueRoll, request, token, CAPTURE_TIMEOUT_S)).roll)

    async def state(self, code: str, *, token: str) -> RollState:
        request = labels_pb2.GetRollStateRequest(code=code)
        return shaped((await call(self._stub.GetRollState, request, token, READ_TIMEOUT_S)).roll, RollState)

    async def listed(self, *, token: str) -> Sequence[RollState]:
        answer = await call(self._stub.ListRolls, labels_pb2.ListRollsRequest(), token, READ_TIMEOUT_S)
        return [shaped(roll, RollState) for roll in answer.rolls]

    async def bind(
        self, request_id: str, first: str, last: str, lot: str, *, after: Sequence[Receipt], token: str
    ) -> Bound:
        request = labels_pb2.BindRollRequest(
            request_id=request_id, first=first, last=last, lot=lot, after=receipts(after)
        )
        answer = await call(self._stub.BindRoll, request, token, CAPTURE_TIMEOUT_S)
        return Bound(answer.count, shaped(answer.claim, Claim) if answer.HasField("claim") else None)

    async def give_back(self, request_id: str, first: str, last: str, *, token: str) -> int:
        request = labels_pb2.ReturnLabelsRequest(request_id=request_id, first=first, last=last)
        return int((await call(self._stub.ReturnLabels, request, token, CAPTURE_TIMEOUT_S)).count)

    async def make_void(self, request_id: str, codes: Sequence[str], reason: str, *, token: str) -> int:
        request = labels_pb2.VoidLabelsRequest(request_id=request_id, codes=codes, reason=reason)
        return int((await call(self._stub.VoidLabels, request, token, CAPTURE_TIMEOUT_S)).count)

    async def between(self, first: str, last: str, *, token: str) -> Stretch:
        request = labels_pb2.GetStretchRequest(first=first, last=last)
        return shaped(await call(self._stub.GetStretch, request, token, READ_TIMEOUT_S), Stretch)

    async def check_secret(self, code: str, secret: str) -> Tried:
        request = labels_pb2.CheckSecretRequest(code=code, secret=secret)
        return shaped(await call(self._stub.CheckSecret, request, "", READ_TIMEOUT_S), Tried)
