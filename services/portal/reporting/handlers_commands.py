"""A command's fields become an event, which is recorded like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from epcis.event_id import content_hash
from epcis.problems import errors
from epcis.validation import validate_event
from services.portal.certificates.issued import IssuedCertificates
from services.portal.certificates.subjects import Subjects
from services.portal.ports import AWAY, Capture, Histories
from services.portal.reporting.command_fields import codes_of
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import FieldProblem, Given, Reading, Situation, Values, as_text
from services.portal.reporting.quality_checks import QualityChecks
from services.portal.reporting.submission import prepare, publish_one, sentence
from services.portal.reporting.typed import FieldError
from services.portal.signing_in.caller import Caller
from services.portal.telling.codes import Codes
from stream.receipts import Receipt
from wire.errors import Rejected


@dataclass(frozen=True, slots=True)
class Ready:
    """A command that was read, to be looked at once more before it is sent."""

    event_id: str
    event: Mapping[str, Any]
    values: Values


@dataclass(frozen=True, slots=True)
class Reported(Ready):
    """A command that was recorded."""

    receipt: Receipt


class NotReadable(Exception):
    """Some fields could not be taken."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.sentence}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """A command's fields become an event, which is recorded like any other."""

    capture: Capture
    codes: Codes
    histories: Histories
    issued: IssuedCertificates
    subjects: Subjects
    quality: QualityChecks

    async def first_sent(self, event_id: str, caller: Caller) -> datetime | None:
        """When the report of this id happened, where it is recorded already; None where it is not, or nobody can say:
        a true report does not wait for those who read."""
        try:
            stored = await self.histories.events([event_id], after=(), token=caller.token)
        except AWAY:
            return None
        return datetime.fromisoformat(orjson.loads(stored[0].event)["eventTime"]) if stored else None

    async def says_otherwise(self, ready: Ready, caller: Caller) -> bool:
        """Whether its id is that of a recorded report that says something else; no where nobody can say."""
        try:
            stored = await self.histories.events([ready.event_id], after=(), token=caller.token)
        except AWAY:
            return False
        first = [one for one in stored if "errorDeclaration" not in orjson.loads(one.event)]
        return bool(first) and content_hash(ready.event) not in {one.content_hash for one in first}

    async def ready(self, noun: str, given: Given, situation: Situation, event_id: str, caller: Caller) -> Ready:
        """Raises NotReadable, Rejected."""
        reading = await self.codes.read(COMMANDS[noun].entries, given, situation, token=caller.token)
        if reading.problems:
            raise NotReadable(reading.problems)
        if noun == "certificates":
            reading = await self._of_issued(reading, given, situation, event_id, caller)
        event = _built(noun, reading, situation, event_id)
        await self._checked(noun, reading, event, event_id, caller)
        problems = errors(validate_event(event, strict=True))
        if problems:
            raise Rejected(sentence(problems[0].message), problems)
        return Ready(event_id, event, reading.values)

    async def send(self, ready: Ready, caller: Caller, sent_time_ms: int = 0) -> Reported:
        """Raises Rejected, Unauthorised, Transient. The same event id again is harmless."""
        receipt = await publish_one(prepare(ready.event, sent_time_ms=sent_time_ms), self.capture, caller)
        return Reported(ready.event_id, ready.event, ready.values, receipt)

    async def _checked(
        self, noun: str, reading: Reading, event: Mapping[str, Any], event_id: str, caller: Caller
    ) -> None:
        try:
            await self.quality.check(noun, reading.values, event, event_id, token=caller.token)
        except FieldError as error:
            raise NotReadable([FieldProblem(error.field, error.sentence)]) from error

    async def _of_issued(
        self, reading: Reading, given: Given, situation: Situation, event_id: str, caller: Caller
    ) -> Reading:
        typed = as_text(given["certificate"])
        try:
            values = await self.issued.settle(reading.values, typed, situation, event_id, token=caller.token)
            if values["state"] == "issued" and values["scope"]:
                lines = codes_of(as_text(given.get("scope")))
                values = {**values, "scope": await self.subjects.meant(values["scope"], lines, token=caller.token)}
        except FieldError as error:
            raise NotReadable([FieldProblem(error.field, error.sentence)]) from error
        return replace(reading, values=values)


def _built(noun: str, reading: Reading, situation: Situation, event_id: str) -> Mapping[str, Any]:
    command = COMMANDS[noun]
    try:
        return command.build(reading.values, situation, event_id)
    except FieldError as error:
        raise NotReadable([FieldProblem(error.field or command.entries[0].name, error.sentence)]) from error
