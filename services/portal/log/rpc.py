"""The log over gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from produce.v1 import log_pb2, log_pb2_grpc

from services.portal.log.ports import LogHead
from services.portal.rpc import READ_TIMEOUT_S, call, receipts
from stream.receipts import Receipt


class GrpcLog:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = log_pb2_grpc.LogServiceStub(channel)

    async def promises(self, records: Sequence[tuple[str, Receipt]], *, token: str, timeout_s: float) -> Sequence[str]:
        ids, places = [id_ for id_, _ in records], receipts([place for _, place in records])
        asked = [log_pb2.RecordedAt(record_id=id_, receipt=place) for id_, place in zip(ids, places, strict=True)]
        request = log_pb2.GetPromisesRequest(records=asked)
        return list((await call(self._stub.GetPromises, request, token, timeout_s)).promises)

    async def proof(self, record_id: str, *, token: str, timeout_s: float) -> str:
        request = log_pb2.GetProofRequest(record_id=record_id)
        return str((await call(self._stub.GetProof, request, token, timeout_s)).proof)

    async def head(self) -> LogHead:
        answer = await call(self._stub.GetHead, log_pb2.GetHeadRequest(), "", READ_TIMEOUT_S)
        return LogHead(str(answer.checkpoint), tuple(answer.keys))

    async def tile(self, path: str) -> bytes:
        answer = await call(self._stub.GetTile, log_pb2.GetTileRequest(path=path), "", READ_TIMEOUT_S)
        return bytes(answer.tile)
