"""Records of the registry over gRPC, as the JSON objects of their messages."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import starmap
from typing import Any

import grpc
from google.protobuf.json_format import ParseDict, ParseError
from produce.v1 import registry_pb2, registry_pb2_grpc

from provenance.registry.records import Record
from provenance.registry.values import InvalidRecord
from services.portal.ports import AWAY, RecordPage
from services.portal.rpc import CAPTURE_TIMEOUT_S, READ_TIMEOUT_S, Answer, at_once, call, captured, plain
from wire.errors import NotFound, Rejected
from wire.registry_codec import from_message

_HEAD = ("id", "version", "valid_from", "valid_to", "author", "approved_by")


class GrpcRecords:
    """Records as the JSON objects of their messages, the record's kind beside its fields."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = registry_pb2_grpc.RegistryServiceStub(channel)

    async def get(self, kind: str, id: str, on: str, *, token: str) -> Mapping[str, Any]:
        return _flat(await self._message(kind, id, on, token))

    async def record(self, kind: str, id: str, on: str, *, token: str) -> Record:
        try:
            return from_message(await self._message(kind, id, on, token))
        except InvalidRecord as error:
            raise Rejected(f"The {kind} {id} cannot be read: {error}") from error

    async def _message(self, kind: str, id: str, on: str, token: str) -> Any:
        request = registry_pb2.GetRecordRequest(kind=kind, id=id, on=on)
        return (await call(self._stub.GetRecord, request, token, READ_TIMEOUT_S)).record

    async def several(self, kinds: Mapping[str, str], *, token: str) -> Mapping[str, Mapping[str, Any] | None]:
        found: dict[str, Mapping[str, Any] | None] = {}

        async def ask(id_: str, kind: str) -> None:
            with suppress(*AWAY):
                found[id_] = await _or_none(self.get(kind, id_, "", token=token))

        await at_once(starmap(ask, kinds.items()))
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
            "flags": [plain(flag) for flag in answer.flags],
        }


async def _or_none(asked: Awaitable[Answer]) -> Answer | None:
    try:
        return await asked
    except NotFound:
        return None


def _proposal(record: Any) -> Mapping[str, Any]:
    """The proposal's own fields by their names, `record` what is proposed."""
    fields = {name: value for name, value in plain(record.proposal).items() if name != "proposed"}
    return {"proposal": record.id, **fields, "record": _flat(record.proposal.proposed)}


def _waiting(one: Any) -> Mapping[str, Any]:
    return {
        **_proposal(one.proposal),
        "present": _flat(one.present) if one.HasField("present") else None,
        "flags": [plain(flag) for flag in one.flags],
        "may_decide": one.may_decide,
        "problems": [plain(problem) for problem in one.problems],
    }


def _proposal_result(result: Any) -> Mapping[str, Any]:
    flags = {"flags": [plain(flag) for flag in result.flags]} if result.flags else {}
    return {**_put_result(result), "proposal": result.proposal, "state": result.state, **flags}


def _put_result(result: Any) -> Mapping[str, Any]:
    answer = captured(result)
    receipt = {"receipt": asdict(answer.receipt)} if answer.receipt else {}
    problems = {"problems": [asdict(problem) for problem in answer.problems]} if answer.problems else {}
    return {"status": answer.status, "version": result.version, **receipt, **problems}


def _flat(record: Any) -> Mapping[str, Any]:
    """`record` says what it is; `kind` too, except for a site or party, whose own kind that is."""
    kind = record.WhichOneof("record") or ""
    head = {name: getattr(record, name) for name in _HEAD}
    return {"record": kind, "kind": kind, **head, **(plain(getattr(record, kind)) if kind else {})}


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
