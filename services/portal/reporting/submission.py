"""An event on its way to the service that records it: made ready, sent, and the answers that are exceptions.

Which service records an event is `wire.routing`; how services are reached is `rpc`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from epcis.event_id import record_id, recorded_bytes
from epcis.problems import Problem
from services.portal.ports import Capture, Submission
from services.portal.signing_in.caller import Caller
from stream.receipts import Receipt
from wire.errors import Rejected, Transient, Unauthorised
from wire.routing import topic_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event ready to be sent, and where it stood."""

    body: Mapping[str, Any]
    submission: Submission
    pointer: str

    @property
    def event_id(self) -> str:
        return str(orjson.loads(self.submission.event)["eventID"])

    @property
    def record_id(self) -> str:
        return record_id(self.submission.event)


def prepare(body: Mapping[str, Any], pointer: str = "", sent_time_ms: int = 0) -> Prepared:
    """Of a valid, self-contained event."""
    event = recorded_bytes(body)
    return Prepared(body, Submission(topic_of(body), event, sent_time_ms), pointer)


async def publish_one(one: Prepared, capture: Capture, caller: Caller) -> Receipt:
    """Raises Rejected, Forbidden, or Transient where it is unknown whether the event was recorded."""
    (answer,) = await capture.capture([one.submission], token=caller.token)
    if answer.status == "rejected":
        raise refusal(answer.problems) if answer.problems else Rejected("The event was not accepted.")
    if answer.status == "retry" or answer.receipt is None:
        raise Transient("It is not known whether this was recorded. Send it again: that is harmless.")
    return answer.receipt


NOT_ALLOWED = frozenset({"role-may-not", "not-in-this-role", "not-your-own", "no-mandate"})
"""Codes of problems that lie with who reports; all others lie with what is reported."""


class Forbidden(Unauthorised):
    """As Unauthorised, with the events it is about."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


def refusal(problems: Sequence[Problem]) -> Rejected | Forbidden:
    """Of events that are valid and yet not admitted."""
    message = sentence(problems[0].message)
    allowed = NOT_ALLOWED.isdisjoint(problem.code for problem in problems)
    return Rejected(message, problems) if allowed else Forbidden(message, problems)


def sentence(text: str) -> str:
    """An address at its beginning stays as it is."""
    first = text[:1] if text.startswith(("http:", "https:", "urn:")) else text[:1].upper()
    return first + text[1:] + ("" if text.endswith((".", "。", "?")) else ".")
