"""`POST /events`: look up, publish, wait, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from epcis.event_id import content_hash
from epcis.problems import errors
from epcis.validation import validate_event
from services.portal.ports import Admission, Capture, Histories, StoredEvent
from services.portal.reporting.submission import Prepared, prepare, publish_one, refusal, sentence
from services.portal.signing_in.caller import Caller
from stream.receipts import Receipt
from wire.errors import Rejected, Transient


class AlreadyRecorded(Exception):
    """An event with this id is recorded; `same_content` says whether it says the same."""

    def __init__(self, event_id: str, same_content: bool) -> None:
        super().__init__(f"An event with the id {event_id} is already recorded.")
        self.event_id = event_id
        self.same_content = same_content


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCapture:
    admission: Admission
    capture: Capture
    histories: Histories

    async def take(self, body: Mapping[str, Any], caller: Caller, sent_time_ms: int) -> StoredEvent:
        """The event as stored. Raises Rejected, Unauthorised, AlreadyRecorded, Transient."""
        problems = errors(validate_event(body))
        if problems:
            raise Rejected(sentence(problems[0].message), problems)
        (refused,) = await self.admission.refusals([body], caller.principal, sent_time_ms)
        if refused:
            raise refusal(refused)
        one = prepare(body, sent_time_ms=sent_time_ms)
        await self._refuse_known(one, caller)
        receipt = await publish_one(one, self.capture, caller)
        return await self._read(one, receipt, caller)

    async def _refuse_known(self, one: Prepared, caller: Caller) -> None:
        """An id that exists is refused, except that an error declaration is new unless its own bytes are stored."""
        known = await self.histories.events([one.event_id], after=(), token=caller.token)
        if not known:
            return
        declares = "errorDeclaration" in one.body
        if declares and one.record_id not in await self.histories.stored([one.record_id], token=caller.token):
            return
        same = declares or content_hash(one.body) in {stored.content_hash for stored in known}
        raise AlreadyRecorded(one.event_id, same)

    async def _read(self, one: Prepared, receipt: Receipt, caller: Caller) -> StoredEvent:
        """It is recorded, whatever a reader may see of it, and when: the answer is then what was sent."""
        as_sent = StoredEvent(one.record_id, one.submission.event)
        try:
            stored = await self.histories.events([one.event_id], after=(receipt,), token=caller.token)
        except Transient:
            return as_sent
        found = next((event for event in stored if event.record_id == one.record_id), None)
        return found or as_sent
