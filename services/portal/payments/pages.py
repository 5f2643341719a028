"""Payments for people: the form that reports one, and what was paid so far by or to whoever is signed in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from epcis.problems import Problem, errors
from provenance.payments.admission import MAY_PAY, impossible
from provenance.payments.reading import InvalidPayment, payment_of
from services.portal.http.receipts import read_receipts, written_receipts
from services.portal.languages import Language
from services.portal.pages import Pages
from services.portal.payments.doubts import as_sentences, in_words, warnings_about
from services.portal.payments.ports import PaymentDoubt, PaymentList, Payments, PaymentStanding
from services.portal.payments.refused import why
from services.portal.ports import AWAY, Captured, Records
from services.portal.reporting.command_fields import named, read_date, read_lot, read_mass, read_product, read_text
from services.portal.reporting.doubts import are_seen, seen
from services.portal.reporting.fields import Field, Situation, by_field
from services.portal.reporting.filled import Filled, read_uuid
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.codes import Codes
from services.portal.telling.naming import name_in, short
from wire.errors import Transient

MOST_SHOWN = 50
KINDS = (("settlement", N_("Settlement")), ("advance", N_("Advance")), ("dividend", N_("Dividend")))
METHODS = (
    ("cash", N_("Cash")),
    ("bank", N_("Bank transfer")),
    ("wechat", N_("WeChat")),
    ("alipay", N_("Alipay")),
    ("other", N_("Other")),
)
FIELDS = (
    Field(name="kind", label=N_("Kind of payment"), read=read_text, widget="choice", choices=KINDS),
    Field(name="payee", label=N_("Grower"), read=named("grower"), widget="code", example="G-0231",
          hint=N_("Scan the grower's card, or type its code.")),
    Field(name="product", label=N_("Product"), read=read_product, widget="code", sticky=True,
          hint=N_("Of the lot; leave empty where the lot was scanned."), required=False),
    Field(name="lot", label=N_("Lot of the delivery"), read=read_lot, widget="code", example="P0912-01"),
    Field(name="kilograms", label=N_("Kilograms paid for"), read=read_mass, widget="number", required=False,
          hint=N_("Leave empty where it is all of it.")),
    Field(name="yuan", label=N_("Yuan, before deductions"), read=read_text, widget="number", example="2480.50"),
    Field(name="deducted", label=N_("Yuan deducted"), read=read_text, widget="number", required=False),
    Field(name="deducted_for", label=N_("Deducted for"), read=read_text, required=False,
          hint=N_("Such as fertiliser that was paid for in advance.")),
    Field(name="paid_on", label=N_("Paid on"), read=read_date, widget="date"),
    Field(name="method", label=N_("Way of paying"), read=read_text, widget="choice", choices=METHODS, required=False),
)  # fmt: skip
_AT_FIELD: Mapping[str, str] = {"deductions": "deducted", "deliveries": "lot"}
"""Where the form asks for what a record has in lists."""


class PaymentPages:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        codes: Codes,
        payments: Payments,
        records: Records,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._codes = codes
        self._payments = payments
        self._records = records
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [Route("/payments", self.show, methods=["GET"]), Route("/payments", self.take, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        caller = await self._people.opens(request)
        given = {field.name: request.query_params.get(field.name, "") for field in FIELDS}
        given["paid_on"] = given["paid_on"] or self._now().date().isoformat()
        return await self._page(request, caller, Filled(given, str(uuid.uuid4()), {}))

    async def take(self, request: Request) -> Response:
        """Recorded, and shown in the list; else the form again, with what was typed. What is in doubt is shown first,
        and recorded where it is sent again."""
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        filled = Filled({one.name: form.get(one.name, "") for one in FIELDS}, read_uuid(form.get("id", "")), {})
        situation = Situation(caller.principal.party, self._now(), self._base)
        reading = await self._codes.read(FIELDS, filled.given, situation, token=caller.token)
        if reading.problems:
            return await self._page(request, caller, replace(filled, problems=by_field(reading.problems)))
        try:
            said = payment_of(_values(reading.values, caller.principal.party, filled.event_id))
        except InvalidPayment as error:
            return await self._page(request, caller, replace(filled, problems=_said_at(error.problems)))
        now = self._now()
        if wrong := tuple(impossible(said, round(now.timestamp() * 1000), now.date())):
            return await self._page(request, caller, replace(filled, problems=_said_at(wrong)))
        (doubts,) = await warnings_about([said], self._payments, caller.token)
        if not are_seen(as_sentences(doubts), form.get("seen", "")):
            return await self._page(request, caller, filled, doubts=doubts)
        try:
            (answer,) = await self._payments.record([said], sent_time_ms=0, token=caller.token)
        except Transient:
            answer = Captured("retry")
        return await self._answered(request, caller, filled, answer)

    async def _answered(self, request: Request, caller: Caller, filled: Filled, answer: Captured) -> Response:
        if answer.status == "accepted" and answer.receipt:
            return RedirectResponse(f"/payments?{written_receipts([answer.receipt])}", 303)
        if answer.status == "rejected":
            return await self._page(request, caller, replace(filled, problems=_said_at(errors(answer.problems))))
        unknown = say(N_("It is not known whether this was recorded. Send it again: that is harmless."))
        return await self._page(request, caller, replace(filled, notice=unknown), status=503)

    async def _page(
        self,
        request: Request,
        caller: Caller,
        filled: Filled,
        status: int | None = None,
        doubts: Sequence[PaymentDoubt] = (),
    ) -> Response:
        wrong = bool(filled.problems or filled.notice)
        recorded, language = bool(request.query_params.get("after")), self._pages.language(request)
        found = await self._list(request, caller)
        found = newest_first(found) if recorded else found
        return self._pages.render(
            request,
            "payments.html",
            caller,
            status=status or (422 if wrong else 200),
            fields=FIELDS,
            filled=filled,
            doubts=[in_words(one, language) for one in doubts],
            seen=seen(as_sentences(doubts)),
            products=(),
            allowed=any(role in MAY_PAY for role in caller.principal.roles),
            rows=rows(found, await names_of(found, self._records, caller.token, language), language),
            recorded=recorded,
        )

    async def _list(self, request: Request, caller: Caller) -> PaymentList:
        after = read_receipts(request.query_params.getlist("after"))
        try:
            return await self._payments.about(caller.principal.party, after=after, token=caller.token)
        except AWAY:
            return PaymentList()


STATES: Mapping[str, str] = {
    "corrected": N_("Corrected by a later one"),
    "withdrawn": N_("Taken back"),
    "not_counted": N_("Not counted: who recorded this correction may not correct that payment"),
    "confirmed": N_("Confirmed by the grower"),
    "disputed": N_("The grower objects"),
    "": N_("Not confirmed yet"),
}

UNCOUNTED: Mapping[str, str] = {
    "confirmed": N_("Confirmed since through a card that {maker} made, which does not count"),
    "disputed": N_("Objected to since through a card that {maker} made, which does not count"),
}


def newest_first(found: PaymentList) -> PaymentList:
    """What was recorded last stands on top, whenever it was paid."""
    latest = max((one.record_time_ms for one in found.payments), default=0)
    return replace(found, payments=tuple(sorted(found.payments, key=lambda one: one.record_time_ms != latest)))


async def names_of(found: PaymentList, records: Records, token: str, language: Language) -> Mapping[str, str]:
    """What payers, payees and makers of cards are called, where they are registered and the registry answers."""
    shown = found.payments[:MOST_SHOWN]
    parties = (party for one in shown for party in (one.payment.payer, one.payment.payee, one.uncounted_by) if party)
    kinds = dict.fromkeys(parties, "party")
    known = await records.several(kinds, token=token) if kinds else {}
    return {party: name_in(record, language) for party, record in known.items() if record}


def rows(found: PaymentList, names: Mapping[str, str], language: Language) -> list[Mapping[str, Any]]:
    """As a list shows them, the latest first."""
    return [row(one, names, language) for one in found.payments[:MOST_SHOWN]]


def row(
    one: PaymentStanding, names: Mapping[str, str], language: Language, states: Mapping[str, str] = STATES
) -> Mapping[str, Any]:
    """`states` are the words for how it stands."""
    paid = one.payment
    goods = [{"name": short(each.key), "kilograms": each.kilograms} for each in paid.deliveries]
    words = dict(KINDS)
    return {
        "one": one,
        "kind": words.get(paid.kind, paid.kind),
        "goods": goods,
        "payer": f"{names.get(paid.payer, '')} {short(paid.payer)}".strip(),
        "payee": f"{names.get(paid.payee, '')} {short(paid.payee)}".strip(),
        "why": one.answer_reason if one.state == "in_force" else one.because,
        "doubts": [in_words(doubt, language) for doubt in one.doubts],
        "uncounted": UNCOUNTED.get(one.uncounted_answer),
        "uncounted_by": f"{names.get(one.uncounted_by, '')} {short(one.uncounted_by)}".strip(),
        "state": states[one.state if one.state != "in_force" else one.answer],
    }


def _values(read: Mapping[str, Any], payer: str, id_: str) -> dict[str, Any]:
    kilograms = read.get("kilograms")
    deducted = [{"reason": read.get("deducted_for") or "", "yuan": read["deducted"]}] if read.get("deducted") else []
    return {
        "id": id_,
        "kind": read["kind"],
        "payer": payer,
        "payee": read["payee"],
        "deliveries": [{"key": read["lot"], "kilograms": "" if kilograms is None else str(kilograms)}],
        "yuan": read["yuan"],
        "deductions": deducted,
        "paid_on": read["paid_on"],
        "method": read.get("method") or "",
    }


def _said_at(problems: Iterable[Problem]) -> dict[str, Sentence]:
    fields = {one.name for one in FIELDS}
    otherwise = N_("Please check this: {reason}")
    found = {one.pointer.split("/")[1]: why(one) or say(otherwise, reason=one.message) for one in problems}
    placed = {_AT_FIELD.get(name, name): sentence for name, sentence in found.items()}
    return {name if name in fields else "yuan": sentence for name, sentence in placed.items()}
