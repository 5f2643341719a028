"""The enrolment calls of RegistryService: propose, decide, list what waits, and a record's whole story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from produce.v1 import capture_pb2, registry_pb2

from epcis.problems import Problem
from provenance.registry.records import Record
from provenance.registry.same_ground import Flag
from provenance.registry.values import InvalidRecord
from runtime.auth import current_principal
from runtime.grpc_server import MAX_CALL_ITEMS
from services.registry.enrolment import handlers
from services.registry.enrolment.domain import Decision
from services.registry.ports import View, Writer
from stream.receipts import Receipt
from wire.capture_codec import problem_messages, receipt_message
from wire.errors import Rejected, Unauthenticated
from wire.registry_codec import from_message, to_message


class EnrolmentCalls:
    """Mixed into the servicer, which has the view, the writer and the day."""

    _view: View
    _writer: Writer
    _today: Callable[[], date]

    async def ProposeRecords(  # noqa: N802
        self, request: registry_pb2.ProposeRecordsRequest, _: Any
    ) -> registry_pb2.ProposeRecordsResponse:
        require_caller(len(request.proposals))
        enrolled = await handlers.propose_records(
            [(wanted.id, read_record(wanted.record)) for wanted in request.proposals],
            principal=current_principal(),
            view=self._view,
            writer=self._writer,
            today=self._today(),
        )
        return registry_pb2.ProposeRecordsResponse(results=[_result(one) for one in enrolled])

    async def DecideProposals(  # noqa: N802
        self, request: registry_pb2.DecideProposalsRequest, _: Any
    ) -> registry_pb2.DecideProposalsResponse:
        require_caller(len(request.decisions))
        enrolled = await handlers.decide_proposals(
            [_decision(message) for message in request.decisions],
            principal=current_principal(),
            view=self._view,
            writer=self._writer,
            today=self._today(),
        )
        return registry_pb2.DecideProposalsResponse(results=[_result(one) for one in enrolled])

    async def ListPending(self, request: registry_pb2.ListPendingRequest, _: Any) -> registry_pb2.ListPendingResponse:  # noqa: N802
        if request.page_size < 0:
            raise Rejected(f"page_size {request.page_size} should be at least 0, which is the usual size")
        page = await handlers.list_pending(
            after_id=request.page_token,
            most=request.page_size,
            after=receipts(request.after),
            principal=current_principal(),
            view=self._view,
            today=self._today(),
        )
        pending = [_pending(one) for one in page.pending]
        return registry_pb2.ListPendingResponse(pending=pending, next_page_token=page.next_after)

    async def GetRecordHistory(  # noqa: N802
        self, request: registry_pb2.GetRecordHistoryRequest, _: Any
    ) -> registry_pb2.GetRecordHistoryResponse:
        story = await handlers.record_story(
            request.kind,
            request.id,
            after=receipts(request.after),
            principal=current_principal(),
            view=self._view,
            today=self._today(),
        )
        return registry_pb2.GetRecordHistoryResponse(
            versions=[to_message(record) for record in story.versions],
            proposals=[to_message(proposal) for proposal in story.proposals],
            flags=_flags(story.flags),
        )


def require_caller(items: int) -> None:
    """Raises Unauthenticated for the public, Rejected for too many items."""
    if not current_principal().party:
        raise Unauthenticated("writing to the registry needs a token")
    if items > MAX_CALL_ITEMS:
        raise Rejected(f"{items} records; one call takes at most {MAX_CALL_ITEMS}")


def read_record(message: registry_pb2.RegistryRecord) -> Record | InvalidRecord:
    try:
        return from_message(message)
    except InvalidRecord as error:
        return error


def receipts(messages: Iterable[capture_pb2.Receipt]) -> list[Receipt]:
    return [Receipt(m.topic, m.partition, m.offset) for m in messages]


def _decision(message: registry_pb2.Decision) -> Decision | Problem:
    try:
        begins = date.fromisoformat(message.valid_from) if message.valid_from else None
    except ValueError:
        sentence = f"{message.valid_from!r} should be a day such as 2026-09-12"
        return Problem("/valid_from", "invalid-field", sentence)
    return Decision(
        proposal=message.proposal,
        verdict=message.verdict,
        reason=message.reason,
        valid_from=begins,
        confirmed=message.confirmed,
    )


def _result(enrolled: handlers.Enrolled) -> registry_pb2.ProposalResult:
    outcome, place, stands = enrolled.outcome, enrolled.place, enrolled.outcome.proposal
    result = registry_pb2.ProposalResult(flags=_flags(outcome.flags), problems=problem_messages(outcome.problems))
    if outcome.problems:
        result.status = capture_pb2.CAPTURE_STATUS_REJECTED
    elif place is None:
        result.status = capture_pb2.CAPTURE_STATUS_RETRY
        return result
    else:
        result.status = capture_pb2.CAPTURE_STATUS_ACCEPTED
        result.receipt.CopyFrom(receipt_message(place))
    if stands is not None:
        result.proposal, result.state, result.version = stands.id, stands.state, stands.proposed.version
    return result


def _pending(one: handlers.Pending) -> registry_pb2.PendingProposal:
    return registry_pb2.PendingProposal(
        proposal=to_message(one.proposal),
        present=None if one.present is None else to_message(one.present),
        flags=_flags(one.flags),
        may_decide=one.may_decide,
        problems=problem_messages(one.problems),
    )


def _flags(flags: Sequence[Flag]) -> list[registry_pb2.Flag]:
    return [registry_pb2.Flag(kind=f.kind, other=f.other, zh=f.zh, en=f.en, confirmed=f.confirmed) for f in flags]
