"""LogService over gRPC: messages in, handlers called, messages out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from produce.v1 import log_pb2, log_pb2_grpc

from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from services.log import handlers
from services.log.ports import LogStore
from stream.receipts import Receipt
from wire.envelope import MAX_CALL_ITEMS
from wire.errors import Rejected


class LogServicer(log_pb2_grpc.LogServiceServicer):
    """`promises` and `proof` are handlers with their ports bound; `keys` are verifier keys."""

    def __init__(
        self, *, store: LogStore, promises: partial[Any], proof: partial[Any], origin: str, keys: Sequence[str]
    ) -> None:
        self._store, self._promises, self._proof = store, promises, proof
        self._origin, self._keys = origin, keys

    async def GetPromises(self, request: log_pb2.GetPromisesRequest, _: Any) -> log_pb2.GetPromisesResponse:  # noqa: N802
        if len(request.records) > MAX_CALL_ITEMS:
            raise Rejected(f"records are {len(request.records)}: ask for at most {MAX_CALL_ITEMS} at a time.")
        asked = [(one.record_id, _place(one.receipt)) for one in request.records]
        notes = await self._promises(asked, principal=current_principal())
        return log_pb2.GetPromisesResponse(promises=map(str, notes))

    async def GetProof(self, request: log_pb2.GetProofRequest, _: Any) -> log_pb2.GetProofResponse:  # noqa: N802
        proof = await self._proof(request.record_id, principal=current_principal())
        return log_pb2.GetProofResponse(proof=str(proof))

    async def GetHead(self, request: log_pb2.GetHeadRequest, _: Any) -> log_pb2.GetHeadResponse:  # noqa: N802
        checkpoint = await handlers.newest(store=self._store)
        return log_pb2.GetHeadResponse(checkpoint=str(checkpoint), keys=self._keys)

    async def GetTile(self, request: log_pb2.GetTileRequest, _: Any) -> log_pb2.GetTileResponse:  # noqa: N802
        return log_pb2.GetTileResponse(tile=await handlers.tile(request.path, store=self._store, origin=self._origin))


def served(implementation: LogServicer) -> Servicer:
    name = log_pb2.DESCRIPTOR.services_by_name["LogService"].full_name
    return Servicer(implementation, log_pb2_grpc.add_LogServiceServicer_to_server, name)


def _place(receipt: Any) -> Receipt:
    return Receipt(receipt.topic, receipt.partition, receipt.offset)
