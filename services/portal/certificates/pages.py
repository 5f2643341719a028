"""A certificate by its code or number: what it says, how it stands, what leans on it, and where it is withdrawn.

Everybody may look one up; a void one still resolves, shown as void. What leans on it, and the paper's contact details,
are for those whom they concern. Owns `/certificates/…` and `/api/certificates/…`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.codes import tidy
from provenance.named_codes import gdti
from services.portal.certificates.ports import Certificate, Certificates, DependentsPage, Found
from services.portal.certificates.telling import counted, rows, told
from services.portal.commitments import label as commitment_label
from services.portal.commitments import pdf as commitment_pdf
from services.portal.commitments.paper import SIZES, Paper
from services.portal.commitments.printing import paper_of
from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.pages import Pages
from services.portal.ports import AWAY, Records
from services.portal.reporting.typed_codes import read_certificate as read_code
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from wire.errors import NotFound, Rejected

MAY_CHANGE: Mapping[str, tuple[str, ...]] = {
    "valid": ("suspended", "revoked"),
    "not_begun": ("suspended", "revoked"),
    "expired": ("revoked",),
    "suspended": ("reinstated", "revoked"),
}
"""States that its issuer may report next, by how it stands."""


def certificate_path(id_: str) -> str:
    return f"/certificates/{quote(id_, safe='')}"


class CertificatePages:
    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        certificates: Certificates,
        records: Records,
        now: Callable[[], datetime],
        public_url: str,
        base: str,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._certificates = certificates
        self._records = records
        self._now = now
        self._public_url = public_url
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/api/certificates/{code:path}/dependents", self.dependents_json, methods=["GET"]),
            Route("/api/certificates/{code:path}", self.json, methods=["GET"]),
            Route("/certificates/{number}.pdf", self.pdf, methods=["GET"]),
            Route("/certificates/{number}.png", self.png, methods=["GET"]),
            Route("/certificates/{number}.zpl", self.zpl, methods=["GET"]),
            Route("/certificates/{code:path}", self.page, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        caller = await self._callers.reader(request)
        found = await self._found(request.path_params["code"], request, caller)
        certificate = _first(found)
        language = self._pages.language(request)
        leaning = await self._leaning(certificate, request, caller)
        own = bool(caller.session) and caller.principal.party == certificate.issuer
        return self._pages.render(
            request,
            "certificate.html",
            caller,
            certificate=certificate,
            told=told(certificate, found, language),
            changes=MAY_CHANGE.get(certificate.validity, ()) if own else (),
            event_id=str(uuid.uuid4()),
            rows=rows(leaning, language) if leaning else (),
            leans=len(leaning.dependents) + leaning.withheld if leaning else 0,
            counted=counted(leaning, language) if leaning else "",
            more=f"{certificate_path(certificate.id)}?page={leaning.next_page_token}"
            if leaning and leaning.next_page_token
            else "",
        )

    async def json(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        found = await self._found(request.path_params["code"], request, caller)
        return _json({**asdict(found), "certificates": [_certificate_json(one) for one in found.certificates]})

    async def dependents_json(self, request: Request) -> Response:
        """A page: 10 things made under it with all that came of them, or `page_size`; then `next_page_token`."""
        caller = await self._callers.known_program(request)
        found = await self._found(request.path_params["code"], request, caller)
        answer = await self._dependents(_first(found).id, request, caller)
        body = asdict(answer) | {"certificate": _certificate_json(answer.certificate)}
        body["dependents"] = [_row_json(row) for row in body["dependents"]]
        return _json(body)

    async def pdf(self, request: Request) -> Response:
        paper, size = await self._paper(request, "a6")
        drawn = await asyncio.to_thread(commitment_pdf.pdf, paper, size, self._now())
        return _file(drawn, "application/pdf", f"{paper.number}-{size}.pdf")

    async def png(self, request: Request) -> Response:
        paper, size = await self._paper(request, "60x40")
        return _file(await asyncio.to_thread(commitment_label.png, paper, size), "image/png", f"{paper.number}.png")

    async def zpl(self, request: Request) -> Response:
        paper, size = await self._paper(request, "60x40")
        drawn = await asyncio.to_thread(commitment_label.zpl, paper, size)
        return _file(drawn.encode(), "application/octet-stream", f"{paper.number}.zpl")

    async def _paper(self, request: Request, otherwise: str) -> tuple[Paper, str]:
        """For whoever asks: the names on it are those that he may see."""
        size = request.query_params.get("size", otherwise)
        if size not in SIZES:
            raise HttpProblem(400, "QueryParameterException", f"size is one of {', '.join(SIZES)}.", parameter="size")
        caller = await self._callers.reader(request)
        found = await self._found(request.path_params["number"], request, caller)
        certificate = _first(found)
        if not certificate.commitment.form:
            raise HttpProblem(404, "NoSuchResourceException", "Only a 承诺达标合格证 is printed here.")
        record = await self._record(certificate.issuer, caller)
        own = caller.principal.party == certificate.issuer
        return paper_of(certificate, found, record, self._link(certificate), own=own), size

    def _link(self, certificate: Certificate) -> str:
        return f"{self._public_url.rstrip('/')}/certificates/{quote(certificate.number, safe='')}"

    async def _record(self, party: str, caller: Caller) -> Mapping[str, Any]:
        """As the caller may see it; nothing where it is not registered, or the registry does not answer."""
        try:
            return await self._records.get("party", party, "", token=caller.token)
        except (NotFound, *AWAY):
            return {}

    async def _found(self, code: str, request: Request, caller: Caller) -> Found:
        """By its id in any spelling, or its number. Raises HttpProblem 404."""
        after = read_receipts(request.query_params.getlist("after"))
        found = await self._certificates.certificate(_spellings(code, self._base), after=after, token=caller.token)
        if not found.certificates:
            raise HttpProblem(404, "NoSuchResourceException", f"No certificate {code} is known.")
        return found

    async def _leaning(self, certificate: Certificate, request: Request, caller: Caller) -> DependentsPage | None:
        """For whoever is signed in; nothing where nobody can say just now."""
        if not caller.is_known:
            return None
        try:
            return await self._dependents(certificate.id, request, caller)
        except AWAY:
            return None

    async def _dependents(self, id_: str, request: Request, caller: Caller) -> DependentsPage:
        asked = request.query_params.get("page_size", "0")
        if not asked.isascii() or not asked.isdigit() or len(asked) > 3:
            raise Rejected("page_size: this is no number from 1 to 100.")
        return await self._certificates.dependents(
            id_,
            page_size=int(asked),
            page_token=request.query_params.get("page") or request.query_params.get("page_token", ""),
            after=read_receipts(request.query_params.getlist("after")),
            token=caller.token,
        )


def _spellings(code: str, base: str) -> list[str]:
    """The code itself, the number that it may be, and our address for that number."""
    typed = tidy(code)
    return list(dict.fromkeys(text for text in (code, typed, gdti(typed) or "", _key(code, base)) if text))


def _key(code: str, base: str) -> str:
    try:
        return read_code(code, base)
    except ValueError:
        return ""


def _first(found: Found) -> Certificate:
    """What was issued before what only somebody spoke of."""
    return min(found.certificates, key=lambda one: one.validity in ("not_issued", "unverified"))


def _certificate_json(certificate: Certificate) -> dict[str, Any]:
    body = asdict(certificate)
    if not certificate.commitment.form:
        del body["commitment"]
    return body


def _row_json(row: dict[str, Any]) -> dict[str, Any]:
    """Void since nothing is not said."""
    return {name: value for name, value in row.items() if name != "void_since_ms" or value}


def _file(drawn: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(drawn, headers=headers, media_type=media_type)


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
