"""Which certificate a person means by its code, address or number, and what it was issued for.

Everybody is shown its number, and nobody its key. A suspension or revocation is of a certificate as it was issued: it
is reported with the scheme, number, scope and days of the issue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson

from epcis.events import Event
from provenance import codes
from provenance.certificates.reading import read_certificates
from provenance.certificates.states import Certificate
from provenance.days import china_day
from provenance.named_codes import gdti
from provenance.standing import First, Reported
from provenance.steps import certified
from services.portal.certificates.ports import Certificate as Found
from services.portal.certificates.ports import Certificates
from services.portal.epcis_door.event_query import MAX_PER_PAGE, EventQuery
from services.portal.ports import AWAY, Histories
from services.portal.reporting.fields import Situation, Values
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say
from services.portal.telling.histories import Actor
from services.portal.telling.naming import in_both

UNKNOWN = N_(
    "No certificate {code} is known, so nothing was recorded. Type its number as it is printed, or its code (GDTI)."
)
ANOTHERS = N_("Only who issued {code} suspends, reinstates or revokes it: {issuer}. Nothing was recorded.")
REVOKED = N_("{code} was revoked for good on {day}, so nothing was recorded. What is certified anew gets a new number.")
SUSPENDED = N_("{code} is suspended already, so nothing was recorded. Reinstate it, or revoke it for good.")
SEVERAL = N_("{code} may be any of these; type the one you mean: {codes}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, and the report of its last issue; of its first known state where no issue is known."""

    certificate: Certificate
    report: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificates:
    """`histories` are read as the caller may, `certificates` as anybody may."""

    histories: Histories
    certificates: Certificates

    async def settle(self, values: Values, typed: str, at: Situation, event_id: str, *, token: str) -> Values:
        """What was read of a certificate's form, with the certificate that is meant; of any state but its issue also
        with what it was issued for.

        Raises FieldError where that is none, several, another party's, or revoked by another report than `event_id`;
        what reading does, unless it is an issue: a new certificate does not wait for those who read.
        """
        try:
            return await self._settled(values, codes.tidy(typed), at, event_id, token)
        except AWAY:
            if values["state"] == "issued":
                return values
            raise

    async def _settled(self, values: Values, typed: str, at: Situation, event_id: str, token: str) -> Values:
        key = values["certificate"]
        spellings = list(dict.fromkeys((key, gdti(typed) or key, typed)))
        told = await self.certificates.certificate(spellings, after=(), token=token)
        found = told.certificates
        own = [one for one in found if one.issuer == at.party]
        if len(own) > 1:
            raise FieldError(say(SEVERAL, code=typed, codes=" ".join(one.id for one in own)), "certificate")
        if own:
            _refuse_revoked(own[0], typed, event_id)
            if values["state"] == own[0].validity == "suspended":
                _refuse_suspended(own[0], typed, event_id)
        if values["state"] == "issued":
            return {**values, "certificate": own[0].id} if own else values
        issued = await self._issued(own[0], token) if own else None
        if issued is None:
            issuer = next((one.issuer for one in found if one.issuer != at.party), "")
            actor = told.parties.get(issuer, Actor())
            whose = in_both(issuer, actor.name_zh, actor.name_en)
            sentence = say(ANOTHERS, code=typed, issuer=whose) if issuer else say(UNKNOWN, code=typed)
            raise FieldError(sentence, "certificate")
        return {**values, **_terms(issued)}

    async def _issued(self, own: Found, token: str) -> Issued | None:
        reported = await self._read(EventQuery(match_any_epc=(certified(own.id),)), token)
        return next(
            (one for one in reported if (one.certificate.id, one.certificate.issuer) == (own.id, own.issuer)), None
        )

    async def _read(self, query: EventQuery, token: str) -> list[Issued]:
        events, page_token = [], ""
        while True:
            asked = replace(query, per_page=MAX_PER_PAGE, page_token=page_token)
            page = await self.histories.query(asked, token=token)
            for one in page.events:
                first = First(one.record_time_ms, "", 0, 0, one.capturer)
                events.append(Reported(one.record_id, Event(orjson.loads(one.event)), one.content_hash, first))
            if not (page_token := page.next_page_token):
                return list(_issued(events))


def _refuse_revoked(own: Found, typed: str, event_id: str) -> None:
    """A revocation is for good; the same report sent again is none anew."""
    if own.validity == "revoked" and all(change.event_id != event_id for change in own.states):
        first = min(c.time_ms for c in own.states if c.state == "revoked" and not c.unverified)
        raise FieldError(say(REVOKED, code=typed, day=china_day(first).isoformat()), "certificate")


def _refuse_suspended(own: Found, typed: str, event_id: str) -> None:
    if all(change.event_id != event_id for change in own.states):
        raise FieldError(say(SUSPENDED, code=typed), "state")


def _issued(documents: Collection[Reported]) -> Iterator[Issued]:
    stated = [document for document in documents if document.event.error_declaration is None]
    by_id = {document.event.event_id: document.event for document in stated}
    for certificate in read_certificates(stated):
        issues = [change.event_id for change in certificate.states if change.state == "issued"]
        yield Issued(certificate, by_id[issues[-1] if issues else certificate.event_ids[0]])


def _terms(issued: Issued) -> dict[str, Any]:
    """As the fields of the form are read."""
    certificate = issued.certificate
    lots = tuple(item.key for item in issued.report.objects if item.of_class)
    scope = tuple(dict.fromkeys(str(id_) for id_ in issued.report.body.get("suyuan:scope", ())))
    return {
        "certificate": certificate.id,
        "scheme": certificate.scheme,
        "number": certificate.number,
        "scope": tuple(id_ for id_ in scope if id_ not in lots),
        "lots": lots,
        "valid_from": certificate.valid_from,
        "valid_to": certificate.valid_to and certificate.valid_to - timedelta(days=1),
    }
