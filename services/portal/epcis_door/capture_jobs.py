"""A capture job: what a document asked for, how its publishing ended, and the state these give (EPCIS 2.0, 8.2.3).

Owns the two records of a job on the captures topic, their JSON, the id they are found by, and the truth table of
`running` and `success`. Nothing is kept elsewhere: which of a job's events are stored is asked when the state is read,
so any portal can answer for any job (ADR 0060).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

import orjson

from epcis.problems import Problem

Behaviour = Literal["rollback", "proceed"]
BEHAVIOURS: tuple[Behaviour, ...] = ("rollback", "proceed")

ABANDONED_AFTER_MS = 120_000
"""A job without an end this long after its start was left by a portal that died."""

MAX_EVENTS_BYTES = 640 * 1024
MAX_PROBLEMS_BYTES = 256 * 1024
"""Together, with what else a record holds, under the 1 MiB of a record on the log."""

_TOKEN = re.compile(r"[0-9]{1,4}-[0-9]{1,18}(?:\.[0-9]{1,4}-[0-9]{1,18}){0,255}")
_ID = re.compile(r"([0-9]{1,9})-([0-9]{1,18})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class JobProblem:
    """A problem of one event of the document, `pointer` into the document."""

    pointer: str
    code: str
    message: str

    @classmethod
    def of(cls, problem: Problem, pointer: str = "") -> JobProblem:
        return cls(pointer + problem.pointer, problem.code, problem.message)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """An event the job sent: `_id` in every store, event id, and where it stood in the document."""

    record_id: str
    event_id: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for. `problems` are of events left out under `proceed`."""

    created_ms: int
    behaviour: Behaviour
    party: str
    events: tuple[JobEvent, ...]
    problems: tuple[JobProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How publishing ended. `failed` holds the record ids that were not acknowledged."""

    ended_ms: int
    failed: frozenset[str] = frozenset()
    problems: tuple[JobProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class JobState:
    running: bool
    success: bool
    finished_ms: int | None
    problems: tuple[JobProblem, ...]


def state(job: Job, end: JobEnd | None, stored: frozenset[str], now_ms: int) -> JobState:
    """The truth table. Acknowledged events will be stored, so the job runs until they are."""
    missing = {event.record_id for event in job.events} - stored
    problems = job.problems + (end.problems if end else ())
    if not missing:
        # What was unknown while publishing turned out stored: only problems of events left out remain.
        return JobState(False, not job.problems, end.ended_ms if end else job.created_ms, job.problems)
    if end is not None:
        ended = missing <= end.failed
        return JobState(not ended, not problems, end.ended_ms if ended else None, problems)
    if now_ms - job.created_ms < ABANDONED_AFTER_MS:
        return JobState(True, not problems, None, problems)
    lost = tuple(_left(event) for event in job.events if event.record_id in missing)
    return JobState(False, False, job.created_ms + ABANDONED_AFTER_MS, problems + lost)


def _left(event: JobEvent) -> JobProblem:
    return JobProblem(event.pointer, "not-recorded", "This event was not recorded; post the document again.")


def capture_id(partition: int, offset: int, key: str) -> str:
    """The id says where the job's record lies; `key` (32 hex digits) is what nobody can guess."""
    return f"{partition}-{offset}-{key}"


def read_capture_id(text: str) -> tuple[int, int, str] | None:
    """(partition, offset, key), or None where the text is no id of ours."""
    found = _ID.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[2]), found[3])


def page_token(bounds: Mapping[int, int]) -> str:
    """Where the next page of jobs begins: below this offset in each partition."""
    return ".".join(f"{partition}-{offset}" for partition, offset in sorted(bounds.items()))


def read_page_token(text: str) -> Mapping[int, int] | None:
    """None where the text is no token of ours; the empty text stands for the first page."""
    if not text:
        return {}
    if not _TOKEN.fullmatch(text):
        return None
    pairs = (pair.partition("-") for pair in text.split("."))
    return {int(partition): int(offset) for partition, _, offset in pairs}


def fitting(problems: Sequence[JobProblem]) -> tuple[JobProblem, ...]:
    """As many as a record has room for; the last one then says how many there are besides."""
    ends = accumulate(len(orjson.dumps(_problem(problem))) + 1 for problem in problems)
    room = bisect_right(list(ends), MAX_PROBLEMS_BYTES)
    if room == len(problems):
        return tuple(problems)
    more = JobProblem("", "more-problems", f"There are {len(problems) - room} more problems.")
    return (*problems[:room], more)


def events_bytes(events: Sequence[JobEvent]) -> int:
    return len(orjson.dumps([_event(event) for event in events]))


def encode(record: Job | JobEnd) -> bytes:
    if isinstance(record, Job):
        body: dict[str, Any] = {
            "created": record.created_ms,
            "behaviour": record.behaviour,
            "party": record.party,
            "events": [_event(event) for event in record.events],
        }
    else:
        body = {"ended": record.ended_ms, "failed": sorted(record.failed)}
    return orjson.dumps({**body, "problems": [_problem(problem) for problem in record.problems]})


def _event(event: JobEvent) -> list[str]:
    return [event.record_id, event.event_id, event.pointer]


def _problem(problem: JobProblem) -> list[str]:
    return [problem.pointer, problem.code, problem.message]


def decode(value: bytes) -> Job | JobEnd:
    """Raises ValueError or KeyError for anything `encode` did not write."""
    body: Mapping[str, Any] = orjson.loads(value)
    problems = tuple(JobProblem(*listed) for listed in body["problems"])
    if "ended" in body:
        return JobEnd(body["ended"], frozenset(body["failed"]), problems)
    events = tuple(JobEvent(*listed) for listed in body["events"])
    return Job(body["created"], body["behaviour"], body["party"], events, problems)
