"""A command's form and its receipt as pages, whoever serves them: a first report, or the correction of one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from epcis.events import Event
from provenance.certificates.commitments import BASES, EVIDENCE
from provenance.weights import gtin_of
from services.portal.commitments.committing import Asked, Committing
from services.portal.commitments.offering import Offer
from services.portal.languages import Language
from services.portal.log.promising import Promising, evidence_path
from services.portal.pages import Pages
from services.portal.ports import AWAY, Records
from services.portal.reporting.breaches import beside, no_effect
from services.portal.reporting.doubts import doubts
from services.portal.reporting.fields import Command, Rows, as_text, label_of
from services.portal.reporting.filled import Filled
from services.portal.reporting.handlers_commands import NotReadable, Ready, Reported
from services.portal.reporting.looking_around import HANDING_OVER, HOLDING, Looking
from services.portal.reporting.quality_checks import QualityChecks, judged_lines
from services.portal.reporting.typed import FieldError
from services.portal.reporting.typed_codes import read_product
from services.portal.reporting.understood import Line, left_to_tell, made, understood
from services.portal.sentences import Sentence
from services.portal.signing_in.caller import Caller
from services.portal.telling.event_pages import event_path
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected, Transient, Unauthorised

MOST_PRODUCTS = 50
CERTIFIABLE = ("deliveries", "poolings")
"""Reports after which the 承诺达标合格证 of the lot is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a form is sent, what it carries along unseen, and what it corrects ("" for a first report)."""

    action: str
    hidden: Mapping[str, str]
    corrects: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPages:
    pages: Pages
    records: Records
    looking: Looking
    quality: QualityChecks
    committing: Committing
    promising: Promising

    async def form(
        self,
        request: Request,
        caller: Caller,
        command: Command,
        filled: Filled,
        target: Target,
        status: int | None = None,
    ) -> Response:
        wrong = bool(filled.problems or filled.notice)
        return self.pages.render(
            request,
            "command.html",
            caller,
            status=status or (422 if wrong else 200),
            command=command,
            filled=filled,
            faults=[(path, label_of(command, path)) for path in filled.problems],
            target=target,
            products=await self._products(caller) if "product" in command.field_names() else (),
            limits=await self._limits(request, caller, filled) if command.noun == "inspections" else (),
            label_of=partial(label_of, command),
            is_rows=lambda entry: isinstance(entry, Rows),
        )

    async def doubts(
        self, command: Command, ready: Ready, caller: Caller, now: datetime, corrects: str = ""
    ) -> tuple[Sentence, ...]:
        """What is asked of a report before it is recorded."""
        around = await self.looking.around(command, ready.values, ready.event_id, caller, corrects)
        return tuple(doubts(command.noun, ready.values, around, now))

    async def _tested(self, command: Command, reported: Reported, caller: Caller, language: Language) -> list[Line]:
        """What an inspection just recorded comes to."""
        if command.noun != "inspections":
            return []
        judged = await self.quality.judged(reported.event, token=caller.token)
        return judged_lines(judged, caller.principal.roles, language)

    async def _beside(
        self, command: Command, reported: Reported, caller: Caller, *, is_correction: bool
    ) -> list[Sentence]:
        """Why a hold or a release just recorded changes nothing; what other reports say otherwise of a hand-over, among
        which what it corrects would be one until the correction is applied."""
        if command.noun not in HOLDING | (frozenset() if is_correction else HANDING_OVER):
            return []
        around = await self.looking.around(command, reported.values, reported.event_id, caller)
        return no_effect(around) + beside(around)

    async def _offer(self, command: Command, reported: Reported, caller: Caller) -> Offer | None:
        """The certificate of a lot just made, where it may be issued in one tap; nothing where nobody can say."""
        if command.noun not in CERTIFIABLE:
            return None
        try:
            lot = main_key(reported.event)
            return await self.committing.offer(lot, caller, after=[reported.receipt])
        except (NotReadable, NotFound, *AWAY):
            return None

    async def _limits(self, request: Request, caller: Caller, filled: Filled) -> list[str]:
        """Of the product that is filled in, to be read beside the rows of measurements."""
        try:
            gtin = read_product(as_text(filled.given.get("product")))
        except FieldError:
            return []
        return await self.quality.limits(gtin, language=self.pages.language(request), token=caller.token)

    async def _products(self, caller: Caller) -> tuple[Mapping[str, Any], ...]:
        """To choose from; the form works without."""
        try:
            page = await self.records.list("product", "", MOST_PRODUCTS, "", token=caller.token)
        except (Transient, Unauthorised, Rejected):
            return ()
        return page.records

    async def done(
        self,
        request: Request,
        caller: Caller,
        command: Command,
        given: Mapping[str, Any],
        reported: Reported,
        declared: Receipt | None = None,
    ) -> Response:
        """`declared` is where the declaration lies that names this report as the right one. The promise is asked for
        while the rest is looked up."""
        promise = asyncio.create_task(self.promising.of(reported.event, reported.receipt, caller))
        language = self.pages.language(request)
        after = [reported.receipt, *([declared] if declared else [])]
        around = await self.looking.names(command, reported.values, caller)
        without = await self._beside(command, reported, caller, is_correction=declared is not None)
        tested = await self._tested(command, reported, caller, language)
        told = understood(command, reported.values, given, around, language)
        lots = made(Event(reported.event), told, language)
        return self.pages.render(
            request,
            "done.html",
            caller,
            command=command,
            reported=reported,
            after=after,
            is_correction=declared is not None,
            without=without,
            made=[*lots, *tested],
            offer=await self._offer(command, reported, caller),
            filled=Filled({}, str(uuid4()), {}),
            asked=Asked(main_key(reported.event), ("quality_control",)),
            bases=BASES,
            evidence=EVIDENCE,
            report_of_sample=_report_of(reported.event) if command.noun == "samples" else "",
            lines=left_to_tell(told, lots),
            main_key=main_key(reported.event),
            promise=await promise,
            promise_path=evidence_path(reported.event_id, "promise"),
            event_path=event_path(reported.event_id),
        )


def _report_of(body: Mapping[str, Any]) -> str:
    """The form for what the laboratory finds in a sample, days later: all that is known of it filled in."""
    event = Event(body)
    lot = next((item.key for item in event.objects if item.of_class), "")
    said = {"lot": lot, "seal": body.get("suyuan:seal", ""), "laboratory": body.get("suyuan:laboratory", "")}
    filled = {"kind": "laboratory", "product": (gtin_of(lot) or "").rsplit("/", 1)[-1], **said}
    return f"/forms/inspections?{urlencode({name: text for name, text in filled.items() if text})}"


def main_key(body: Mapping[str, Any]) -> str:
    """What the event is about, for the link to its history."""
    event = Event(body)
    items = (*event.outputs, *event.objects, *event.children)
    if event.biz_step in ("sampling", "inspecting"):  # of a sample, the lot that it was taken of
        items = (*(item for item in items if item.of_class), *items)
    return event.parent or (items[0].key if items else event.event_id)
