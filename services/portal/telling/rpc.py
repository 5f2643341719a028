"""What traceability tells, over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import grpc
from produce.v1 import traceability_pb2, traceability_pb2_grpc

from provenance.labels.answers import Recall
from services.portal.epcis_door.event_query import EventQuery
from services.portal.ports import Ambiguous, Direction, Goods, Page, StoredEvent
from services.portal.rpc import READ_TIMEOUT_S, call, receipts, shaped
from services.portal.telling.balances import BalanceSheet
from services.portal.telling.histories import Claim, ColdChain, FoundCode, History, OnwardPage
from stream.receipts import Receipt
from wire.envelope import MAX_CALL_ITEMS

MAX_CALL_CODES = 100


_RECALLS: Mapping[str, Recall] = {"": "none", "in_part": "in_part", "whole": "whole", "not_known": "not_asked"}


class GrpcHistories:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def history(self, code: str, direction: Direction, *, after: Sequence[Receipt], token: str) -> History:
        way = {"back": traceability_pb2.DIRECTION_BACK, "forward": traceability_pb2.DIRECTION_FORWARD}[direction]
        request = traceability_pb2.GetHistoryRequest(code=code, direction=way, after=receipts(after))
        answer = await call(self._stub.GetHistory, request, token, READ_TIMEOUT_S)
        if answer.candidates:
            raise Ambiguous(_found(answer.candidates))
        return shaped(answer.history, History)

    async def onward(
        self, code: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> tuple[History, OnwardPage]:
        request = traceability_pb2.GetHistoryRequest(
            code=code,
            direction=traceability_pb2.DIRECTION_FORWARD,
            after=receipts(after),
            page_size=page_size,
            page_token=page_token,
        )
        answer = await call(self._stub.GetHistory, request, token, READ_TIMEOUT_S)
        if answer.candidates:
            raise Ambiguous(_found(answer.candidates))
        return shaped(answer.history, History), shaped(answer.page, OnwardPage)

    async def find(self, codes: Sequence[str], *, token: str, branded: bool = False) -> Sequence[Sequence[FoundCode]]:
        parts = [codes[at : at + MAX_CALL_CODES] for at in range(0, len(codes), MAX_CALL_CODES)]
        requests = (traceability_pb2.FindCodesRequest(codes=part, branded=branded) for part in parts)
        answers = [await call(self._stub.FindCodes, request, token, READ_TIMEOUT_S) for request in requests]
        return [_found(one.codes) for answer in answers for one in answer.found]

    async def claim(
        self, code: str, brand: str, *, after: Sequence[Receipt], token: str, issued: bool = False, issued_ms: int = 0
    ) -> Claim:
        request = traceability_pb2.GetClaimRequest(
            code=code, brand=brand, after=receipts(after), issued=issued, issued_ms=issued_ms
        )
        answer = await call(self._stub.GetClaim, request, token, READ_TIMEOUT_S)
        return shaped(answer.claim, Claim)

    async def claim_and_left(self, code: str, brand: str) -> tuple[Claim, Decimal | None]:
        """As the public asks; the kilograms left of it, None where some are not known."""
        request = traceability_pb2.GetClaimRequest(code=code, brand=brand, with_left=True)
        answer = await call(self._stub.GetClaim, request, "", READ_TIMEOUT_S)
        return shaped(answer.claim, Claim), Decimal(answer.left_kg) if answer.left_kg else None

    async def recalled(self, goods: Sequence[Goods], *, token: str) -> Sequence[Recall]:
        asked = [traceability_pb2.LabelledGoods(item=item, lot=lot) for item, lot in goods]
        request = traceability_pb2.FindRecalledRequest(goods=asked)
        answer = await call(self._stub.FindRecalled, request, token, READ_TIMEOUT_S)
        return [_RECALLS.get(one, "not_asked") for one in answer.recalls]

    async def balance_sheet(self, code: str, *, after: Sequence[Receipt], token: str) -> BalanceSheet:
        request = traceability_pb2.GetBalanceRequest(code=code, after=receipts(after))
        answer = await call(self._stub.GetBalance, request, token, READ_TIMEOUT_S)
        return shaped(answer.balance_sheet, BalanceSheet)

    async def cold_chain(self, code: str, *, after: Sequence[Receipt], token: str) -> ColdChain:
        request = traceability_pb2.GetColdChainRequest(code=code, after=receipts(after))
        answer = await call(self._stub.GetColdChain, request, token, READ_TIMEOUT_S)
        return shaped(answer.cold_chain, ColdChain)

    async def query(self, query: EventQuery, *, token: str) -> Page:
        request = traceability_pb2.QueryEventsRequest(**asdict(query))
        answer = await call(self._stub.QueryEvents, request, token, READ_TIMEOUT_S)
        return Page(tuple(map(_event, answer.events)), answer.next_page_token)

    async def named_by_others(self, keys: Sequence[str], event_id: str, *, token: str) -> frozenset[str]:
        request = traceability_pb2.FindNamedRequest(keys=keys, but_event_id=event_id)
        return frozenset((await call(self._stub.FindNamed, request, token, READ_TIMEOUT_S)).keys)

    async def events(self, event_ids: Sequence[str], *, after: Sequence[Receipt], token: str) -> Sequence[StoredEvent]:
        return await self._events(event_ids, after, token)

    async def versions(
        self, event_ids: Sequence[str], *, after: Sequence[Receipt], token: str
    ) -> Sequence[StoredEvent]:
        return await self._events(event_ids, after, token, with_corrected=True)

    async def _events(
        self, event_ids: Sequence[str], after: Sequence[Receipt], token: str, *, with_corrected: bool = False
    ) -> Sequence[StoredEvent]:
        request = traceability_pb2.GetEventsRequest(
            event_ids=event_ids, after=receipts(after), with_corrected=with_corrected
        )
        answer = await call(self._stub.GetEvents, request, token, READ_TIMEOUT_S)
        return list(map(_event, answer.events))

    async def stored(self, record_ids: Sequence[str], *, token: str) -> frozenset[str]:
        parts = [record_ids[at : at + MAX_CALL_ITEMS] for at in range(0, len(record_ids), MAX_CALL_ITEMS)]
        found = await asyncio.gather(*(self._stored(part, token) for part in parts))
        return frozenset().union(*found)

    async def _stored(self, record_ids: Sequence[str], token: str) -> frozenset[str]:
        request = traceability_pb2.FindStoredRequest(record_ids=record_ids)
        answer = await call(self._stub.FindStored, request, token, READ_TIMEOUT_S)
        return frozenset(answer.record_ids)


def _event(message: Any) -> StoredEvent:
    lies = message.receipt
    return StoredEvent(
        message.record_id,
        message.event,
        message.content_hash,
        message.record_time_ms,
        message.capturer,
        Receipt(lies.topic, lies.partition, lies.offset) if message.HasField("receipt") else None,
    )


def _found(candidates: Sequence[Any]) -> Sequence[FoundCode]:
    return [shaped(one, FoundCode) for one in candidates]
