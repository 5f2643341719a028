"""`POST /capture`: a whole document is validated and authorised first, then published as a job (ADR 0060)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from epcis.documents import event_path, read_document
from epcis.exact_json import read_json
from epcis.problems import Problem, errors
from epcis.validation import NOT_CHECKED, validate_document
from services.portal.epcis_door import capture_jobs
from services.portal.epcis_door.capture_jobs import Behaviour, Job, JobEnd, JobEvent, JobProblem
from services.portal.epcis_door.document_size import TooLarge, require_capturable
from services.portal.ports import Admission, Aside, Capture, Captured, JobLog
from services.portal.reporting.submission import Prepared, prepare, refusal, sentence
from services.portal.signing_in.caller import Caller
from wire.errors import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCapture:
    """`POST /capture`: 202 means everything that could be published was acknowledged or is named in the job."""

    admission: Admission
    capture: Capture
    jobs: JobLog
    aside: Aside
    now_ms: Callable[[], int]
    new_key: Callable[[], str]

    async def take(self, raw: bytes, behaviour: Behaviour, caller: Caller, sent_time_ms: int) -> str:
        """The capture id. Raises Rejected or Unauthorised for the document, TooLarge, Overloaded, Transient."""
        bodies, invalid = await self.aside(partial(read_events, raw))
        refused = await self._refusals(bodies, invalid, caller, sent_time_ms)
        if behaviour == "rollback":
            _refuse_whole(invalid, refused)
        left_out = invalid + [problem for problems in refused.values() for problem in problems]
        bad = {_event_pointer(problem.pointer, bodies) for problem in left_out}
        wanted = {pointer: body for pointer, body in bodies.items() if pointer not in bad}
        good = await self.aside(partial(_prepared, wanted, sent_time_ms))
        events, problems = _job_events(good), capture_jobs.fitting(_job_problems(left_out))
        job = Job(self.now_ms(), behaviour, caller.principal.party, events, problems)
        return await self._publish(job, good, caller)

    async def _refusals(
        self, bodies: Mapping[str, Mapping[str, Any]], invalid: Sequence[Problem], caller: Caller, sent_time_ms: int
    ) -> Mapping[str, list[Problem]]:
        """Of the valid events: why this caller may not report them, by pointer."""
        bad = {_event_pointer(problem.pointer, bodies) for problem in invalid}
        valid = {pointer: body for pointer, body in bodies.items() if pointer not in bad}
        found = await self.admission.refusals(list(valid.values()), caller.principal, sent_time_ms)
        return {
            pointer: [_moved(problem, pointer) for problem in problems]
            for pointer, problems in zip(valid, found, strict=True)
            if problems
        }

    async def _publish(self, job: Job, good: Sequence[Prepared], caller: Caller) -> str:
        key = self.new_key()
        place = await self.jobs.append(key, capture_jobs.encode(job))
        answers = await self.capture.capture([one.submission for one in good], token=caller.token)
        end = _end(good, answers, self.now_ms())
        await self.jobs.append(key, capture_jobs.encode(end))
        return capture_jobs.capture_id(place.partition, place.offset, key)


def read_events(raw: bytes) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """Self-contained events by their pointer, and the document's errors. Raises Rejected where it cannot be read, or
    something is wrong with what every event rests on; and TooLarge."""
    try:
        body = read_json(raw)
        require_capturable(body)
        document = read_document(body if isinstance(body, Mapping) else raw)
    except ValueError as error:
        raise Rejected(sentence(str(error)), [Problem("", "unreadable", str(error))]) from error
    invalid = errors(validate_document(document.body))
    if any(problem.code == NOT_CHECKED or problem.pointer.startswith("/@context") for problem in invalid):
        raise Rejected(_counted(len(invalid)), invalid)
    start = "".join(f"/{step}" for step in event_path(document.body)) if "epcisBody" in document.body else None
    pointers = ("" if start is None else f"{start}/{index}" for index in range(len(document.events)))
    return dict(zip(pointers, document.events, strict=False)), invalid


def _refuse_whole(invalid: Sequence[Problem], refused: Mapping[str, Sequence[Problem]]) -> None:
    if invalid:
        raise Rejected(_counted(len(invalid)), invalid)
    if refused:
        raise refusal([problem for listed in refused.values() for problem in listed])


def _counted(count: int) -> str:
    return (
        "The document has 1 problem; nothing was recorded."
        if count == 1
        else (f"The document has {count} problems; nothing was recorded.")
    )


def _event_pointer(pointer: str, bodies: Mapping[str, Any]) -> str:
    """The event a problem belongs to; "" (no event, so all) for one of the document around them."""
    parts = pointer.split("/")
    return next((start for n in range(len(parts), 0, -1) if (start := "/".join(parts[:n])) in bodies), "")


def _moved(problem: Problem, pointer: str) -> Problem:
    return Problem(pointer + problem.pointer, problem.code, problem.message, problem.severity)


def _prepared(bodies: Mapping[str, Mapping[str, Any]], sent_time_ms: int) -> list[Prepared]:
    return [prepare(body, pointer, sent_time_ms) for pointer, body in bodies.items()]


def _job_events(good: Sequence[Prepared]) -> tuple[JobEvent, ...]:
    """Raises TooLarge where their ids are so long that the log has no room for them."""
    events = tuple(JobEvent(one.record_id, one.event_id, one.pointer) for one in good)
    if capture_jobs.events_bytes(events) > capture_jobs.MAX_EVENTS_BYTES:
        raise TooLarge("The eventIDs are so long that these are too many for one job. Send several documents.")
    return events


def _job_problems(problems: Sequence[Problem]) -> tuple[JobProblem, ...]:
    return tuple(JobProblem.of(problem) for problem in problems)


def _end(good: Sequence[Prepared], answers: Sequence[Captured], now_ms: int) -> JobEnd:
    failed = [(one, answer) for one, answer in zip(good, answers, strict=True) if answer.status != "accepted"]
    problems = [problem for one, answer in failed for problem in _failure(one, answer)]
    return JobEnd(now_ms, frozenset(one.record_id for one, _ in failed), capture_jobs.fitting(problems))


def _failure(one: Prepared, answer: Captured) -> Sequence[JobProblem]:
    if answer.status == "retry":
        unknown = "It is not known whether this event was recorded; post the document again, which is harmless."
        return [JobProblem(one.pointer, "unknown", unknown)]
    return [JobProblem.of(problem, one.pointer) for problem in answer.problems]
