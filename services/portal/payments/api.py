"""`/api/payments` and `/api/paid-price` for programs: payments, corrections, withdrawals, answers, and the price.

All of a request is read before any of it is recorded: one wrong field, and nothing is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.exact_json import read_json
from epcis.problems import Problem
from provenance.payments.reading import InvalidPayment, said_of
from provenance.payments.records import Said
from services.portal.epcis_door.capture import sent_time_ms
from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.http.requests import MAX_CAPTURE_BYTES, read_body, require_content_type
from services.portal.languages import Language
from services.portal.pages import Pages
from services.portal.payments.doubts import in_words, warnings_about
from services.portal.payments.ports import Payments
from services.portal.payments.refused import told
from services.portal.ports import Captured
from services.portal.reporting.typed import FieldError, tidy
from services.portal.reporting.typed_codes import read_party_or_place
from services.portal.signing_in.callers import Callers
from wire.errors import Rejected

MOST_RECORDS = 500


class PaymentsApi:
    def __init__(self, *, pages: Pages, callers: Callers, payments: Payments, base: str) -> None:
        self._pages = pages
        self._callers = callers
        self._payments = payments
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/api/payments", self.post, methods=["POST"]),
            Route("/api/payments", self.list, methods=["GET"]),
            Route("/api/paid-price", self.price, methods=["GET"]),
        ]

    async def list(self, request: Request) -> Response:
        caller = await self._callers.known_program(request)
        after = read_receipts(request.query_params.getlist("after"))
        about = request.query_params.get("about", "") or caller.principal.party
        return _json(asdict(await self._payments.about(about, after=after, token=caller.token)))

    async def price(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        after = read_receipts(request.query_params.getlist("after"))
        code = request.query_params.get("code", "")
        return _json(asdict(await self._payments.price(code, after=after, token=caller.token)))

    async def post(self, request: Request) -> Response:
        """One record or a list; each is answered for itself: 201 where all are recorded, 207 where not."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        given = _records(await read_body(request, MAX_CAPTURE_BYTES))
        language = self._pages.language(request)
        said = _read([_in_full(one, self._base) for one in given], language)
        warned = await warnings_about(said, self._payments, caller.token)
        answers = await self._payments.record(said, sent_time_ms=sent_time_ms(request), token=caller.token)
        results = [
            _result(one, told(answer.problems, language), answer, [in_words(each, language) for each in doubts])
            for one, answer, doubts in zip(said, answers, warned, strict=True)
        ]
        recorded = all(answer.status == "accepted" for answer in answers)
        return Response(orjson.dumps({"results": results}), 201 if recorded else 207, media_type="application/json")


def _records(raw: bytes) -> Sequence[Mapping[str, Any]]:
    try:
        body = read_json(raw)
    except ValueError as error:
        raise Rejected("This is not JSON.") from error
    records = body if isinstance(body, list) else [body]
    if not records or not all(isinstance(one, Mapping) for one in records):
        raise Rejected("Send a payment as a JSON object, or a list of them.")
    if len(records) > MOST_RECORDS:
        raise HttpProblem(413, "CaptureLimitExceededException", f"At most {MOST_RECORDS} payments are taken at once.")
    return records


def _in_full(values: Mapping[str, Any], base: str) -> dict[str, Any]:
    """Parties in any spelling, as their keys; what is none is left for the reading to refuse."""
    read = dict(values)
    for name, kind in (("payer", "party"), ("payee", "grower")):
        if isinstance(text := values.get(name), str):
            with suppress(FieldError):
                read[name] = read_party_or_place(tidy(text), kind, base)
    return read


def _read(given: Sequence[Mapping[str, Any]], language: Language) -> tuple[Said, ...]:
    """All of them. Raises HttpProblem with a pointer for each wrong field."""
    said: list[Said] = []
    problems: list[Problem] = []
    for n, values in enumerate(given):
        try:
            said.append(said_of({"id": str(uuid.uuid4()), **values}))
        except InvalidPayment as error:
            where = f"/{n}" if len(given) > 1 else ""
            problems += [replace(one, pointer=where + one.pointer) for one in told(error.problems, language)]
    if problems:
        raise HttpProblem(400, "ValidationException", "; ".join(_texts(problems)), problems=problems)
    return tuple(said)


def _texts(problems: Sequence[Problem]) -> Iterator[str]:
    return (f"{one.pointer.lstrip('/')}: {one.message}" for one in problems)


def _result(said: Said, wrong: Sequence[Problem], answer: Captured, warnings: Sequence[str]) -> dict[str, Any]:
    """`warnings` are sentences in the caller's language; of what is refused there are the problems."""
    receipt = {"receipt": asdict(answer.receipt)} if answer.receipt else {}
    problems = [asdict(one) for one in wrong]
    asked = list(warnings) if answer.status != "rejected" else []
    return {"id": said.id, "status": answer.status, **receipt, "problems": problems, "warnings": asked}


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
