"""Taking a report back, and correcting it: an error declaration beside the report, and where it is known how it was,
the corrected event that the declaration names (architecture.md, rule 4; ADR 0075).

The corrected event goes first: a declaration that names what never arrived would leave nothing in force. All ids and
times are the caller's, so that sending the same again is harmless wherever it broke off. What was corrected is not
corrected a second time: its correction is (ADR 0081).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from epcis.event_id import record_id
from epcis.events import Event
from epcis.problems import errors
from epcis.validation import validate_event
from provenance.access.activities import activity_of
from provenance.access.authority import Scope, reports_at_all, scope_of
from provenance.reports import Reason, correction
from services.portal.correcting.declarations import Declared, declarations, original_of, word_counts
from services.portal.correcting.read_back import ReadBack, corrected, read_back
from services.portal.correcting.versions import Version, Versions, counting
from services.portal.ports import Admission, Capture
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import FieldProblem, Given, Situation
from services.portal.reporting.handlers_commands import NotReadable, Ready, Reported
from services.portal.reporting.submission import Prepared, prepare, publish_one, refusal, sentence
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.telling.codes import Codes
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected, Transient, Unauthorised

SEEN_IN_PART = N_(
    "You see this report in part only, so your words would stand beside something it does not say. "
    "Tell its reporter or an inspector."
)
CORRECTED_ALREADY = N_("This report was already corrected. Correct the report that stands now.")
NO_FORM = N_("This report cannot be corrected here: take it back, and report anew how it was.")
ANOTHERS = N_(
    "This is another party's report: only its reporter or an inspector corrects it. Dispute it, and say why to them."
)
HALF_DONE = N_(
    "The corrected report is recorded; whether the wrong one was taken out is not known. "
    "Send it again: that is harmless."
)
HALF_REFUSED = N_(
    "The corrected report is recorded, but the wrong one counts beside it and could not be taken out: {reason} "
    "One of them must be taken back."
)


class NotCorrected(Rejected):
    """With the sentence for people; `instead` are the reports that are in force where this one no longer is."""

    def __init__(self, said: Sentence, instead: Sequence[str] = ()) -> None:
        super().__init__(str(said))
        self.sentence, self.instead = said, tuple(instead)


class HalfDone(Transient):
    """The corrected report is recorded; unknown whether its declaration is."""

    sentence = say(HALF_DONE)


@dataclass(frozen=True, slots=True)
class Subject:
    """The report a correction is about. `counts`: this caller's word on it does; else it is shown as disputed.

    `form` is what it would have been typed as, where a form of ours can say all of it and the caller may report it.
    `corrected_by` are the reports in force in its place, `recorded` the record ids of all that was seen on the way to
    them. `is_whole`: the caller sees all of it, and so may write it down again. `counting` are the reports that count
    now: itself or others; `left` those that count once it is taken back.
    """

    event: Event
    capturer: str
    counts: bool
    is_whole: bool
    declared: tuple[Declared, ...]
    form: ReadBack | None
    corrected_by: tuple[str, ...]
    recorded: frozenset[str]
    counting: tuple[Version, ...]
    left: tuple[Version, ...]

    @property
    def event_id(self) -> str:
        return self.event.event_id

    @property
    def is_void(self) -> bool:
        """Taken back, with nothing in its place that was named for it."""
        return not self.corrected_by and self.event_id not in [one.event_id for one in self.counting]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """By the declaration under this record id. `counting` are the reports that count from now on."""

    record_id: str
    receipt: Receipt
    counting: tuple[Version, ...]
    corrected: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    capture: Capture
    codes: Codes
    versions: Versions
    admission: Admission
    base: str

    async def subject(self, event_id: str, caller: Caller, after: Sequence[Receipt] = ()) -> Subject:
        """The report once `after` is applied. Raises NotFound where there is none, Unauthorised's kin where histories
        do."""
        found = await self.versions.documents(event_id, after, caller)
        documents = [(one, event) for one, event in found if event.event_id == event_id]
        original = original_of(documents)
        if original is None:
            raise NotFound("No report with this id is recorded.")
        one, event = original
        counts = word_counts(documents, caller.principal.party, self.admission)
        whole = record_id(one.event) == one.record_id
        standings = self.versions.standings(found)
        may_correct = whole and counts and scope_of(caller.principal, activity_of(event)) > Scope.NOBODY
        return Subject(
            event=event,
            capturer=one.capturer,
            counts=counts,
            is_whole=whole,
            declared=declarations(documents, self.admission),
            form=read_back(event, self.base) if may_correct else None,
            corrected_by=standings[event_id].corrected_by,
            recorded=frozenset(one.record_id for one, _ in found),
            counting=counting(standings, event_id),
            left=counting(self.versions.standings(found, taken_back=event_id), event_id),
        )

    async def take_back(self, subject: Subject, reason: Reason, at: datetime, caller: Caller) -> TakenBack:
        """Raises NotCorrected, Rejected, Unauthorised, Transient. The same time again is harmless."""
        if not subject.is_whole:
            raise NotCorrected(say(SEEN_IN_PART))
        if subject.corrected_by:
            raise NotCorrected(say(CORRECTED_ALREADY), subject.corrected_by)
        wrong = _declaration(subject, (), reason, at)
        receipt = await publish_one(wrong, self.capture, caller)
        return TakenBack(wrong.record_id, receipt, subject.left if subject.counts else subject.counting)

    async def correct(
        self, subject: Subject, given: Given, event_id: str, situation: Situation, caller: Caller
    ) -> TakenBack:
        """`situation.now` is when it was declared wrong. Nothing is sent before both halves are known to be admitted.

        Raises NotReadable, NotCorrected, Rejected, Unauthorised, HalfDone, Transient.
        """
        if subject.form is None:
            raise NotCorrected(say(NO_FORM if subject.counts else ANOTHERS))
        ready = await self.ready(subject, subject.form, given, event_id, situation, caller)
        right, wrong = prepare(ready.event), _declaration(subject, (event_id,), "incorrect_data", situation.now)
        if subject.corrected_by and right.record_id not in subject.recorded:
            raise NotCorrected(say(CORRECTED_ALREADY), subject.corrected_by)
        for refused in await self.admission.refusals([right.body, wrong.body], caller.principal, 0):
            if refused:
                raise refusal(refused)
        receipt = await publish_one(right, self.capture, caller)
        try:
            declared = await publish_one(wrong, self.capture, caller)
        except Transient as error:
            raise HalfDone(HALF_DONE) from error
        except (Rejected, Unauthorised) as error:
            raise NotCorrected(say(HALF_REFUSED, reason=error)) from error
        reported = Reported(event_id, ready.event, ready.values, receipt)
        return TakenBack(wrong.record_id, declared, (Version(event_id, Event(ready.event)),), reported)

    async def ready(
        self, subject: Subject, form: ReadBack, given: Given, event_id: str, situation: Situation, caller: Caller
    ) -> Ready:
        """An empty time is the report's own: a correction does not move what happened to today. Raises NotReadable,
        Rejected."""
        command = COMMANDS[form.noun]
        issuer = str(subject.event.body.get("suyuan:issuer", situation.party))
        at = replace(situation, party=issuer)
        typed = {**given, "at": given.get("at") or form.given["at"]}
        reading = await self.codes.read(command.entries, typed, at, token=caller.token)
        if reading.problems:
            raise NotReadable(reading.problems)
        try:
            after = command.build(reading.values, at, event_id)
        except FieldError as error:
            raise NotReadable([FieldProblem(error.field or command.entries[0].name, error.sentence)]) from error
        event = corrected(subject.event.body, form.event, after)
        if problems := errors(validate_event(event, strict=True)):
            raise Rejected(sentence(problems[0].message), problems)
        return Ready(event_id, event, reading.values)


def _declaration(subject: Subject, corrective: tuple[str, ...], reason: Reason, at: datetime) -> Prepared:
    return prepare(correction(subject.event.body, at=at, corrective_event_ids=corrective, reason=reason))


def may_correct(caller: Caller) -> bool:
    """Whether the caller may say of any report at all that it is wrong."""
    return bool(caller.principal.party) and reports_at_all(caller.principal)
