"""Payments over gRPC: recorded at harvest, told by traceability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from produce.v1 import harvest_pb2, harvest_pb2_grpc, payments_pb2, traceability_pb2, traceability_pb2_grpc

from provenance.payments.records import Said
from services.portal.payments.ports import Delivery, PaidPrice, PaymentDoubt, PaymentList
from services.portal.ports import Captured
from services.portal.rpc import CAPTURE_TIMEOUT_S, READ_TIMEOUT_S, call, captured, receipts, shaped
from stream.receipts import Receipt
from wire.payment_codec import to_message


class GrpcPayments:
    def __init__(self, *, harvest: grpc.aio.Channel, traceability: grpc.aio.Channel) -> None:
        self._harvest: Any = harvest_pb2_grpc.HarvestServiceStub(harvest)
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(traceability)

    async def record(self, said: Sequence[Said], *, sent_time_ms: int, token: str) -> Sequence[Captured]:
        items = [payments_pb2.PaymentItem(record=to_message(one), sent_time_ms=sent_time_ms) for one in said]
        request = harvest_pb2.RecordPaymentsRequest(items=items)
        answer = await call(self._harvest.RecordPayments, request, token, CAPTURE_TIMEOUT_S)
        return [captured(result) for result in answer.results]

    async def considered(self, said: Sequence[Said], *, token: str) -> Sequence[tuple[PaymentDoubt, ...]]:
        request = traceability_pb2.ConsiderPaymentsRequest(records=[to_message(one) for one in said])
        answer = await call(self._stub.ConsiderPayments, request, token, READ_TIMEOUT_S)
        return [tuple(shaped(doubt, PaymentDoubt) for doubt in one.doubts) for one in answer.considered]

    async def deliveries(self, *, after: Sequence[Receipt], token: str) -> Sequence[Delivery]:
        request = traceability_pb2.GetDeliveriesRequest(after=receipts(after))
        answer = await call(self._stub.GetDeliveries, request, token, READ_TIMEOUT_S)
        return [shaped(one, Delivery) for one in answer.deliveries]

    async def about(self, code: str, *, after: Sequence[Receipt], token: str) -> PaymentList:
        request = traceability_pb2.GetPaymentsRequest(about=code, after=receipts(after))
        return shaped(await call(self._stub.GetPayments, request, token, READ_TIMEOUT_S), PaymentList)

    async def price(self, code: str, *, after: Sequence[Receipt], token: str) -> PaidPrice:
        request = traceability_pb2.GetPaidPriceRequest(code=code, after=receipts(after))
        return shaped((await call(self._stub.GetPaidPrice, request, token, READ_TIMEOUT_S)).price, PaidPrice)
