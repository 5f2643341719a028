"""Recalls over gRPC: of many labels at once."""

from __future__ import annotations

from functools import partial
from typing import Any

from produce.v1 import traceability_pb2

from epcis.identifiers import canonical
from runtime.auth import current_principal
from services.traceability.recalls.finding import recalled
from services.traceability.rpc_asking import MAX_IDS, Asking
from wire.errors import Rejected

pb = traceability_pb2

MAX_PUBLIC_GOODS = 50
"""Of whoever is nobody: a portal asks for those of all buyers who wait."""


class RecallCalls(Asking):
    async def FindRecalled(self, request: pb.FindRecalledRequest, _: Any) -> pb.FindRecalledResponse:  # noqa: N802
        most = MAX_IDS if current_principal().party else MAX_PUBLIC_GOODS
        if len(request.goods) > most:
            raise Rejected(f"goods: {most} are the most that one call may ask for")
        model = await self._model(request.after)
        goods = [tuple(canonical(key) for key in (one.item, one.lot) if key) for one in request.goods]
        find = partial(recalled, goods, recalls=model.recalls, histories=model.histories, registry=self._registry)
        found = await find()
        if any(found):
            # No goods are called recalled because our copy of the registry is late (architecture.md, rule 2).
            await self._registry_caught_up()
            found = await find()
        return pb.FindRecalledResponse(recalls=found)
