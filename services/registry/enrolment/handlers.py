"""Proposals made, decided and shown, and the whole story of one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from heapq import merge
from itertools import groupby

from epcis.problems import Problem
from provenance.access.authority import Principal
from provenance.access.readership import concerned_by, record_view
from provenance.registry.records import PENDING, Proposal, Record
from provenance.registry.same_ground import Flag
from provenance.registry.values import KIND_OF, KINDS, InvalidRecord
from services.registry.domain import Drafts
from services.registry.enrolment.domain import (
    Decision,
    Outcome,
    asked_of,
    decide_proposal,
    flags_of,
    in_force,
    present_of,
    propose,
    why_not,
)
from services.registry.enrolment.rights import APPROVED, may_not_decide, newest, proposals_about, waiting_for
from services.registry.paging import in_parts, paged
from services.registry.ports import View, Writer
from wire.errors import NotFound, Rejected, Transient
from wire.place import Place

USUAL_PAGE, MOST_A_PAGE = 50, 200


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Where a proposal stands. Neither `place` nor a problem: it is not known whether it was written."""

    outcome: Outcome
    place: Place | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal to be decided, what it would change, what is odd about it, and why it would fail today."""

    proposal: Proposal
    present: Record | None
    flags: tuple[Flag, ...]
    may_decide: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PendingPage:
    pending: tuple[Pending, ...]
    next_after: str


@dataclass(frozen=True, slots=True)
class Story:
    """Versions and proposals of one record, the newest version first, and the flags of the newest."""

    versions: tuple[Record, ...]
    proposals: tuple[Proposal, ...]
    flags: tuple[Flag, ...]


async def propose_records(
    wanted: Sequence[tuple[str, Record | InvalidRecord]],
    *,
    principal: Principal,
    view: View,
    writer: Writer,
    today: date,
) -> list[Enrolled]:
    """One answer for each, in order. Later ones of a call see the earlier: a grower and its plot may come together."""

    def one(id: str, record: Record | InvalidRecord, drafts: Drafts) -> Outcome:
        if isinstance(record, InvalidRecord):
            return Outcome(None, problems=tuple(record.problems))
        return propose(id, record, principal=principal, drafts=drafts, today=today)

    return await _outcomes([partial(one, id, record) for id, record in wanted], view=view, writer=writer)


async def decide_proposals(
    decisions: Sequence[Decision | Problem], *, principal: Principal, view: View, writer: Writer, today: date
) -> list[Enrolled]:
    """One answer for each, in order; what is approved is in force, here and in the answer's place, when it returns."""

    def one(decision: Decision | Problem, drafts: Drafts) -> Outcome:
        if isinstance(decision, Problem):
            return Outcome(None, problems=(decision,))
        return decide_proposal(decision, principal=principal, drafts=drafts, today=today)

    return await _outcomes([partial(one, decision) for decision in decisions], view=view, writer=writer)


async def _outcomes(asked: Iterable[Callable[[Drafts], Outcome]], *, view: View, writer: Writer) -> list[Enrolled]:
    """Raises Transient where the view cannot be brought to the topic's present end: then nothing was written."""
    async with writer.turn():
        await view.caught_up()
        drafts = Drafts(view.versions, view.linked)
        outcomes: list[Outcome] = []
        replaced: list[Record] = []
        for one in asked:
            outcome = one(drafts)
            replaced += _replaced(outcome, drafts)
            for record in outcome.new:
                drafts.add(record)
            outcomes.append(outcome)
        new = [record for outcome in outcomes for record in outcome.new]
        written = await _written(new, replaced, view, writer)
        return [Enrolled(outcome, written if outcome.new else view.last_applied()) for outcome in outcomes]


def _replaced(outcome: Outcome, drafts: Drafts) -> Iterator[Record]:
    """A decided proposal says all that the pending one said, but for what is personal: the pending one goes."""
    for record in outcome.new:
        if isinstance(record, Proposal) and (before := newest(drafts, record.id)) is not None:
            yield before


async def _written(new: Sequence[Record], replaced: Sequence[Record], view: View, writer: Writer) -> Place | None:
    if not new:
        return None
    try:
        place = (await writer.write(new, replaced))[-1]
        await view.applied(place)
    except Transient:
        return None
    return place


async def list_pending(
    *, after_id: str, most: int, after: Sequence[Place], principal: Principal, view: View, today: date
) -> PendingPage:
    """What the caller proposed, what concerns it and what it may decide, in id order.

    A page may have fewer than asked for, and others after it (`paged`).
    """
    for place in after:
        await view.applied(place)
    drafts = Drafts(view.versions, view.linked)

    def shown(id_: str) -> Pending | None:
        proposal = newest(drafts, id_)
        return None if proposal is None else _pending(proposal, principal, drafts, today)

    waiting = _waiting(waiting_for(principal, drafts, today), after_id, view)
    pending, next_after = paged(waiting, shown, min(most or USUAL_PAGE, MOST_A_PAGE), after_id)
    return PendingPage(tuple(pending), next_after)


def _waiting(lists: Iterable[str], after_id: str, view: View) -> Iterator[str]:
    """The ids in any of these lists, in order, each once, read a part at a time."""
    merged = merge(*(in_parts(partial(view.linked_after, "proposal", target), after_id) for target in lists))
    return (id_ for id_, _ in groupby(merged))


def _pending(proposal: Proposal, principal: Principal, drafts: Drafts, today: date) -> Pending | None:
    seen = record_view(principal, proposal) if proposal.state == PENDING else None
    may = may_not_decide(principal, proposal, APPROVED, drafts, today) is None
    mine = principal.party in {proposal.proposed_by, *concerned_by(proposal.proposed)}
    if not isinstance(seen, Proposal) or not (may or mine):
        return None
    record = in_force(proposal, None, principal.party, drafts, today)
    present = present_of(record, drafts, today)
    return Pending(
        seen,
        None if present is None else record_view(principal, present),
        asked_of(record, drafts, today),
        may,
        why_not(record, drafts, today),
    )


async def record_story(
    kind: str, id: str, *, after: Sequence[Place], principal: Principal, view: View, today: date
) -> Story:
    """As far as the caller may see. Raises NotFound where that is nothing, Rejected for an unknown kind."""
    if kind not in KINDS:
        raise Rejected(f"{kind!r} is no kind of record; there are {', '.join(KINDS)}")
    for place in after:
        await view.applied(place)
    drafts = Drafts(view.versions, view.linked)
    versions = tuple(_seen(principal, view.versions(kind, id)))
    proposals = [p for p in _seen(principal, proposals_about(kind, id, drafts)) if isinstance(p, Proposal)]
    if not versions and not proposals:
        raise NotFound(f"no {KIND_OF[KINDS[kind]].replace('_', ' ')} {id} is registered or proposed")
    return Story(versions, tuple(proposals), flags_of(versions[0], drafts, today) if versions else ())


def _seen(principal: Principal, records: Iterable[Record]) -> Iterator[Record]:
    return (seen for record in records if (seen := record_view(principal, record)) is not None)
