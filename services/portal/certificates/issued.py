"""Which certificate a person means by its code, address or number, and what it was issued for.

Everybody is shown its number, and nobody its key. A suspension or revocation is of a certificate as it was issued: it
is reported with the scheme, number, scope and days of the issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from provenance import codes
from provenance.days import china_day
from provenance.graph.gathering import is_lot
from provenance.named_codes import gdti
from services.portal.certificates.ports import Certificate, Certificates
from services.portal.ports import AWAY
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


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificates:
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
        if own:
            return {**values, **_terms(own[0])}
        issuer = next((one.issuer for one in found), "")
        actor = told.parties.get(issuer, Actor())
        whose = in_both(issuer, actor.name_zh, actor.name_en)
        sentence = say(ANOTHERS, code=typed, issuer=whose) if issuer else say(UNKNOWN, code=typed)
        raise FieldError(sentence, "certificate")


def _refuse_revoked(own: Certificate, typed: str, event_id: str) -> None:
    """A revocation is for good; the same report sent again is none anew."""
    if own.validity == "revoked" and all(change.event_id != event_id for change in own.states):
        first = min(c.time_ms for c in own.states if c.state == "revoked" and not c.unverified)
        raise FieldError(say(REVOKED, code=typed, day=china_day(first).isoformat()), "certificate")


def _refuse_suspended(own: Certificate, typed: str, event_id: str) -> None:
    if all(change.event_id != event_id for change in own.states):
        raise FieldError(say(SUSPENDED, code=typed), "state")


def _terms(own: Certificate) -> dict[str, Any]:
    """As the fields of the form are read."""
    return {
        "certificate": own.id,
        "scheme": own.scheme,
        "number": own.number,
        "scope": tuple(id_ for id_ in own.scope if not is_lot(id_)),
        "lots": tuple(filter(is_lot, own.scope)),
        "valid_from": _day(own.valid_from),
        "valid_to": _day(own.valid_to, before=1),
    }


def _day(text: str, *, before: int = 0) -> date | None:
    return date.fromisoformat(text) - timedelta(days=before) if text else None
