"""`/commitments`: the 承诺达标合格证 of a lot in one tap, for people and for programs (`/api/commitments`)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.certificates.commitments import BASES, EVIDENCE
from services.portal.certificates.pages import certificate_path
from services.portal.commitments.committing import Asked, Committing
from services.portal.commitments.offering import Offer
from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.http.requests import MAX_FORM_BYTES, read_body, read_form, require_content_type
from services.portal.pages import Pages
from services.portal.reporting.command_api import json_object, not_readable, own_event_id
from services.portal.reporting.command_forms import TROUBLE, with_trouble
from services.portal.reporting.fields import as_text
from services.portal.reporting.filled import Filled, read_uuid
from services.portal.reporting.handlers_commands import NotReadable
from services.portal.reporting.photos import FILES_TYPE
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.signed_in import SignedIn
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected


class CommitmentPages:
    def __init__(
        self,
        *,
        pages: Pages,
        callers: Callers,
        people: SignedIn,
        committing: Committing,
        now: Callable[[], datetime],
    ) -> None:
        self._pages = pages
        self._callers = callers
        self._people = people
        self._committing = committing
        self._now = now

    def routes(self) -> list[Route]:
        return [
            Route("/commitments", self.show, methods=["GET"]),
            Route("/commitments", self.take, methods=["POST"]),
            Route("/api/commitments", self.offer_json, methods=["GET"]),
            Route("/api/commitments", self.issue_json, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        caller = await self._people.opens(request)
        lot, after = request.query_params.get("lot", ""), request.query_params.getlist("after")
        offer = await self._offer(lot, caller, read_receipts(after))
        return self._form(request, caller, offer, Filled({}, str(uuid.uuid4()), {}), after)

    async def take(self, request: Request) -> Response:
        caller, pairs = await self._people.sends(request, lambda _: "/work", photos=True)
        form = dict(pairs)
        after = [text for name, text in pairs if name == "after"]
        filled = Filled(form, read_uuid(form.get("event_id", "")), {})
        asked = _asked_in_form(pairs)
        try:
            issued = await self._committing.issue(
                asked, f"urn:uuid:{filled.event_id}", self._now(), caller, after=read_receipts(after)
            )
        except TROUBLE as error:
            wrong, status = with_trouble(filled, error)
            offer = await self._offer(asked.lot, caller, read_receipts(after))
            return self._form(request, caller, offer, wrong, after, asked, status)
        waiting = f"?after={_text(issued.receipt)}" if issued.receipt else ""
        return RedirectResponse(certificate_path(issued.number) + waiting, 303)

    async def offer_json(self, request: Request) -> Response:
        caller = await self._callers.known_program(request)
        after = read_receipts(request.query_params.getlist("after"))
        try:
            offer = await self._committing.offer(request.query_params.get("lot", ""), caller, after=after)
        except NotReadable as error:
            raise not_readable(error, self._pages.language(request).say) from error
        return _json(offer_json(offer))

    async def issue_json(self, request: Request) -> Response:
        caller = await self._callers.known_program(request)
        given = await _given(request)
        event_id = own_event_id(given.pop("event_id", None))
        after = read_receipts(_texts(given.pop("after", [])))
        try:
            issued = await self._committing.issue(_asked_in_json(given), event_id, self._now(), caller, after=after)
        except NotReadable as error:
            raise not_readable(error, self._pages.language(request).say) from error
        return _json(issued.as_json(), 201, {"Location": certificate_path(issued.number)})

    async def _offer(self, lot: str, caller: Caller, after: Sequence[Receipt]) -> Offer:
        try:
            return await self._committing.offer(lot, caller, after=after)
        except (NotReadable, NotFound) as error:
            raise HttpProblem(404, "NoSuchResourceException", "There is no such lot.") from error

    def _form(
        self,
        request: Request,
        caller: Caller,
        offer: Offer,
        filled: Filled,
        after: Sequence[str],
        asked: Asked | None = None,
        status: int = 200,
    ) -> Response:
        return self._pages.render(
            request,
            "commitment.html",
            caller,
            status=status,
            offer=offer,
            filled=filled,
            after=after,
            asked=asked or Asked(offer.lot, ("quality_control",)),
            bases=BASES,
            evidence=EVIDENCE,
            certificate_path=certificate_path,
        )


async def _given(request: Request) -> dict[str, Any]:
    """A JSON object; or a form whose `commitment` is one and whose files are the photos, each under its lot."""
    if not request.headers.get("content-type", "").lower().startswith(FILES_TYPE):
        require_content_type(request)
        return json_object(await read_body(request, MAX_FORM_BYTES))
    parts = dict(await read_form(request, photos=True))
    given = json_object(parts.pop("commitment", "").encode())
    return {**given, "photos": {**_by_lot(given.get("photos", {}), "photos"), **parts}}


def _asked_in_form(pairs: Sequence[tuple[str, str]]) -> Asked:
    form = dict(pairs)
    lots = {name.split(".")[1]: text for name, text in pairs if name.startswith("went_in.")}
    return Asked(
        lot=form.get("lot", ""),
        basis=tuple(text for name, text in pairs if name == "basis"),
        mass=form.get("mass", ""),
        evidence={lot: form.get(f"evidence.{n}", "") for n, lot in lots.items()},
        photos={lot: form.get(f"photo.{n}", "") for n, lot in lots.items()},
    )


_FIELDS = frozenset({"lot", "basis", "mass", "evidence", "photos"})


def _asked_in_json(given: Mapping[str, Any]) -> Asked:
    if unknown := given.keys() - _FIELDS:
        raise Rejected(f"{min(unknown)}: there is no such field here; there are {', '.join(sorted(_FIELDS))}.")
    if not isinstance(given.get("lot"), str) or not given["lot"]:
        raise Rejected("lot is missing: give the lot that the certificate is for.")
    basis = given.get("basis", [])
    return Asked(
        lot=given["lot"],
        basis=tuple(_texts(basis if isinstance(basis, list) else [basis])),
        mass=as_text(given.get("mass")),
        evidence=_by_lot(given.get("evidence", {}), "evidence"),
        photos=_by_lot(given.get("photos", {}), "photos"),
    )


def _by_lot(given: Any, field: str) -> Mapping[str, str]:
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        raise Rejected(f"{field} is an object: a text for each lot.")
    return dict(given)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Rejected("basis and after are arrays of texts.")
    return value


def offer_json(offer: Offer) -> dict[str, Any]:
    return {
        "lot": offer.lot,
        "form": offer.form,
        "kilograms": offer.kilograms,
        "origin": offer.origin,
        "collected": [{"lot": one.lot, "certificate": one.certificate} for one in offer.gathered if one.certificate],
        "missing": [one.lot for one in offer.missing],
        "issued": dict(offer.own),
    }


def _text(receipt: Receipt) -> str:
    return f"{receipt.topic}:{receipt.partition}:{receipt.offset}"


def _json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
