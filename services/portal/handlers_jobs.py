"""`GET /capture/{captureID}`: a job is its records on the captures topic and which of its events are stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from provenance.authority import Principal
from services.portal import capture_jobs
from services.portal.caller import Caller
from services.portal.capture_jobs import Job, JobEnd, JobState
from services.portal.ports import Histories, JobLog
from wire.errors import NotFound

OUTCOME_WITHIN = 2000
"""Records after a job's own among which its end is looked for."""

READS_ALL_JOBS = frozenset({"operator", "regulator"})


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as `GET /capture/{captureID}` shows it."""

    capture_id: str
    job: Job
    state: JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReading:
    jobs: JobLog
    histories: Histories
    now_ms: Callable[[], int]

    async def one(self, capture_id: str, caller: Caller) -> JobView:
        """Raises NotFound, also for a job of somebody else."""
        place = capture_jobs.read_capture_id(capture_id)
        if place is None:
            raise NotFound("There is no capture job with this id.")
        partition, offset, key = place
        job, end = await self._read(partition, offset, key)
        if job is None or not _may_read(caller.principal, job):
            raise NotFound("There is no capture job with this id, or it is older than 30 days.")
        return JobView(capture_id, job, await self._state(job, end, caller))

    async def recent(self, limit: int, caller: Caller) -> Sequence[JobView]:
        """The caller's own jobs among the latest records, newest first."""
        views: list[JobView] = []
        for receipt, entry in await self.jobs.recent(limit * 4):
            job = capture_jobs.decode(entry.value)
            if isinstance(job, Job) and _may_read(caller.principal, job) and len(views) < limit:
                _, end = await self._read(receipt.partition, receipt.offset, entry.key)
                capture_id = capture_jobs.capture_id(receipt.partition, receipt.offset, entry.key)
                views.append(JobView(capture_id, job, await self._state(job, end, caller)))
        return views

    async def _read(self, partition: int, offset: int, key: str) -> tuple[Job | None, JobEnd | None]:
        """The job at this place, and its end, which has the same key and so lies in the same partition."""
        entries = await self.jobs.read(partition, offset, OUTCOME_WITHIN)
        own = [capture_jobs.decode(entry.value) for entry in entries if entry.key == key]
        job = own[0] if own and entries[0].key == key else None
        end = next((record for record in own if isinstance(record, JobEnd)), None)
        return (job, end) if isinstance(job, Job) else (None, None)

    async def _state(self, job: Job, end: JobEnd | None, caller: Caller) -> JobState:
        stored = await self.histories.stored([event.record_id for event in job.events], token=caller.token)
        return capture_jobs.state(job, end, stored, self.now_ms())


def _may_read(principal: Principal, job: Job) -> bool:
    return job.party == principal.party or not READS_ALL_JOBS.isdisjoint(principal.roles)
