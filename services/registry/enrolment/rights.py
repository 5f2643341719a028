"""Who proposes and who decides in enrolment: one table, four eyes, and the county whose affair it is (ADR 0091)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from epcis.problems import Problem
from provenance.access.authority import Principal
from provenance.access.readership import concerned_by
from provenance.registry.reading import pending_in, pending_of, proposal_about
from provenance.registry.records import PENDING, Party, Proposal, Record, Site
from provenance.registry.values import KIND_OF
from services.registry.domain import ENROLLED, Drafts, Versions
from services.registry.writers import is_grower_or_plot

APPROVED, REJECTED, WITHDRAWN = "approved", "rejected", "withdrawn"
VERDICTS: Mapping[str, str] = {"approve": APPROVED, "reject": REJECTED, "withdraw": WITHDRAWN}

# A column for each of `ENROLLED`. `p` proposes, `a` approves and rejects what others proposed, `b` both.
# Who gains by a beneficiary, the station and the brand's office, does not approve one. A grower proposes its own plots.
_TABLE = """
    #             party site mandate beneficiary
    grower        .     p    .       .
    station       p     p    p       p
    packer        p     p    p       .
    brand_office  b     b    b       p
    registrar     b     b    b       b
    operator      b     b    b       b
    regulator     .     .    .       a
"""


def _read(table: str) -> Mapping[str, Mapping[str, str]]:
    rows = (line.split() for line in table.strip().splitlines()[1:])
    return {role: dict(zip(ENROLLED, cells, strict=True)) for role, *cells in rows}


ENROLMENT = _read(_TABLE)
_OWN_ONLY = frozenset({"grower"})
_ANY_COUNTY = frozenset({"registrar", "operator", "regulator"})


def may_not_propose(principal: Principal, record: Record, versions: Versions) -> tuple[Problem, ...]:
    kind = KIND_OF[type(record)]
    if not all(_is_enrolled(r) for r in (record, *versions[:1])):
        sentence = "growers, plots, mandates and beneficiaries are proposed; the registry's keepers put all else"
        return (Problem("", "not-enrolled", sentence),)
    own = principal.party in concerned_by(record)
    rows = {role: ENROLMENT[role][kind] for role in principal.roles & ENROLMENT.keys()}
    if any(letter in "pb" and (own or role not in _OWN_ONLY) for role, letter in rows.items()):
        return ()
    sentence = f"none of your roles ({', '.join(sorted(principal.roles))}) may propose this {kind}"
    return (Problem("", "may-not-propose", sentence),)


def _is_enrolled(record: Record) -> bool:
    return KIND_OF[type(record)] in ENROLLED and (not isinstance(record, Party | Site) or is_grower_or_plot(record))


def may_not_decide(principal: Principal, proposal: Proposal, state: str, drafts: Drafts, today: date) -> Problem | None:
    """None where this party may: to approve or reject, neither who proposed it nor whom it concerns; four eyes."""
    mine = principal.party == proposal.proposed_by
    if state == WITHDRAWN:
        return None if mine else Problem("", "not-yours", f"only {proposal.proposed_by} withdraws what it proposed")
    if mine:
        return Problem("", "own-proposal", "you proposed it: another party has to approve or reject it")
    concerned = concerned_by(proposal.proposed) | _concerned_before(proposal.proposed, drafts)
    if principal.party in concerned:
        own = Problem("", "own-affair", "it is about your own party: one that it does not concern has to approve it")
        return None if state == REJECTED else own
    return _no_office(principal, proposal.proposed, drafts, today)


def waiting_for(principal: Principal, drafts: Drafts, today: date) -> frozenset[str]:
    """The lists (`provenance.registry.reading`) in which everything is that a caller proposed, is concerned by or may
    decide: an office looks through those of its county, and those that name none."""
    approving = {role for role in principal.roles & ENROLMENT.keys() if set(ENROLMENT[role].values()) & {"a", "b"}}
    if approving & _ANY_COUNTY:
        return frozenset({PENDING})
    own, office = frozenset({pending_of(principal.party)}), drafts.registry.party(principal.party, today)
    if not approving or office is None:
        return own
    return own | {pending_in(office.county_code), pending_in("")}


def _concerned_before(record: Record, drafts: Drafts) -> frozenset[str]:
    return frozenset(party for r in drafts.of(KIND_OF[type(record)], record.id)[:1] for party in concerned_by(r))


def _no_office(principal: Principal, record: Record, drafts: Drafts, today: date) -> Problem | None:
    kind = KIND_OF[type(record)]
    approving = {role for role in principal.roles & ENROLMENT.keys() if ENROLMENT[role][kind] in "ab"}
    if not approving:
        sentence = f"none of your roles ({', '.join(sorted(principal.roles))}) may approve or reject a {kind}"
        return Problem("", "may-not-decide", sentence)
    office = drafts.registry.party(principal.party, today)
    county = county_of(record, drafts, today)
    if approving & _ANY_COUNTY or (office is not None and county and office.county_code == county):
        return None
    return Problem("", "other-county", f"it is for the service centre of county {county or 'unknown'} to decide")


def county_of(record: Record, drafts: Drafts, today: date) -> str:
    """Where a record belongs: its own county, or that of the grower it is about; "" where nobody says."""
    if code := getattr(record, "county_code", ""):
        return str(code)
    growers = [_party_of_day(id_, drafts, today) for id_ in sorted(concerned_by(record))]
    known = [p for p in growers if p is not None and p.county_code]
    return next((p.county_code for p in known if p.kind == "grower"), known[0].county_code if known else "")


def _party_of_day(id: str, drafts: Drafts, today: date) -> Party | None:
    """As registered, or else as proposed."""
    found = drafts.registry.party(id, today)
    waiting = (p.proposed for p in proposals_about("party", id, drafts) if p.state == PENDING)
    return found or next((record for record in waiting if isinstance(record, Party)), None)


def proposals_about(kind: str, id: str, drafts: Drafts) -> Sequence[Proposal]:
    """The newest version of each, in id order."""
    found = (newest(drafts, proposal) for proposal in drafts.linked("proposal", proposal_about(kind, id)))
    return [proposal for proposal in found if proposal is not None]


def newest(drafts: Drafts, id: str) -> Proposal | None:
    record = next(iter(drafts.of("proposal", id)), None)
    return record if isinstance(record, Proposal) else None
