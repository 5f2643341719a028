"""`GET /capture/{captureID}`: a job is its records on the captures topic and which of its events are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from provenance.access.authority import Principal
from services.portal.epcis_door import capture_jobs
from services.portal.epcis_door.capture_jobs import Job, JobEnd, JobState
from services.portal.ports import Histories, JobEntry, JobLog
from services.portal.signing_in.caller import Caller
from stream.receipts import Receipt
from wire.errors import NotFound

OUTCOME_WITHIN = 2000
"""Records after a job's own among which its end is looked for."""

MOST_READS = 8
"""Of the log for one page of jobs; where most records are of others, a page may be shorter than asked."""

READS_ALL_JOBS = frozenset({"operator", "regulator"})


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as `GET /capture/{captureID}` shows it."""

    capture_id: str
    job: Job
    state: JobState


@dataclass(frozen=True, slots=True)
class JobPage:
    """`older` is where the next page begins; empty on the last one."""

    views: Sequence[JobView]
    older: Mapping[int, int]


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

    async def recent(self, limit: int, before: Mapping[int, int], caller: Caller) -> JobPage:
        """At most `limit` of the caller's own jobs, newest first, below these offsets of the log."""
        views: list[JobView] = []
        for _ in range(MOST_READS):
            tail = await self.jobs.recent(limit * 4, before)
            reached = dict(tail.bounds)
            for receipt, entry in tail.entries:
                if len(views) == limit:
                    return JobPage(views, reached)
                reached[receipt.partition] = receipt.offset
                views += await self._views(receipt, entry, caller)
            before = reached
            if not tail.entries or all(before[partition] <= first for partition, first in tail.firsts.items()):
                return JobPage(views, {})
        return JobPage(views, before)

    async def _views(self, receipt: Receipt, entry: JobEntry, caller: Caller) -> Sequence[JobView]:
        """The job of this record, if it is one and the caller may see it."""
        job = capture_jobs.decode(entry.value)
        if not isinstance(job, Job) or not _may_read(caller.principal, job):
            return ()
        _, end = await self._read(receipt.partition, receipt.offset, entry.key)
        capture_id = capture_jobs.capture_id(receipt.partition, receipt.offset, entry.key)
        return (JobView(capture_id, job, await self._state(job, end, caller)),)

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
