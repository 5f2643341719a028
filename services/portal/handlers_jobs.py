"""`GET /capture/{captureID}`: a job is its records on the captures topic and which of its events are stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from provenance.authority import Principal
from services.portal import capture_jobs
from services.portal.callers import Caller
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
        job = await self._job(partition, offset, key)
        if not _may_read(caller.principal, job):
            raise NotFound("There is no capture job with this id.")
        return JobView(capture_id, job, await self._state(job, partition, offset, key, caller))

    async def recent(self, limit: int, caller: Caller) -> Sequence[JobView]:
        """The caller's own jobs among the latest records, newest first."""
        views: list[JobView] = []
        for receipt, entry in await self.jobs.recent(limit * 4):
            job = capture_jobs.decode(entry.value)
            if isinstance(job, Job) and _may_read(caller.principal, job) and len(views) < limit:
                state = await self._state(job, receipt.partition, receipt.offset, entry.key, caller)
                views.append(JobView(capture_jobs.capture_id(receipt.partition, receipt.offset, entry.key), job, state))
        return views

    async def _job(self, partition: int, offset: int, key: str) -> Job:
        for entry in await self.jobs.read(partition, offset, 1):
            job = capture_jobs.decode(entry.value) if entry.key == key else None
            if isinstance(job, Job):
                return job
        raise NotFound("There is no capture job with this id, or it is older than 30 days.")

    async def _state(self, job: Job, partition: int, offset: int, key: str, caller: Caller) -> JobState:
        stored = await self.histories.stored([event.record_id for event in job.events], token=caller.token)
        after = await self.jobs.read(partition, offset + 1, OUTCOME_WITHIN)
        ends = (capture_jobs.decode(entry.value) for entry in after if entry.key == key)
        end = next((end for end in ends if isinstance(end, JobEnd)), None)
        return capture_jobs.state(job, end, stored, self.now_ms())


def _may_read(principal: Principal, job: Job) -> bool:
    return job.party == principal.party or not READS_ALL_JOBS.isdisjoint(principal.roles)
