"""Calls to the registry over gRPC: records written, proposed, decided and looked up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToDict
from produce.v1 import capture_pb2, registry_pb2, registry_pb2_grpc

from cli.language import N_
from cli.rpc_channel import TIMEOUT_S, channel, metadata
from epcis.problems import Problem
from provenance.registry.records import Record
from provenance.registry.values import values_of
from wire.envelope import MAX_CALL_ITEMS
from wire.registry_codec import from_message, to_message


def records(target: str, token: str, kind: str, *, newest: bool = False) -> Iterator[Record]:
    """Every record of a kind as it stands today; or the newest version of each, in force or not. Raises Failure."""
    page_token = ""
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        while True:
            request = registry_pb2.ListRecordsRequest(
                kind=kind, newest=newest, page_size=MAX_CALL_ITEMS, page_token=page_token
            )
            answer = stub.ListRecords(request, timeout=TIMEOUT_S, metadata=metadata(token))
            yield from (from_message(record) for record in answer.records)
            page_token = answer.next_page_token
            if not page_token:
                return


def put(target: str, token: str, wanted: Sequence[Record]) -> list[tuple[str, tuple[Problem, ...]]]:
    """For each of at most 500 records: accepted, rejected or retry, and the problems. All or none. Raises Failure."""
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        request = registry_pb2.PutRecordsRequest(records=[to_message(record) for record in wanted], all_or_none=True)
        answer = stub.PutRecords(request, timeout=TIMEOUT_S, metadata=metadata(token))
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
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        proposals = [registry_pb2.Proposed(id=id, record=to_message(record)) for id, record in wanted]
        request = registry_pb2.ProposeRecordsRequest(proposals=proposals)
        return _enrolled(stub.ProposeRecords(request, timeout=TIMEOUT_S, metadata=metadata(token)))


def decide(target: str, token: str, decisions: Sequence[Mapping[str, str]]) -> list[Enrolled]:
    """Each with proposal, verdict, and reason, valid_from or confirmed. Raises Failure."""
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        request = registry_pb2.DecideProposalsRequest(decisions=[registry_pb2.Decision(**one) for one in decisions])
        return _enrolled(stub.DecideProposals(request, timeout=TIMEOUT_S, metadata=metadata(token)))


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
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        while True:
            request = registry_pb2.ListPendingRequest(page_size=200, page_token=page_token)
            answer = stub.ListPending(request, timeout=TIMEOUT_S, metadata=metadata(token))
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
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        request = registry_pb2.GetRecordHistoryRequest(kind=kind, id=id)
        answer = stub.GetRecordHistory(request, timeout=TIMEOUT_S, metadata=metadata(token))
        return {
            "versions": [_flat(version) for version in answer.versions],
            "proposals": [values_of(from_message(proposal)) for proposal in answer.proposals],
            "flags": [_plain(flag) for flag in answer.flags],
        }


def record(target: str, token: str, kind: str, id: str, on: str) -> Mapping[str, Any]:
    """As it stands on a day, today where `on` is empty. Raises Failure, NotKnown."""
    with channel(target, N_("the registry")) as opened:
        stub = registry_pb2_grpc.RegistryServiceStub(opened)
        request = registry_pb2.GetRecordRequest(kind=kind, id=id, on=on)
        return _flat(stub.GetRecord(request, timeout=TIMEOUT_S, metadata=metadata(token)).record)


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
