"""Taking a report back, and correcting it: an error declaration beside the report, and where it is known how it was,
the corrected event that the declaration names (architecture.md, rule 4; ADR 0075).

The corrected event goes first: a declaration that names what never arrived would leave nothing in force. All ids and
times are the caller's, so that sending the same again is harmless wherever it broke off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from epcis.events import Event
from epcis.problems import errors
from epcis.validation import validate_event
from provenance.activities import activity_of
from provenance.authority import Scope, reports_at_all, scope_of
from provenance.reports import Reason, correction
from services.portal.caller import Caller
from services.portal.commands import COMMANDS
from services.portal.domain import FieldError
from services.portal.fields import FieldProblem, Given, Situation, Values, read
from services.portal.handlers_commands import NotReadable, Reported
from services.portal.ports import Admission, Capture, Histories, StoredEvent
from services.portal.read_back import ReadBack, corrected, read_back
from services.portal.submission import prepare, publish_one, sentence
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected


@dataclass(frozen=True, slots=True)
class Declared:
    """That a report is wrong: who said so, when (milliseconds), why (bare CBV word), and what is right instead."""

    party: str
    declared_ms: int
    reason: str
    corrective_event_ids: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """The report a correction is about. `counts`: this caller's word on it does; else it is shown as disputed.

    `form` is what it would have been typed as, where a form of ours can say all of it and the caller may report it.
    """

    event: Event
    capturer: str
    counts: bool
    declared: tuple[Declared, ...]
    form: ReadBack | None

    @property
    def event_id(self) -> str:
        return self.event.event_id


@dataclass(frozen=True, slots=True)
class TakenBack:
    receipt: Receipt
    corrected: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    capture: Capture
    histories: Histories
    admission: Admission
    base: str

    async def subject(self, event_id: str, caller: Caller) -> Subject:
        """Raises NotFound where no such report is recorded, Unauthorised's kin where histories do."""
        stored = await self.histories.events([event_id], after=(), token=caller.token)
        documents = [(one, Event(orjson.loads(one.event))) for one in stored]
        original = original_of(documents)
        if original is None:
            raise NotFound("No report with this id is recorded.")
        one, event = original
        counts = counting(documents, self.admission)(caller.principal.party)
        may_correct = counts and scope_of(caller.principal, activity_of(event)) > Scope.NOBODY
        return Subject(
            event=event,
            capturer=one.capturer,
            counts=counts,
            declared=declarations(documents, self.admission),
            form=read_back(event, self.base) if may_correct else None,
        )

    async def take_back(self, subject: Subject, reason: Reason, at: datetime, caller: Caller) -> TakenBack:
        """Raises Rejected, Unauthorised, Transient. The same time again is harmless."""
        return TakenBack(await self._declare(subject, (), reason, at, caller))

    async def correct(
        self, subject: Subject, given: Given, event_id: str, situation: Situation, caller: Caller
    ) -> TakenBack:
        """`situation.now` is when it was declared wrong. Raises NotReadable, Rejected, Unauthorised, Transient."""
        if subject.form is None:
            raise Rejected("This report cannot be corrected here: take it back, and report anew how it was.")
        values, event = self._corrected(subject, subject.form, given, event_id, situation)
        problems = errors(validate_event(event, strict=True))
        if problems:
            raise Rejected(sentence(problems[0].message), problems)
        receipt = await publish_one(prepare(event), self.capture, caller)
        declared = await self._declare(subject, (event_id,), "incorrect_data", situation.now, caller)
        return TakenBack(declared, Reported(event_id, event, values, receipt))

    def _corrected(
        self, subject: Subject, form: ReadBack, given: Given, event_id: str, situation: Situation
    ) -> tuple[Values, Mapping[str, Any]]:
        """An empty time is the report's own: a correction does not move what happened to today."""
        command = COMMANDS[form.noun]
        issuer = str(subject.event.body.get("suyuan:issuer", situation.party))
        at = replace(situation, party=issuer)
        reading = read(command.entries, {**given, "at": given.get("at") or form.given["at"]}, at)
        if reading.problems:
            raise NotReadable(reading.problems)
        try:
            after = command.build(reading.values, at, event_id)
        except FieldError as error:
            raise NotReadable([FieldProblem(error.field or command.entries[0].name, error.sentence)]) from error
        return reading.values, corrected(subject.event.body, form.event, after)

    async def _declare(
        self, subject: Subject, corrective: tuple[str, ...], reason: Reason, at: datetime, caller: Caller
    ) -> Receipt:
        body = correction(subject.event.body, at=at, corrective_event_ids=corrective, reason=reason)
        return await publish_one(prepare(body), self.capture, caller)


def may_correct(caller: Caller) -> bool:
    """Whether the caller may say of any report at all that it is wrong."""
    return bool(caller.principal.party) and reports_at_all(caller.principal)


Documents = Sequence[tuple[StoredEvent, Event]]
"""All that is stored under one event id, the earliest first."""


def original_of(documents: Documents) -> tuple[StoredEvent, Event] | None:
    """The report that declarations are about; None while only they have arrived."""
    return next(((one, event) for one, event in documents if event.error_declaration is None), None)


def counting(documents: Documents, admission: Admission) -> Callable[[str], bool]:
    """Whose declaration counts (rule 4): the reporter's, an inspector's, the operator's."""
    original = original_of(documents)
    capturer = original[0].capturer if original else ""
    return lambda party: bool(party) and (party == capturer or admission.may_declare(party))


def declarations(documents: Documents, admission: Admission) -> tuple[Declared, ...]:
    """In the order they were made."""
    counts = counting(documents, admission)
    found = [
        Declared(
            one.capturer,
            declared.declared_ms,
            declared.reason or "",
            declared.corrective_event_ids,
            counts(one.capturer),
        )
        for one, event in documents
        if (declared := event.error_declaration) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.declared_ms, one.party)))
