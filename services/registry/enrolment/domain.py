"""Enrolment takes two: what one party proposes is in force once another approves it (ADR 0091).

Owns what becomes of a proposal; who may is `services.registry.enrolment.rights`. A decision is written in one
transaction with the record it puts in force, so there is never one without the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from epcis.problems import Problem
from provenance.access.authority import Principal
from provenance.registry.reading import ground_searched, valid_on
from provenance.registry.records import PENDING, Party, Proposal, Record, Site
from provenance.registry.same_ground import Flag, ground_flags, ground_of, same_ground
from provenance.registry.values import KIND_OF
from services.registry.domain import Drafts, Versions, conflict, newest_site, since, without_person, wrong_in
from services.registry.enrolment.rights import (
    APPROVED,
    REJECTED,
    VERDICTS,
    may_not_decide,
    may_not_propose,
    newest,
    proposals_about,
)
from services.registry.rules import problems_of

MOST_YEARS_UNTIL_IT_BEARS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody says of a proposal; `verdict` is a word of `VERDICTS`."""

    proposal: str
    verdict: str
    reason: str = ""
    valid_from: date | None = None
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a proposal stands after a call: `new` is to be written, nothing where it stood so already or is refused."""

    proposal: Proposal | None
    new: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()
    flags: tuple[Flag, ...] = ()


def propose(id: str, record: Record, *, principal: Principal, drafts: Drafts, today: date) -> Outcome:
    """A pending proposal, the same one where it was sent before, or why there is none."""
    kind = KIND_OF[type(record)]
    record = _unconfirmed(record, drafts)
    wanted = Proposal(
        id=id, valid_from=today, author=principal.party, proposed=replace(record, author="", approved_by=""),
        proposed_by=principal.party, proposed_on=today,
    )  # fmt: skip
    if (there := newest(drafts, id)) is not None:
        return _sent_again(there, wanted)
    versions = drafts.of(kind, record.id)
    problems = may_not_propose(principal, record, versions) or _wrong_proposal(wanted, versions, drafts, today)
    if problems:
        return Outcome(None, problems=problems)
    return Outcome(wanted, (wanted,), flags=asked_of(wanted.proposed, drafts, today))


def _unconfirmed(record: Record, drafts: Drafts) -> Record:
    """Nobody confirms his own proposal, or dates it: it has what stands already, while it lies where it lay."""
    if not isinstance(record, Site):
        return record
    there = newest_site(record.id, drafts)
    kept = frozenset[str]() if there is None or ground_of(there) != ground_of(record) else there.confirmed_beside
    return replace(record, confirmed_beside=kept, proposed_on=None)


def _sent_again(there: Proposal, wanted: Proposal) -> Outcome:
    one, other = there.proposed, wanted.proposed
    same = one == other if there.state == PENDING else (one.id, one.version) == (other.id, other.version)
    if same and there.proposed_by == wanted.proposed_by:
        return Outcome(there)
    sentence = f"{wanted.id} is another proposal, by {there.proposed_by}: give this one an id of its own"
    return Outcome(None, problems=(Problem("/proposal", "id-taken", sentence),))


def _wrong_proposal(wanted: Proposal, versions: Versions, drafts: Drafts, today: date) -> tuple[Problem, ...]:
    """What it names may itself be only proposed as yet: a grower, its plot and its mandate come together."""
    moved_on = conflict(wanted.proposed, versions)
    if moved_on is not None:
        return (moved_on,)

    def known(kind: str, id_: str) -> bool:
        return drafts.known(kind, id_) or any(p.state == PENDING for p in proposals_about(kind, id_, drafts))

    unborn = tuple(_bears_too_late(wanted.proposed, today))
    season = wrong_in(wanted.proposed, versions, drafts, today)
    early = (problem for problem in season if problem.code == "next-season")
    return (*problems_of(wanted, known), *problems_of(wanted.proposed, known), *unborn, *early)


def _bears_too_late(record: Record, today: date) -> Iterator[Problem]:
    latest = today.year + MOST_YEARS_UNTIL_IT_BEARS
    if isinstance(record, Site) and record.bearing_since is not None and record.bearing_since > latest:
        sentence = f"{record.bearing_since} should be the year its trees bear first, {latest} at the latest"
        yield Problem("/bearing_since", "bears-too-late", sentence)


def decide_proposal(decision: Decision, *, principal: Principal, drafts: Drafts, today: date) -> Outcome:
    """What becomes of a proposal; refused where it was decided otherwise before, or by who may not."""
    there = newest(drafts, decision.proposal)
    if there is None:
        return _refused(None, "proposal", "unknown-proposal", f"there is no proposal {decision.proposal}")
    if decision.verdict not in VERDICTS:
        return _refused(
            there, "verdict", "unknown-word", f"{decision.verdict!r} should be one of {', '.join(VERDICTS)}"
        )
    state = VERDICTS[decision.verdict]
    if there.state != PENDING:
        return _decided_before(there, state, principal)
    if (refusal := may_not_decide(principal, there, state, drafts, today)) is not None:
        return Outcome(there, problems=(refusal,))
    if state == APPROVED:
        return _approved(there, decision, principal, drafts, today)
    if state == REJECTED and not decision.reason.strip():
        return _refused(there, "reason", "no-reason", "say why it is rejected, so that it can be mended")
    decided = _decided(there, state, decision, principal, today)
    return Outcome(decided, (decided,))


def _decided_before(there: Proposal, state: str, principal: Principal) -> Outcome:
    """The same decision by the same party, sent again, stands as it is."""
    if there.state == state and there.decided_by == principal.party:
        return Outcome(there)
    sentence = f"{there.decided_by} has {there.state} it on {there.decided_on}; propose it anew to change that"
    return _refused(there, "proposal", "decided-already", sentence)


def _approved(there: Proposal, decision: Decision, principal: Principal, drafts: Drafts, today: date) -> Outcome:
    record = in_force(there, decision.valid_from, principal.party, drafts, today)
    problems, flags = why_not(record, drafts, today), asked_of(record, drafts, today)
    if problems:
        return Outcome(there, problems=problems, flags=flags)
    doubts = [flag for flag in flags if not flag.confirmed]
    if doubts and not decision.confirmed.strip():
        sentence = "; ".join(flag.en for flag in doubts) + ": say in `confirmed` why it is approved all the same"
        return Outcome(there, problems=(Problem("/confirmed", "flagged", sentence),), flags=flags)
    record = _confirmed(record, flags)
    decided = _decided(replace(there, proposed=record), APPROVED, decision, principal, today)
    return Outcome(decided, (record, decided), flags=flags)


def _confirmed(record: Record, flags: tuple[Flag, ...]) -> Record:
    """The plot with those that were confirmed not to be the same ground, itself where it was vouched for without any:
    a claim then rests on that word."""
    others = {flag.other or record.id for flag in flags if flag.other or flag.kind == "no_ground"}
    return replace(record, confirmed_beside=record.confirmed_beside | others) if isinstance(record, Site) else record


def in_force(proposal: Proposal, valid_from: date | None, by: str, drafts: Drafts, today: date) -> Record:
    """The record as approval would write it: from the day said, else the day proposed, else today."""
    proposed = proposal.proposed
    begins = valid_from or (proposed.valid_from if proposed.valid_from != date.min else today)
    record = replace(proposed, valid_from=begins, author=proposal.proposed_by, approved_by=by)
    if isinstance(record, Party):
        return _known(record, drafts)
    return since(record, proposal.proposed_on, drafts) if isinstance(record, Site) else record


def _known(party: Party, drafts: Drafts) -> Party:
    """With the name and telephone that stand, where none are given: who may not read them proposes without them, and
    taking them out has a call of its own (`ErasePersonalData`)."""
    stands = next(iter(drafts.of("party", party.id)), None)
    if not isinstance(stands, Party):
        return party
    return replace(party, personal_name=party.personal_name or stands.personal_name, phone=party.phone or stands.phone)


def why_not(record: Record, drafts: Drafts, today: date) -> tuple[Problem, ...]:
    """Why it cannot be in force: its record moved on, it names what is not registered, or it is early."""
    versions = drafts.of(KIND_OF[type(record)], record.id)
    if (moved_on := conflict(record, versions)) is not None:
        return (Problem(moved_on.pointer, moved_on.code, f"{moved_on.message}, and propose it anew"),)
    return wrong_in(record, versions, drafts, today)


def _decided(there: Proposal, state: str, decision: Decision, principal: Principal, today: date) -> Proposal:
    """Without what is personal: it is in the record that is in force, or in nothing."""
    return replace(
        there,
        proposed=without_person(there.proposed),
        version=there.version + 1,
        author=principal.party,
        state=state,
        decided_by=principal.party,
        decided_on=today,
        reason=decision.reason.strip(),
        confirmed=decision.confirmed.strip() if state == APPROVED else "",
    )


def asked_of(record: Record, drafts: Drafts, today: date) -> tuple[Flag, ...]:
    """The same for who approves it: confirmed is only what was confirmed of this very plot. Whoever approved the other
    of two spoke of ground he saw then, and another may have been proposed since."""
    own = record.confirmed_beside if isinstance(record, Site) else frozenset[str]()
    flags = flags_of(record, drafts, today)
    return tuple(replace(f, confirmed=f.confirmed and (f.other or record.id) in own) for f in flags)


def flags_of(record: Record, drafts: Drafts, today: date) -> tuple[Flag, ...]:
    """What is odd about a plot beside those registered on its first day, or today, and beside those proposed."""
    if not isinstance(record, Site):
        return ()
    registered = drafts.registry.sites_near(record, max(record.valid_from, today))
    flags = ground_flags(record, registered)
    told = {flag.other for flag in flags}
    waiting = (flag for flag in same_ground(record, _proposed_near(record, drafts)) if flag.other not in told)
    return (*flags, *(replace(f, zh=f"{f.zh}（待核定）", en=f"{f.en} (proposed, not decided)") for f in waiting))


def _proposed_near(site: Site, drafts: Drafts) -> Iterator[Site]:
    """Plots of which a pending proposal may be the same ground."""
    ids = {id_ for target in ground_searched(site) for id_ in drafts.linked("proposal", target)}
    for proposal in (newest(drafts, id_) for id_ in sorted(ids)):
        if proposal is not None and proposal.state == PENDING and isinstance(proposal.proposed, Site):
            yield proposal.proposed


def present_of(record: Record, drafts: Drafts, today: date) -> Record | None:
    """What is in force now of what a proposal would change."""
    return valid_on(tuple(drafts.of(KIND_OF[type(record)], record.id)), today)


def _refused(proposal: Proposal | None, field: str, code: str, sentence: str) -> Outcome:
    return Outcome(proposal, problems=(Problem(f"/{field}", code, sentence),))
