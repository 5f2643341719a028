"""Stored events over gRPC: queries, and events by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from produce.v1 import capture_pb2, traceability_pb2

from epcis.identifiers import canonical
from provenance.days import day_at
from runtime.auth import current_principal
from services.traceability.events.query import (
    DEFAULT_PER_PAGE,
    EventQuery,
    Match,
    Position,
    QueryError,
    Range,
    match,
    words,
)
from services.traceability.events.shown import Shown, shown_to
from services.traceability.ports import StoredEvent
from services.traceability.rpc_asking import MAX_NAMED, Asking, refuse_large, refuse_many
from wire.errors import Rejected

pb = traceability_pb2


class EventCalls(Asking):
    """Each event as the caller may see it."""

    async def QueryEvents(self, request: pb.QueryEventsRequest, _: Any) -> pb.QueryEventsResponse:  # noqa: N802
        query = event_query(request)
        model = await self._model(request.after)
        page = await model.store.query(query)
        token = page.next.token if page.next else ""
        return pb.QueryEventsResponse(events=self._shown(page.events), next_page_token=token)

    async def GetEvents(self, request: pb.GetEventsRequest, _: Any) -> pb.GetEventsResponse:  # noqa: N802
        refuse_many("event_ids", request.event_ids)
        model = await self._model(request.after)
        found = await model.store.reports(frozenset(request.event_ids), with_corrected=request.with_corrected)
        named = sorted(found, key=lambda e: (e.first, e.record_id))
        refuse_large("event_ids: their events", sum(len(event.event) for event in named))
        return pb.GetEventsResponse(events=self._shown(named))

    async def FindStored(self, request: pb.FindStoredRequest, _: Any) -> pb.FindStoredResponse:  # noqa: N802
        refuse_many("record_ids", request.record_ids)
        model = await self._model(request.after)
        return pb.FindStoredResponse(record_ids=sorted(await model.store.stored(request.record_ids)))

    async def FindNamed(self, request: pb.FindNamedRequest, _: Any) -> pb.FindNamedResponse:  # noqa: N802
        if len(request.keys) > MAX_NAMED:
            raise Rejected(f"keys: {MAX_NAMED} are the most that one call may ask for")
        model = await self._model(request.after)
        found = await model.store.named_by_others(frozenset(map(canonical, request.keys)), request.but_event_id)
        return pb.FindNamedResponse(keys=[key for key in request.keys if canonical(key) in found])

    def _shown(self, events: Iterable[StoredEvent]) -> list[pb.StoredEvent]:
        principal, today = current_principal(), day_at(self._now_ms())
        return [_message(shown_to(principal, event, self._registry, today)) for event in events]


def event_query(request: pb.QueryEventsRequest) -> EventQuery:
    """Raises Rejected, naming the field."""
    matches: tuple[tuple[Match, Iterable[str]], ...] = (
        ("MATCH_epc", request.match_epc),
        ("MATCH_anyEPC", request.match_any_epc),
        ("MATCH_epcClass", request.match_epc_class),
        ("MATCH_anyEPCClass", request.match_any_epc_class),
    )
    try:
        return EventQuery(
            event_types=frozenset(request.event_types),
            actions=frozenset(request.actions),
            biz_steps=words(request.biz_steps),
            dispositions=words(request.dispositions),
            read_points=frozenset(map(canonical, request.read_points)),
            biz_locations=frozenset(map(canonical, request.biz_locations)),
            event_ids=frozenset(request.event_ids),
            event_time=_event_time(request),
            record_time=_record_time(request),
            matches=tuple(match(parameter, patterns) for parameter, patterns in matches if patterns),
            per_page=request.per_page or DEFAULT_PER_PAGE,
            after=Position.of_token(request.page_token) if request.page_token else None,
        )
    except QueryError as error:
        raise Rejected(str(error)) from error


def _event_time(request: pb.QueryEventsRequest) -> Range:
    """An absent bound is open; 0 is 1970."""
    return Range(
        request.ge_event_time_ms if request.HasField("ge_event_time_ms") else None,
        request.lt_event_time_ms if request.HasField("lt_event_time_ms") else None,
    )


def _record_time(request: pb.QueryEventsRequest) -> Range:
    return Range(
        request.ge_record_time_ms if request.HasField("ge_record_time_ms") else None,
        request.lt_record_time_ms if request.HasField("lt_record_time_ms") else None,
    )


def _message(shown: Shown) -> pb.StoredEvent:
    message = pb.StoredEvent(
        record_id=shown.record_id,
        event=shown.event,
        content_hash=shown.content_hash,
        record_time_ms=shown.record_time_ms,
        capturer=shown.capturer,
    )
    if shown.receipt is not None:
        topic, partition, offset = shown.receipt.topic, shown.receipt.partition, shown.receipt.offset
        message.receipt.CopyFrom(capture_pb2.Receipt(topic=topic, partition=partition, offset=offset))
    return message
