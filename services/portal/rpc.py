"""The other services over gRPC: generated messages in and out, and status codes as the errors of `wire.errors`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from itertools import starmap
from types import GenericAlias
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import Message
from produce.v1 import (
    capture_pb2,
    harvest_pb2,
    harvest_pb2_grpc,
    labels_pb2,
    labels_pb2_grpc,
    payments_pb2,
    quality_pb2,
    quality_pb2_grpc,
    registry_pb2,
    registry_pb2_grpc,
    shipping_pb2,
    shipping_pb2_grpc,
    traceability_pb2,
    traceability_pb2_grpc,
)

from epcis.problems import Problem
from provenance.payments.records import Said
from services.portal.certificates.ports import DependentsPage, Found
from services.portal.epcis_door.event_query import EventQuery
from services.portal.payments.ports import Delivery, PaidPrice, PaymentDoubt, PaymentList
from services.portal.ports import (
    AWAY,
    Ambiguous,
    Captured,
    Direction,
    IssuedLabels,
    Page,
    RecordPage,
    StoredEvent,
    Submission,
)
from services.portal.telling.balances import BalanceSheet
from services.portal.telling.histories import Claim, ColdChain, FoundCode, History, LabelVerdict, OnwardPage
from stream.receipts import Receipt
from wire.envelope import MAX_CALL_ITEMS
from wire.errors import NotFound, Overloaded, Rejected, Transient, Unauthenticated, Unauthorised
from wire.payment_codec import to_message
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

CAPTURE_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 10.0
MAX_CALL_BYTES = 8 * 1024 * 1024
"""Of events; a server takes messages of twice that."""
MAX_CALL_CODES = 100
CALLS_AT_ONCE = 16
"""Of one request of a person, where each thing is a call of its own."""

Answer = TypeVar("Answer")
Shape = TypeVar("Shape")

_ERRORS: Mapping[grpc.StatusCode, type[Exception]] = {
    grpc.StatusCode.INVALID_ARGUMENT: Rejected,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: Unauthorised,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.UNAVAILABLE: Transient,
    grpc.StatusCode.DEADLINE_EXCEEDED: Transient,
    grpc.StatusCode.CANCELLED: Transient,
}

_UNREACHABLE = "A part of the system does not answer at the moment. Try again in a moment."


async def call(method: Callable[..., Awaitable[Answer]], request: Message, token: str, timeout_s: float) -> Answer:
    """Raises the errors of `wire.errors`; a status that is none of them is a bug elsewhere and Transient to us."""
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    try:
        return await method(request, metadata=metadata, timeout=timeout_s)
    except grpc.aio.AioRpcError as error:
        raise _error(error) from error


def _error(error: grpc.aio.AioRpcError) -> Exception:
    kind = _ERRORS.get(error.code(), Transient)
    return kind(_UNREACHABLE if kind is Transient else error.details() or "")


# --- capture ---

_Capture = tuple[Callable[..., Any], Callable[..., Any]]


class GrpcCapture:
    """Sends each event to the service of its topic, in calls of at most 500 and 8 MiB, all at the same time."""

    def __init__(self, *, harvest: grpc.aio.Channel, quality: grpc.aio.Channel, shipping: grpc.aio.Channel) -> None:
        self._methods: Mapping[Topic, _Capture] = {
            HARVEST: (harvest_pb2_grpc.HarvestServiceStub(harvest).CaptureHarvest, harvest_pb2.CaptureHarvestRequest),
            QUALITY: (quality_pb2_grpc.QualityServiceStub(quality).CaptureQuality, quality_pb2.CaptureQualityRequest),
            SHIPPING: (
                shipping_pb2_grpc.ShippingServiceStub(shipping).CaptureShipping,
                shipping_pb2.CaptureShippingRequest,
            ),
        }

    async def capture(self, submissions: Sequence[Submission], *, token: str) -> Sequence[Captured]:
        calls = list(_calls(submissions))
        answers = await asyncio.gather(
            *(self._one(topic, [submissions[i] for i in places], token) for topic, places in calls),
            return_exceptions=True,
        )
        _raise_if_nothing_taken(answers)
        captured: list[Captured] = [Captured("retry")] * len(submissions)
        for (_, places), answer in zip(calls, answers, strict=True):
            if not isinstance(answer, BaseException):
                for place, one in zip(places, answer, strict=True):
                    captured[place] = one
        return captured

    async def _one(self, topic: Topic, items: Sequence[Submission], token: str) -> Sequence[Captured]:
        method, request = self._methods[topic]
        messages = [capture_pb2.CaptureItem(event=i.event, sent_time_ms=i.sent_time_ms) for i in items]
        answer = await call(method, request(items=messages), token, CAPTURE_TIMEOUT_S)
        return [_captured(result) for result in answer.results]


def _calls(submissions: Sequence[Submission]) -> Sequence[tuple[Topic, Sequence[int]]]:
    """(topic, places) of each call."""
    by_topic: dict[Topic, list[int]] = {}
    for place, submission in enumerate(submissions):
        by_topic.setdefault(submission.topic, []).append(place)
    return [
        (topic, part)
        for topic, places in by_topic.items()
        for part in _parts(places, [len(one.event) for one in submissions])
    ]


def _parts(places: Sequence[int], sizes: Sequence[int]) -> Iterator[Sequence[int]]:
    """In order, each of at most MAX_CALL_ITEMS and MAX_CALL_BYTES; one larger than that stands alone."""
    part: list[int] = []
    filled = 0
    for place in places:
        if part and (len(part) == MAX_CALL_ITEMS or filled + sizes[place] > MAX_CALL_BYTES):
            yield part
            part, filled = [], 0
        part.append(place)
        filled += sizes[place]
    yield part


def _raise_if_nothing_taken(answers: Sequence[Sequence[Captured] | BaseException]) -> None:
    """One answer that came through makes the others `retry`; where none did, the reason is the caller's."""
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    bugs = [error for error in errors if not isinstance(error, tuple(_ERRORS.values()))]
    if bugs or (errors and len(errors) == len(answers)):
        raise (bugs or errors)[0]


_STATUS = {capture_pb2.CAPTURE_STATUS_ACCEPTED: "accepted", capture_pb2.CAPTURE_STATUS_REJECTED: "rejected"}


def _captured(result: Any) -> Captured:
    receipt = result.receipt
    return Captured(
        _STATUS.get(result.status, "retry"),  # type: ignore[arg-type]
        Receipt(receipt.topic, receipt.partition, receipt.offset) if result.HasField("receipt") else None,
        tuple(Problem(p.pointer, p.code, p.message, "warning" if p.warning else "error") for p in result.problems),
    )


# --- traceability ---


class GrpcHistories:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def history(self, code: str, direction: Direction, *, after: Sequence[Receipt], token: str) -> History:
        way = {"back": traceability_pb2.DIRECTION_BACK, "forward": traceability_pb2.DIRECTION_FORWARD}[direction]
        request = traceability_pb2.GetHistoryRequest(code=code, direction=way, after=_receipts(after))
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
            after=_receipts(after),
            page_size=page_size,
            page_token=page_token,
        )
        answer = await call(self._stub.GetHistory, request, token, READ_TIMEOUT_S)
        if answer.candidates:
            raise Ambiguous(_found(answer.candidates))
        return shaped(answer.history, History), shaped(answer.page, OnwardPage)

    async def find(self, codes: Sequence[str], *, token: str) -> Sequence[Sequence[FoundCode]]:
        parts = [codes[at : at + MAX_CALL_CODES] for at in range(0, len(codes), MAX_CALL_CODES)]
        requests = (traceability_pb2.FindCodesRequest(codes=part) for part in parts)
        answers = [await call(self._stub.FindCodes, request, token, READ_TIMEOUT_S) for request in requests]
        return [_found(one.codes) for answer in answers for one in answer.found]

    async def claim(
        self, code: str, brand: str, *, after: Sequence[Receipt], token: str, issued: bool = False
    ) -> Claim:
        request = traceability_pb2.GetClaimRequest(code=code, brand=brand, after=_receipts(after), issued=issued)
        answer = await call(self._stub.GetClaim, request, token, READ_TIMEOUT_S)
        return shaped(answer.claim, Claim)

    async def balance_sheet(self, code: str, *, after: Sequence[Receipt], token: str) -> BalanceSheet:
        request = traceability_pb2.GetBalanceRequest(code=code, after=_receipts(after))
        answer = await call(self._stub.GetBalance, request, token, READ_TIMEOUT_S)
        return shaped(answer.balance_sheet, BalanceSheet)

    async def cold_chain(self, code: str, *, after: Sequence[Receipt], token: str) -> ColdChain:
        request = traceability_pb2.GetColdChainRequest(code=code, after=_receipts(after))
        answer = await call(self._stub.GetColdChain, request, token, READ_TIMEOUT_S)
        return shaped(answer.cold_chain, ColdChain)

    async def query(self, query: EventQuery, *, token: str) -> Page:
        request = traceability_pb2.QueryEventsRequest(**asdict(query))
        answer = await call(self._stub.QueryEvents, request, token, READ_TIMEOUT_S)
        return Page(tuple(shaped(event, StoredEvent) for event in answer.events), answer.next_page_token)

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
            event_ids=event_ids, after=_receipts(after), with_corrected=with_corrected
        )
        answer = await call(self._stub.GetEvents, request, token, READ_TIMEOUT_S)
        return [shaped(event, StoredEvent) for event in answer.events]

    async def stored(self, record_ids: Sequence[str], *, token: str) -> frozenset[str]:
        parts = [record_ids[at : at + MAX_CALL_ITEMS] for at in range(0, len(record_ids), MAX_CALL_ITEMS)]
        found = await asyncio.gather(*(self._stored(part, token) for part in parts))
        return frozenset().union(*found)

    async def _stored(self, record_ids: Sequence[str], token: str) -> frozenset[str]:
        request = traceability_pb2.FindStoredRequest(record_ids=record_ids)
        answer = await call(self._stub.FindStored, request, token, READ_TIMEOUT_S)
        return frozenset(answer.record_ids)


class GrpcCertificates:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def certificate(self, codes: Sequence[str], *, after: Sequence[Receipt], token: str) -> Found:
        request = traceability_pb2.GetCertificateRequest(codes=codes, after=_receipts(after))
        return shaped(await call(self._stub.GetCertificate, request, token, READ_TIMEOUT_S), Found)

    async def dependents(
        self, certificate: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> DependentsPage:
        request = traceability_pb2.GetDependentsRequest(
            certificate=certificate, page_size=page_size, page_token=page_token, after=_receipts(after)
        )
        return shaped(await call(self._stub.GetDependents, request, token, READ_TIMEOUT_S), DependentsPage)


class GrpcPayments:
    def __init__(self, *, harvest: grpc.aio.Channel, traceability: grpc.aio.Channel) -> None:
        self._harvest: Any = harvest_pb2_grpc.HarvestServiceStub(harvest)
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(traceability)

    async def record(self, said: Sequence[Said], *, sent_time_ms: int, token: str) -> Sequence[Captured]:
        items = [payments_pb2.PaymentItem(record=to_message(one), sent_time_ms=sent_time_ms) for one in said]
        request = harvest_pb2.RecordPaymentsRequest(items=items)
        answer = await call(self._harvest.RecordPayments, request, token, CAPTURE_TIMEOUT_S)
        return [_captured(result) for result in answer.results]

    async def considered(self, said: Sequence[Said], *, token: str) -> Sequence[tuple[PaymentDoubt, ...]]:
        request = traceability_pb2.ConsiderPaymentsRequest(records=[to_message(one) for one in said])
        answer = await call(self._stub.ConsiderPayments, request, token, READ_TIMEOUT_S)
        return [tuple(shaped(doubt, PaymentDoubt) for doubt in one.doubts) for one in answer.considered]

    async def deliveries(self, *, after: Sequence[Receipt], token: str) -> Sequence[Delivery]:
        request = traceability_pb2.GetDeliveriesRequest(after=_receipts(after))
        answer = await call(self._stub.GetDeliveries, request, token, READ_TIMEOUT_S)
        return [shaped(one, Delivery) for one in answer.deliveries]

    async def about(self, code: str, *, after: Sequence[Receipt], token: str) -> PaymentList:
        request = traceability_pb2.GetPaymentsRequest(about=code, after=_receipts(after))
        return shaped(await call(self._stub.GetPayments, request, token, READ_TIMEOUT_S), PaymentList)

    async def price(self, code: str, *, after: Sequence[Receipt], token: str) -> PaidPrice:
        request = traceability_pb2.GetPaidPriceRequest(code=code, after=_receipts(after))
        return shaped((await call(self._stub.GetPaidPrice, request, token, READ_TIMEOUT_S)).price, PaidPrice)


def _found(candidates: Sequence[Any]) -> Sequence[FoundCode]:
    return [shaped(one, FoundCode) for one in candidates]


def _receipts(after: Sequence[Receipt]) -> Sequence[Any]:
    return [capture_pb2.Receipt(topic=r.topic, partition=r.partition, offset=r.offset) for r in after]


async def _at_once(calls: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """The answers in the order of the calls, of which CALLS_AT_ONCE are under way."""
    places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def placed(one: Awaitable[Answer]) -> Answer:
        async with places:
            return await one

    return await asyncio.gather(*map(placed, calls))


# --- registry ---


async def _or_none(asked: Awaitable[Answer]) -> Answer | None:
    try:
        return await asked
    except NotFound:
        return None


class GrpcRecords:
    """Records as the JSON objects of their messages, the record's kind beside its fields."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = registry_pb2_grpc.RegistryServiceStub(channel)

    async def get(self, kind: str, id: str, on: str, *, token: str) -> Mapping[str, Any]:
        request = registry_pb2.GetRecordRequest(kind=kind, id=id, on=on)
        answer = await call(self._stub.GetRecord, request, token, READ_TIMEOUT_S)
        return _flat(answer.record)

    async def several(self, kinds: Mapping[str, str], *, token: str) -> Mapping[str, Mapping[str, Any] | None]:
        found: dict[str, Mapping[str, Any] | None] = {}

        async def ask(id_: str, kind: str) -> None:
            with suppress(*AWAY):
                found[id_] = await _or_none(self.get(kind, id_, "", token=token))

        await _at_once(starmap(ask, kinds.items()))
        return found

    async def list(
        self, kind: str, on: str, page_size: int, page_token: str, *, token: str, naming: str = ""
    ) -> RecordPage:
        request = registry_pb2.ListRecordsRequest(
            kind=kind, on=on, page_size=page_size, page_token=page_token, naming=naming
        )
        answer = await call(self._stub.ListRecords, request, token, READ_TIMEOUT_S)
        return RecordPage(tuple(_flat(record) for record in answer.records), answer.next_page_token)

    async def put(self, records: Sequence[Mapping[str, Any]], *, token: str) -> Sequence[Mapping[str, Any]]:
        request = registry_pb2.PutRecordsRequest(records=[_message(record) for record in records])
        answer = await call(self._stub.PutRecords, request, token, CAPTURE_TIMEOUT_S)
        return [_put_result(result) for result in answer.results]

    async def propose(
        self, proposals: Sequence[tuple[str, Mapping[str, Any]]], *, token: str
    ) -> Sequence[Mapping[str, Any]]:
        wanted = [registry_pb2.Proposed(id=id, record=_message(record)) for id, record in proposals]
        request = registry_pb2.ProposeRecordsRequest(proposals=wanted)
        answer = await call(self._stub.ProposeRecords, request, token, CAPTURE_TIMEOUT_S)
        return [_proposal_result(result) for result in answer.results]

    async def decide(self, decisions: Sequence[Mapping[str, str]], *, token: str) -> Sequence[Mapping[str, Any]]:
        wanted = [registry_pb2.Decision(**decision) for decision in decisions]
        request = registry_pb2.DecideProposalsRequest(decisions=wanted)
        answer = await call(self._stub.DecideProposals, request, token, CAPTURE_TIMEOUT_S)
        return [_proposal_result(result) for result in answer.results]

    async def pending(self, page_size: int, page_token: str, *, token: str) -> RecordPage:
        request = registry_pb2.ListPendingRequest(page_size=page_size, page_token=page_token)
        answer = await call(self._stub.ListPending, request, token, READ_TIMEOUT_S)
        return RecordPage(tuple(map(_waiting, answer.pending)), answer.next_page_token)

    async def story(self, kind: str, id: str, *, token: str) -> Mapping[str, Any]:
        request = registry_pb2.GetRecordHistoryRequest(kind=kind, id=id)
        answer = await call(self._stub.GetRecordHistory, request, token, READ_TIMEOUT_S)
        return {
            "versions": [_flat(version) for version in answer.versions],
            "proposals": [_proposal(proposal) for proposal in answer.proposals],
            "flags": [_plain(flag) for flag in answer.flags],
        }


def _proposal(record: Any) -> Mapping[str, Any]:
    """The proposal's own fields by their names, `record` what is proposed."""
    fields = {name: value for name, value in _plain(record.proposal).items() if name != "proposed"}
    return {"proposal": record.id, **fields, "record": _flat(record.proposal.proposed)}


def _waiting(one: Any) -> Mapping[str, Any]:
    return {
        **_proposal(one.proposal),
        "present": _flat(one.present) if one.HasField("present") else None,
        "flags": [_plain(flag) for flag in one.flags],
        "may_decide": one.may_decide,
        "problems": [_plain(problem) for problem in one.problems],
    }


def _proposal_result(result: Any) -> Mapping[str, Any]:
    flags = {"flags": [_plain(flag) for flag in result.flags]} if result.flags else {}
    return {**_put_result(result), "proposal": result.proposal, "state": result.state, **flags}


def _put_result(result: Any) -> Mapping[str, Any]:
    answer = _captured(result)
    receipt = {"receipt": asdict(answer.receipt)} if answer.receipt else {}
    problems = {"problems": [asdict(problem) for problem in answer.problems]} if answer.problems else {}
    return {"status": answer.status, "version": result.version, **receipt, **problems}


_HEAD = ("id", "version", "valid_from", "valid_to", "author", "approved_by")


def _flat(record: Any) -> Mapping[str, Any]:
    """`record` says what it is; `kind` too, except for a site or party, whose own kind that is."""
    kind = record.WhichOneof("record") or ""
    head = {name: getattr(record, name) for name in _HEAD}
    return {"record": kind, "kind": kind, **head, **(_plain(getattr(record, kind)) if kind else {})}


def _what(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What record it is, and its fields, as in registry files: `record`, or `kind` and then `site_kind`."""
    fields = dict(record)
    if "record" in fields:
        kind = str(fields.pop("record"))
        if fields.get("kind") == kind:
            del fields["kind"]
        return kind, fields
    kind = str(fields.pop("kind", ""))
    own = fields.pop(f"{kind}_kind", None)
    return kind, fields if own is None else {**fields, "kind": own}


def _message(record: Mapping[str, Any]) -> Any:
    """Raises Rejected where the object is no record."""
    kind, fields = _what(record)
    head = {name: fields[name] for name in _HEAD if name in fields}
    body = {name: value for name, value in fields.items() if name not in _HEAD}
    try:
        return ParseDict({**head, kind: body}, registry_pb2.RegistryRecord())
    except ParseError as error:
        raise Rejected(f"This is no registry record: {error}") from error


def _plain(message: Any) -> dict[str, Any]:
    return dict(MessageToDict(message, preserving_proto_field_name=True))


# --- labels ---


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
        return await _at_once(self.verify(code, token=token) for code in codes)

    async def issue(
        self, request_id: str, brand: str, lot: str, count: int, *, after: Sequence[Receipt], token: str
    ) -> IssuedLabels:
        request = labels_pb2.IssueLabelsRequest(
            request_id=request_id, brand=brand, lot=lot, count=count, after=_receipts(after)
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
    return IssuedLabels(tuple(_plain(label) for label in answer.labels), claim)


# --- messages as our frozen values ---


def shaped(message: Any, shape: type[Shape]) -> Shape:
    """The dataclass `shape` filled from the fields of the same names of a message."""
    hints: Mapping[str, Any] = _hints(shape)  # type: ignore[arg-type]
    return shape(**{name: _value(getattr(message, name), hint) for name, hint in hints.items()})


@cache
def _hints(shape: type) -> Mapping[str, Any]:
    known = get_type_hints(shape)
    return {field.name: known[field.name] for field in fields(shape)}


def _value(value: Any, hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return tuple(_value(member, inner[0]) for member in value)
    if isinstance(hint, GenericAlias) or origin is not None:
        return {name: _value(value[name], inner[1]) for name in value}
    return shaped(value, hint) if isinstance(hint, type) and is_dataclass(hint) else value
