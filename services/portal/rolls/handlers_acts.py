"""The acts, one function each: what was read from a form or from JSON becomes a call, or an event."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from provenance import reports
from provenance.access.activities import Activity
from provenance.access.authority import Scope, scope_of
from services.portal.ports import Capture
from services.portal.reporting.fields import Values
from services.portal.reporting.submission import prepare, publish_one
from services.portal.reporting.typed import FieldError
from services.portal.rolls.ports import Rolls, Stretch
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.telling.histories import Claim
from stream.receipts import Receipt
from wire.errors import Unauthorised

ITEMS_AN_EVENT = 1_000
"""Some 60 bytes each: far from the most an event may have (512 KiB)."""
VOIDED_A_CALL = 1_000
"""As many as `labels` takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`values` as they were read; under the same `request_id` and `at` again it is the same act."""

    values: Values
    request_id: str
    at: datetime
    after: Sequence[Receipt] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many labels it was done to; the claim that says why to none; of a recall its events and their receipts."""

    count: int
    claim: Claim | None = None
    event_ids: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Every act raises Rejected, NotFound, Unauthorised, Transient; FieldError for what the form lacks."""

    rolls: Rolls
    capture: Capture

    async def act(self, noun: str, asked: Asked, caller: Caller) -> Outcome:
        """`noun` is one of `acts.ACTS`."""
        do: Any = {"bind": self._bind, "return": self._return, "void": self._void, "recall": self._recall}[noun]
        return await do(asked, caller)  # type: ignore[no-any-return]

    async def _bind(self, asked: Asked, caller: Caller) -> Outcome:
        first, last, lot = (asked.values[name] for name in ("first", "last", "lot"))
        bound = await self.rolls.bind(asked.request_id, first, last, lot, after=asked.after, token=caller.token)
        return Outcome(bound.count, bound.claim)

    async def _return(self, asked: Asked, caller: Caller) -> Outcome:
        first, last = asked.values["first"], asked.values["last"]
        return Outcome(await self.rolls.give_back(asked.request_id, first, last, token=caller.token))

    async def _void(self, asked: Asked, caller: Caller) -> Outcome:
        stretch = await self._stretch(asked.values, caller)
        codes = [*(asked.values.get("codes") or ()), *(stretch.serials if stretch else ())]
        if not codes:
            raise FieldError(say(N_("Say which labels: scan them, or the first and the last.")), "codes")
        count = 0
        for start in range(0, len(codes), VOIDED_A_CALL):
            part, id_ = (
                codes[start : start + VOIDED_A_CALL],
                f"{asked.request_id}/{start}" if start else asked.request_id,
            )
            count += await self.rolls.make_void(id_, part, asked.values["reason"], token=caller.token)
        return Outcome(count)

    async def _recall(self, asked: Asked, caller: Caller) -> Outcome:
        """A recall is a hold (domain.md): one event for a thousand boxes, and one for a lot."""
        if scope_of(caller.principal, Activity.HOLDING) is Scope.NOBODY:
            raise Unauthorised("A recall is not opened by the brand, but by who oversees it.")
        stretch = await self._stretch(asked.values, caller)
        if stretch is None and not asked.values.get("lot"):
            raise FieldError(say(N_("Say which: scan a label, or name a lot.")), "first")
        events = list(_recalls(asked, stretch))
        receipts = [await publish_one(prepare(event), self.capture, caller) for event in events]
        ids = tuple(str(event["eventID"]) for event in events)
        return Outcome(len(stretch.serials) if stretch else 0, None, ids, tuple(receipts))

    async def _stretch(self, values: Values, caller: Caller) -> Stretch | None:
        ends = [str(values[name]) for name in ("first", "last") if values.get(name)]
        return await self.rolls.between(ends[0], ends[-1], token=caller.token) if ends else None


def _recalls(asked: Asked, stretch: Stretch | None) -> Iterator[reports.Json]:
    serials = stretch.serials if stretch else ()
    for start in range(0, len(serials), ITEMS_AN_EVENT):
        gtin = stretch.gtin if stretch else ""
        items = [f"https://id.gs1.org/01/{gtin}/21/{one}" for one in serials[start : start + ITEMS_AN_EVENT]]
        yield _recall(asked, f"items/{start}", items=items)
    if asked.values.get("lot"):
        yield _recall(asked, "lot", lots=[asked.values["lot"]])


def _recall(asked: Asked, part: str, lots: Sequence[str] = (), items: Sequence[str] = ()) -> reports.Json:
    event_id = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'suyuan:recall/{asked.request_id}/{part}')}"
    reason = asked.values["reason"]
    return reports.hold(event_id=event_id, at=asked.at, reason=reason, recall=True, lots=lots, items=items)
