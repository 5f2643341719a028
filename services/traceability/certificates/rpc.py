"""Certificates over gRPC, and what leaned on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from produce.v1 import traceability_pb2

from epcis.identifiers import canonical
from provenance.access.declaring import may_declare
from provenance.certificates.issuers import verified
from provenance.certificates.states import Certificate
from provenance.days import day_at
from runtime.auth import current_principal
from services.traceability.certificates import depending, leaning
from services.traceability.events.query import QueryError
from services.traceability.histories.telling import Question
from services.traceability.model import ReadModel
from services.traceability.rpc_asking import MAX_NAMED, Asking, refuse_large
from wire.certificate_codec import certificate_message, dependent_message
from wire.errors import NotFound, Rejected, Unauthorised
from wire.history_codec import decimal_text

pb = traceability_pb2

DEFAULT_WAYS, MAX_WAYS = 10, 100
"""Of what leaned on a certificate, the things made under it whose ways one page follows."""


class CertificateCalls(Asking):
    """By their ids, or the numbers printed on them."""

    async def GetCertificate(self, request: pb.GetCertificateRequest, _: Any) -> pb.GetCertificateResponse:  # noqa: N802
        if not 1 <= len(request.codes) <= MAX_NAMED:
            raise Rejected(f"codes: give the id or the printed number of one certificate, at most {MAX_NAMED}")
        model = await self._model(request.after)
        found = await self._certificates(request.codes, model)
        answer = pb.GetCertificateResponse(certificates=[certificate_message(c, self._now_ms()) for c in found])
        self._name(answer, (id_ for c in found for id_ in (c.issuer, *c.scope)))
        return answer

    async def GetDependents(self, request: pb.GetDependentsRequest, _: Any) -> pb.GetDependentsResponse:  # noqa: N802
        reader, now_ms = current_principal(), self._now_ms()
        if not reader.party:
            raise Unauthorised("what leaned on a certificate is told to those who trade in it: sign in first")
        model = await self._model(request.after)
        certificate = _one(request.certificate, await self._certificates([request.certificate], model))
        found = await leaning.ways(
            certificate,
            store=model.store,
            forward=lambda key: self._answer(Question((key,), "forward"), model),
            registry=self._registry,
            most=_page_size(request.page_size),
            after=_place(request.page_token),
            now_ms=now_ms,
        )
        page = depending.page(
            found.ways, certificate, reader=reader, registry=self._registry, today=day_at(now_ms), now_ms=now_ms
        )
        answer = pb.GetDependentsResponse(
            certificate=certificate_message(certificate, now_ms),
            dependents=[dependent_message(row, row.holders) for row in page.rows],
            next_page_token=found.next.token if found.next else "",
            withheld=len(page.withheld),
            withheld_kg=decimal_text(page.withheld_kg),
        )
        holders = [holder for row in page.rows for holder in row.holders]
        keys = [row.key for row in page.rows]
        ends = [id_ for holder in holders for id_ in (holder.site, holder.party) if id_]
        self._name(answer, [certificate.issuer, *certificate.scope, *keys, *ends])
        refuse_large("page_size: a page of so many", answer.ByteSize())
        return answer

    async def _certificates(self, typed: Sequence[str], model: ReadModel) -> tuple[Certificate, ...]:
        declaring = partial(may_declare, self._registry)
        found = await leaning.find_certificates([canonical(code.strip()) for code in typed], model.store, declaring)
        return tuple(verified(certificate, self._registry) for certificate in found)


def _one(typed: str, found: Sequence[Certificate]) -> Certificate:
    if not typed.strip():
        raise Rejected("certificate: give its id or its printed number")
    if not found:
        raise NotFound(f"no certificate {typed} is recorded; type its number as it is printed, or its code (GDTI)")
    issued = [one for one in found if any(change.state == "issued" for change in one.states)] or found
    if len({one.id for one in issued}) > 1:
        raise Rejected(f"certificate: {typed} is on several; say which: {', '.join(one.id for one in issued)}")
    return min(issued, key=lambda one: min(change.recorded_ms for change in one.told))


def _page_size(asked: int) -> int:
    if not 0 <= asked <= MAX_WAYS:
        raise Rejected(f"page_size: {asked} is not between 1 and {MAX_WAYS}")
    return asked or DEFAULT_WAYS


def _place(token: str) -> leaning.Place | None:
    try:
        return leaning.Place.of_token(token) if token else None
    except QueryError as error:
        raise Rejected(str(error)) from error
