"""Labels over gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from produce.v1 import labels_pb2, labels_pb2_grpc

from provenance.scans.cells import Cell
from provenance.scans.scan import Look
from runtime.shared_reads import SharedReads
from services.portal.ports import IssuedLabels, MadeOrder
from services.portal.rpc import CAPTURE_TIMEOUT_S, READ_TIMEOUT_S, call, receipts, shaped
from services.portal.scanning.ports import Looks
from services.portal.telling.histories import Claim, LabelVerdict
from stream.receipts import Receipt
from wire.errors import NotFound

MOST_TOGETHER = 50
_FIELDS = tuple(labels_pb2.Label.DESCRIPTOR.fields_by_name)


class GrpcLabels:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = labels_pb2_grpc.LabelServiceStub(channel)
        self._shared = SharedReads(self._look_up, most=MOST_TOGETHER)

    async def verify(self, code: str, *, token: str) -> LabelVerdict:
        return (await self.looked_up(code, token=token))[0]

    async def looked_up(self, code: str, *, token: str) -> tuple[LabelVerdict, Looks | None]:
        """The same for everybody, so all who wait are asked for in one call, as nobody."""
        return await self._shared.one(code)

    async def _look_up(self, codes: Sequence[str]) -> Sequence[tuple[LabelVerdict, Looks | None]]:
        request = labels_pb2.VerifyLabelsRequest(codes=codes, with_look_ups=True)
        answers = (await call(self._stub.VerifyLabels, request, "", READ_TIMEOUT_S)).answers
        return [(_verdict(one), _looks(one.look_ups) if one.HasField("look_ups") else None) for one in answers]

    async def verify_all(self, codes: Sequence[str], *, token: str) -> Sequence[LabelVerdict]:
        request = labels_pb2.VerifyLabelsRequest(codes=codes)
        return list(map(_verdict, (await call(self._stub.VerifyLabels, request, token, READ_TIMEOUT_S)).answers))

    async def issue(
        self, request_id: str, brand: str, lot: str, count: int, *, after: Sequence[Receipt], token: str
    ) -> IssuedLabels:
        request = labels_pb2.IssueLabelsRequest(
            request_id=request_id, brand=brand, lot=lot, count=count, after=receipts(after)
        )
        return _labels(await call(self._stub.IssueLabels, request, token, CAPTURE_TIMEOUT_S))

    async def ordered(self, request_id: str, *, with_secrets: bool = False, token: str) -> IssuedLabels:
        request = labels_pb2.GetOrderRequest(request_id=request_id, with_secrets=with_secrets)
        try:
            return _labels(await call(self._stub.GetOrder, request, token, CAPTURE_TIMEOUT_S))
        except NotFound:
            roll = labels_pb2.GetRollRequest(request_id=request_id, with_secrets=with_secrets)
            return IssuedLabels(_each(await call(self._stub.GetRoll, roll, token, CAPTURE_TIMEOUT_S)), None)

    async def listed(self, *, token: str) -> Sequence[MadeOrder]:
        answer = await call(self._stub.ListOrders, labels_pb2.ListOrdersRequest(), token, READ_TIMEOUT_S)
        return [shaped(order, MadeOrder) for order in answer.orders]

    async def keys(self) -> str:
        answer = await call(self._stub.GetKeys, labels_pb2.GetKeysRequest(), "", READ_TIMEOUT_S)
        return str(answer.jwks_json)

    async def verifier_keys(self) -> Sequence[str]:
        answer = await call(self._stub.GetKeys, labels_pb2.GetKeysRequest(), "", READ_TIMEOUT_S)
        return list(answer.verifier_keys)


def _looks(told: Any) -> Looks:
    looks = (Look(look.hour, Cell(look.cell) if look.cell else None) for look in told.looks)
    return Looks(tuple(looks), more=told.more)


def _verdict(answer: Any) -> LabelVerdict:
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


def _labels(answer: Any) -> IssuedLabels:
    claim = shaped(answer.claim, Claim) if answer.HasField("claim") else None
    return IssuedLabels(_each(answer), claim)


def _each(answer: Any) -> tuple[dict[str, str], ...]:
    """By name, without what is empty; not by way of JSON, for there may be ten thousand."""
    named = ({name: getattr(label, name) for name in _FIELDS} for label in answer.labels)
    return tuple({name: value for name, value in one.items() if value} for one in named)
