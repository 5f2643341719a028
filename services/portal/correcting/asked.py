"""What the body of `POST /api/corrections` asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from provenance.reports import Reason
from services.portal.correcting.words import REASONS
from services.portal.http.receipts import read_receipts
from services.portal.reporting.command_api import own_event_id
from stream.receipts import Receipt
from wire.errors import Rejected

NAMES = ("corrects", "reason", "declared_at", "event_id", "report", "seen", "after")


@dataclass(frozen=True, slots=True)
class Asked:
    """`report` has the fields that are to be different, None where it is only taken back. `seen` are the warnings that
    a person was shown, None where there is nobody to show them to. `event_id` is "" where the caller gives none."""

    corrects: str
    reason: Reason
    at: datetime
    event_id: str
    report: dict[str, Any] | None
    seen: frozenset[str] | None
    after: tuple[Receipt, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any], now: datetime) -> Asked:
        """Raises Rejected naming the member that is wrong."""
        for name in body.keys() - set(NAMES):
            raise Rejected(f"{name}: there is no such member here; there are {', '.join(NAMES)}.")
        corrects, report = body.get("corrects"), body.get("report")
        if not isinstance(corrects, str) or not corrects:
            raise Rejected("corrects: give the event id of the report that is wrong.")
        if report is not None and not isinstance(report, dict):
            raise Rejected("report: give the fields that are to be different, as an object.")
        reason = body.get("reason", "did_not_occur" if report is None else "incorrect_data")
        if reason not in REASONS or (report is not None and reason != "incorrect_data"):
            raise Rejected(f"reason: one of {', '.join(REASONS)}; what did not occur has no corrected version.")
        at, event_id = _declared_at(body.get("declared_at"), now), _event_id(body.get("event_id"))
        seen = (
            None
            if body.get("seen") is None
            else frozenset(_texts(body["seen"], "seen", "the warnings that were shown"))
        )
        after = read_receipts(_texts(body.get("after") or [], "after", "receipts, topic:partition:offset"))
        return cls(corrects, cast(Reason, reason), at, event_id, report, seen, after)


def _event_id(given: Any) -> str:
    return "" if given is None else own_event_id(given)


def _texts(given: Any, name: str, what: str) -> Sequence[str]:
    if not isinstance(given, list):
        raise Rejected(f"{name}: give a list of {what}.")
    return [str(one) for one in given]


def _declared_at(given: Any, now: datetime) -> datetime:
    if given is None:
        return now
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError:
        at = datetime.max
    if at.tzinfo is None or at > now + timedelta(hours=24):
        raise Rejected("declared_at: a time with its zone that has come, such as 2026-09-12T06:30:00+08:00.")
    return at
