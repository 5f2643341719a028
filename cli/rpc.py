"""Calls to the services over gRPC: generated messages stay in here, failures become one line."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple, cast

import grpc
from google.protobuf.json_format import MessageToDict
from produce.v1 import (
    capture_pb2,
    labels_pb2,
    labels_pb2_grpc,
    registry_pb2,
    registry_pb2_grpc,
    traceability_pb2,
    traceability_pb2_grpc,
)

from cli.failures import NO, Failure, NotKnown
from cli.language import N_, again, headed, say
from cli.said_elsewhere import SERVICES
from epcis.problems import Problem
from provenance.registry.records import Record
from provenance.registry.values import values_of
from wire.envelope import MAX_CALL_ITEMS
from wire.registry_codec import from_message, to_message

_TIMEOUT_S = 30.0
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_DIRECTIONS = {
    "back": traceability_pb2.DIRECTION_BACK,
    "forward": traceability_pb2.DIRECTION_FORWARD,
}

ONWARD_PAGE_SIZE = 500

History = traceability_pb2.History
Holder = traceability_pb2.Holder
OnwardPage = traceability_pb2.OnwardPage
HistoryPage = tuple[History, OnwardPage]
FoundCode = traceability_pb2.FoundCode
Claim = traceability_pb2.Claim
ColdChain = traceability_pb2.ColdChain
Completeness = traceability_pb2.Completeness
RuleResult = traceability_pb2.RuleResult
BalanceSheet = traceability_pb2.BalanceSheet
Balance = traceability_pb2.Balance

# What a status means to the person at the keyboard; the server's own sentence follows.
_MEANINGS: dict[grpc.StatusCode, tuple[str, int]] = {
    grpc.StatusCode.UNAVAILABLE: (N_("{what} at {target} cannot answer now, try again"), 2),
    grpc.StatusCode.DEADLINE_EXCEEDED: (N_("{what} at {target} did not answer in time: try again"), 2),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (N_("{what} at {target} has too much to do, try again"), 2),
    grpc.StatusCode.UNAUTHENTICATED: (
        N_("{what} at {target} does not accept the token: mint one with suyuan token"),
        2,
    ),
    grpc.StatusCode.PERMISSION_DENIED: (N_("{what} at {target} does not allow it with this token"), NO),
}
_NOT_THERE = ("failed to connect", "connections to all backends", "DNS resolution", "Socket closed", "name resolution")


def history(target: str, token: str, code: str, direction: str) -> History | tuple[FoundCode, ...]:
    """The history of a code, `direction` back or forward, or the things it may mean. Raises Failure."""
    with _channel(target, N_("traceability")) as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetHistoryRequest(code=code, direction=_DIRECTIONS[direction])
        answer = stub.GetHistory(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
        return tuple(answer.candidates) or answer.history


def onward(target: str, token: str, code: str) -> Iterator[HistoryPage] | tuple[FoundCode, ...]:
    """The forward history of a code, page by page, or the things it may mean. Raises Failure, also on the way."""
    pages = _onward(target, token, code)
    first = next(pages)
    return tuple(first.candidates) or ((one.history, one.page) for one in chain([first], pages))


def _onward(target: str, token: str, code: str) -> Iterator[traceability_pb2.GetHistoryResponse]:
    with _channel(target, N_("traceability")) as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetHistoryRequest(
            code=code, direction=_DIRECTIONS["forward"], page_size=ONWARD_PAGE_SIZE
        )
        while True:
            answer = stub.GetHistory(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
            yield answer
            request.page_token = answer.page.next_page_token
            if not request.page_token:
                return


def claim(target: str, token: str, key: str) -> Claim:
    """What the brand that lists the product finds of these goods. Raises Failure, NotKnown where no brand lists it."""
    with _channel(target, N_("traceability")) as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetClaimRequest(code=key)
        return stub.GetClaim(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).claim


def find(target: str, token: str, code: str) -> Sequence[FoundCode]:
    """The lots and boxes a number alone may mean, the newest first. Raises Failure."""
    with _channel(target, N_("traceability")) as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.FindCodesRequest(codes=[code])
        return tuple(stub.FindCodes(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).found[0].codes)


def balance_sheet(target: str, token: str, code: str) -> BalanceSheet:
    """What there was and what went on the way to a thing. Raises Failure, NotKnown."""
    with _channel(target, N_("traceability")) as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetBalanceRequest(code=code)
        return stub.GetBalance(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).balance_sheet


def cold_chain(target: str, token: str, code: str) -> ColdChain:
    """Whether a thing was kept cold. Raises Failure, NotKnown."""
    with _channel(target, N_("traceability")) as channel:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)
        request = traceability_pb2.GetColdChainRequest(code=code)
        return stub.GetColdChain(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).cold_chain


def label_link(target: str, token: str, serial: str) -> str:
    """The link of the label with this serial; empty where it was not issued. Raises Failure."""
    with _channel(target, N_("labels")) as channel:
        stub = labels_pb2_grpc.LabelServiceStub(channel)
        request = labels_pb2.VerifyLabelRequest(code=serial)
        return stub.VerifyLabel(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).label.link


def records(target: str, token: str, kind: str, on: str = "") -> Iterator[Record]:
    """Every record of a kind as it stands on a day, today by default. Raises Failure."""
    page_token = ""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        while True:
            request = registry_pb2.ListRecordsRequest(kind=kind, on=on, page_size=MAX_CALL_ITEMS, page_token=page_token)
            answer = stub.ListRecords(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
            yield from (from_message(record) for record in answer.records)
            page_token = answer.next_page_token
            if not page_token:
                return


def put(target: str, token: str, wanted: Sequence[Record]) -> list[tuple[str, tuple[Problem, ...]]]:
    """For each of at most 500 records: accepted, rejected or retry, and the problems. All or none. Raises Failure."""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        request = registry_pb2.PutRecordsRequest(records=[to_message(record) for record in wanted], all_or_none=True)
        answer = stub.PutRecords(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
    return [(_STATUS.get(result.status, "retry"), _problems(result)) for result in answer.results]


class Enrolled(NamedTuple):
    """What the registry answered to one proposal or decision."""

    status: str
    proposal: str
    state: str
    problems: tuple[Problem, ...]
    flags: tuple[Mapping[str, Any], ...]


def propose(target: str, token: str, wanted: Sequence[tuple[str, Record]]) -> list[Enrolled]:
    """Each record under the id of its proposal, at most 500. Raises Failure."""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        proposals = [registry_pb2.Proposed(id=id, record=to_message(record)) for id, record in wanted]
        request = registry_pb2.ProposeRecordsRequest(proposals=proposals)
        return _enrolled(stub.ProposeRecords(request, timeout=_TIMEOUT_S, metadata=_metadata(token)))


def decide(target: str, token: str, decisions: Sequence[Mapping[str, str]]) -> list[Enrolled]:
    """Each with proposal, verdict, and reason, valid_from or confirmed. Raises Failure."""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        request = registry_pb2.DecideProposalsRequest(decisions=[registry_pb2.Decision(**one) for one in decisions])
        return _enrolled(stub.DecideProposals(request, timeout=_TIMEOUT_S, metadata=_metadata(token)))


def _enrolled(answer: Any) -> list[Enrolled]:
    return [
        Enrolled(
            _STATUS.get(one.status, "retry"),
            one.proposal,
            one.state,
            _problems(one),
            tuple(map(_plain, one.flags)),
        )
        for one in answer.results
    ]


def pending(target: str, token: str) -> Iterator[Mapping[str, Any]]:
    """Proposals that wait and the bearer may see: proposal, present (or None), flags, may_decide, problems."""
    page_token = ""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        while True:
            request = registry_pb2.ListPendingRequest(page_size=200, page_token=page_token)
            answer = stub.ListPending(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
            for one in answer.pending:
                yield {
                    "proposal": values_of(from_message(one.proposal)),
                    "present": _flat(one.present) if one.HasField("present") else None,
                    "flags": [_plain(flag) for flag in one.flags],
                    "may_decide": one.may_decide,
                    "problems": [_plain(problem) for problem in one.problems],
                }
            page_token = answer.next_page_token
            if not page_token:
                return


def story(target: str, token: str, kind: str, id: str) -> Mapping[str, Any]:
    """All versions of a record, the newest first, the proposals about it, and its flags. Raises Failure, NotKnown."""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        request = registry_pb2.GetRecordHistoryRequest(kind=kind, id=id)
        answer = stub.GetRecordHistory(request, timeout=_TIMEOUT_S, metadata=_metadata(token))
        return {
            "versions": [_flat(version) for version in answer.versions],
            "proposals": [values_of(from_message(proposal)) for proposal in answer.proposals],
            "flags": [_plain(flag) for flag in answer.flags],
        }


def record(target: str, token: str, kind: str, id: str, on: str) -> Mapping[str, Any]:
    """As it stands on a day, today where `on` is empty. Raises Failure, NotKnown."""
    with _channel(target, N_("the registry")) as channel:
        stub = registry_pb2_grpc.RegistryServiceStub(channel)
        request = registry_pb2.GetRecordRequest(kind=kind, id=id, on=on)
        return _flat(stub.GetRecord(request, timeout=_TIMEOUT_S, metadata=_metadata(token)).record)


def _flat(message: Any) -> Mapping[str, Any]:
    return {"record": message.WhichOneof("record"), **values_of(from_message(message))}


def _plain(message: Any) -> Mapping[str, Any]:
    return dict(MessageToDict(message, preserving_proto_field_name=True))


_STATUS = {
    capture_pb2.CAPTURE_STATUS_ACCEPTED: "accepted",
    capture_pb2.CAPTURE_STATUS_REJECTED: "rejected",
}


def _problems(result: registry_pb2.PutResult) -> tuple[Problem, ...]:
    return tuple(Problem(p.pointer, p.code, p.message, "warning" if p.warning else "error") for p in result.problems)


@contextmanager
def _channel(target: str, what: str) -> Iterator[grpc.Channel]:
    options = [("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
    with grpc.insecure_channel(target, options=options) as channel:
        try:
            yield channel
        except grpc.RpcError as error:
            raise _failure(error, target, what) from error


def _failure(error: grpc.RpcError, target: str, what: str) -> Failure:
    call = cast(grpc.Call, error)  # what a stub raises is both, which the published types cannot say
    said = again(call.details() or "", SERVICES)
    if call.code() is grpc.StatusCode.NOT_FOUND:
        return NotKnown(said)
    if call.code() is grpc.StatusCode.INVALID_ARGUMENT:
        return Failure(said, NO)
    if call.code() is grpc.StatusCode.UNAVAILABLE and any(word in (call.details() or "") for word in _NOT_THERE):
        return Failure(say("{what} does not answer at {target}: is it up? make status", what=say(what), target=target))
    meaning, exit_code = _MEANINGS.get(call.code(), (N_("{what} at {target} failed"), 2))
    sentence = say(meaning, what=say(what), target=target)
    return Failure(headed(sentence, said) if said else sentence, exit_code)


def _metadata(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),) if token else ()
