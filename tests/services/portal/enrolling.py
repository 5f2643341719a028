"""The registry's enrolment in memory, by its own rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from google.protobuf.json_format import ParseDict
from produce.v1 import registry_pb2

from provenance.access.authority import Principal
from provenance.registry.reading import targets_of
from provenance.registry.records import PENDING, Proposal, Record
from provenance.registry.same_ground import Flag
from provenance.registry.values import KIND_OF, values_of
from services.portal.ports import RecordPage
from services.registry.domain import Drafts
from services.registry.enrolment.domain import (
    Decision,
    Outcome,
    asked_of,
    decide_proposal,
    flags_of,
    in_force,
    propose,
    why_not,
)
from services.registry.enrolment.rights import APPROVED, may_not_decide, proposals_about
from wire.errors import NotFound
from wire.registry_codec import from_message

TODAY = date(2026, 9, 20)


@dataclass
class Enrolling:
    """What the portal asks of the registry about proposals."""

    principals: dict[str, Principal] = field(default_factory=dict)
    registered: list[Record] = field(default_factory=list)

    @property
    def drafts(self) -> Drafts:
        def versions(kind: str, id: str) -> list[Record]:
            found = [r for r in self.registered if (KIND_OF[type(r)], r.id) == (kind, id)]
            return sorted(found, key=lambda r: -r.version)

        def linked(kind: str, target: str) -> list[str]:
            return [r.id for r in self.registered if KIND_OF[type(r)] == kind and target in targets_of(r)]

        return Drafts(versions, linked)

    async def propose(
        self, proposals: Sequence[tuple[str, Mapping[str, Any]]], *, token: str
    ) -> Sequence[Mapping[str, Any]]:
        who = self.principals[token]
        return [
            self._kept(propose(id, _record(record), principal=who, drafts=self.drafts, today=TODAY))
            for id, record in proposals
        ]

    async def decide(self, decisions: Sequence[Mapping[str, str]], *, token: str) -> Sequence[Mapping[str, Any]]:
        return [self._decide(Decision(**_dated(one)), self.principals[token]) for one in decisions]

    def _decide(self, decision: Decision, who: Principal) -> Mapping[str, Any]:
        return self._kept(decide_proposal(decision, principal=who, drafts=self.drafts, today=TODAY))

    def _kept(self, outcome: Outcome) -> Mapping[str, Any]:
        self.registered += outcome.new
        if outcome.problems:
            problems = [{"code": p.code, "message": p.message} for p in outcome.problems]
            return {"status": "rejected", "state": "", "problems": problems}
        assert outcome.proposal is not None
        return {"status": "accepted", "state": outcome.proposal.state, "proposal": outcome.proposal.id}

    async def pending(self, page_size: int, page_token: str, *, token: str) -> RecordPage:
        who, drafts = self.principals[token], self.drafts
        newest = {r.id: r for r in self.registered if isinstance(r, Proposal)}
        return RecordPage(tuple(_waiting(p, who, drafts) for p in newest.values() if p.state == PENDING))

    async def story(self, kind: str, id: str, *, token: str) -> Mapping[str, Any]:
        versions, proposals = self.drafts.of(kind, id), proposals_about(kind, id, self.drafts)
        if not versions and not proposals:
            raise NotFound("nothing is registered")
        return {
            "versions": [_flat(version) for version in versions],
            "proposals": [_proposal(proposal) for proposal in proposals],
            "flags": _flags(flags_of(versions[0], self.drafts, TODAY) if versions else ()),
        }


def _record(values: Mapping[str, Any]) -> Record:
    """Through the message, as the portal's own client does it."""
    fields = dict(values)
    kind, head = str(fields.pop("record")), ("id", "version", "valid_from", "valid_to")
    outer = {name: fields.pop(name) for name in head if name in fields}
    return from_message(ParseDict({**outer, kind: fields}, registry_pb2.RegistryRecord()))


def _flat(record: Record) -> Mapping[str, Any]:
    return {"record": KIND_OF[type(record)], "valid_from": "", **values_of(record)}


def _dated(decision: Mapping[str, str]) -> dict[str, Any]:
    begins = decision.get("valid_from")
    return {**decision, "valid_from": date.fromisoformat(begins) if begins else None}


def _waiting(proposal: Proposal, who: Principal, drafts: Drafts) -> Mapping[str, Any]:
    record = in_force(proposal, None, who.party, drafts, TODAY)
    problems = why_not(record, drafts, TODAY)
    return {
        **_proposal(proposal),
        "present": None,
        "flags": _flags(asked_of(record, drafts, TODAY)),
        "may_decide": may_not_decide(who, proposal, APPROVED, drafts, TODAY) is None,
        "problems": [{"code": p.code, "message": p.message} for p in problems],
    }


def _proposal(proposal: Proposal) -> Mapping[str, Any]:
    """As a message is told: what is not said is left out."""
    said = {name: getattr(proposal, name) for name in ("state", "decided_by", "reason", "confirmed")}
    days = {name: day.isoformat() for name in ("proposed_on", "decided_on") if (day := getattr(proposal, name))}
    head = {"proposal": proposal.id, "proposed_by": proposal.proposed_by, "record": _flat(proposal.proposed)}
    return {**head, **days, **{name: value for name, value in said.items() if value}}


def _flags(flags: Iterable[Flag]) -> list[Mapping[str, Any]]:
    said = ({"kind": f.kind, "other": f.other, "zh": f.zh, "en": f.en, "confirmed": f.confirmed} for f in flags)
    return [{name: value for name, value in flag.items() if value} for flag in said]
