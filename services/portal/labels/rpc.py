"""Labels over gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from produce.v1 import labels_pb2, labels_pb2_grpc

from services.portal.ports import IssuedLabels
from services.portal.rpc import CAPTURE_TIMEOUT_S, READ_TIMEOUT_S, at_once, call, plain, receipts, shaped
from services.portal.telling.histories import Claim, LabelVerdict
from stream.receipts import Receipt


class GrpcLabels:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = labels_pb2_grpc.LabelServiceStub(channel)

    async def verify(self, code: str, *, token: str) -> LabelVerdict:
        answer = await call(self._stub.VerifyLabel, labels_pb2.VerifyLabelRequest(code=code), token, READ_TIMEOUT_S)
        label = answer.label
        return LabelVerdict(
            verdict=answer.verdict,
            sentence_zh=answer.sentence_zh,
            sentence_en=answer.sentence_en,
            gtin=label.gtin,
            lot=label.lot,
            serial=label.serial,
            issued_ms=answer.issued_ms,
            brand=answer.brand,
            link=label.link,
        )

    async def verify_all(self, codes: Sequence[str], *, token: str) -> Sequence[LabelVerdict]:
        return await at_once(self.verify(code, token=token) for code in codes)

    async def issue(
        self, request_id: str, brand: str, lot: str, count: int, *, after: Sequence[Receipt], token: str
    ) -> IssuedLabels:
        request = labels_pb2.IssueLabelsRequest(
            request_id=request_id, brand=brand, lot=lot, count=count, after=receipts(after)
        )
        return _labels(await call(self._stub.IssueLabels, request, token, CAPTURE_TIMEOUT_S))

    async def ordered(self, request_id: str, *, token: str) -> IssuedLabels:
        request = labels_pb2.GetOrderRequest(request_id=request_id)
        return _labels(await call(self._stub.GetOrder, request, token, CAPTURE_TIMEOUT_S))

    async def keys(self) -> str:
        answer = await call(self._stub.GetKeys, labels_pb2.GetKeysRequest(), "", READ_TIMEOUT_S)
        return str(answer.jwks_json)


def _labels(answer: Any) -> IssuedLabels:
    claim = shaped(answer.claim, Claim) if answer.HasField("claim") else None
    return IssuedLabels(tuple(plain(label) for label in answer.labels), claim)
