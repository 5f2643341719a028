"""Certificates and what leaned on them, over gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from produce.v1 import traceability_pb2, traceability_pb2_grpc

from services.portal.certificates.ports import DependentsPage, Found
from services.portal.rpc import READ_TIMEOUT_S, call, receipts, shaped
from stream.receipts import Receipt


class GrpcCertificates:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def certificate(self, codes: Sequence[str], *, after: Sequence[Receipt], token: str) -> Found:
        request = traceability_pb2.GetCertificateRequest(codes=codes, after=receipts(after))
        return shaped(await call(self._stub.GetCertificate, request, token, READ_TIMEOUT_S), Found)

    async def dependents(
        self, certificate: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> DependentsPage:
        request = traceability_pb2.GetDependentsRequest(
            certificate=certificate, page_size=page_size, page_token=page_token, after=receipts(after)
        )
        return shaped(await call(self._stub.GetDependents, request, token, READ_TIMEOUT_S), DependentsPage)
