"""Issues a 承诺达标合格证: what was typed and what the history of the lot has become one certifying event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from epcis.events import Event
from epcis.problems import errors
from epcis.validation import validate_event
from provenance import reports
from provenance.certificates.commitments import BASES, EVIDENCE, Collected, Commitment, CommitmentError, commitment_of
from services.portal.commitments.offering import Gathered, Offer, offer_of
from services.portal.ports import Capture, Histories
from services.portal.reporting import typed as domain
from services.portal.reporting import typed_codes
from services.portal.reporting.fields import FieldProblem
from services.portal.reporting.handlers_commands import NotReadable
from services.portal.reporting.submission import prepare, publish_one, sentence
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.telling.codes import Codes
from stream.receipts import Receipt
from wire.errors import Rejected

NO_LOT = N_("{code} is not a lot that can be certified: scan a lot, such as (01)09520001000010(10)G0914.")
NO_BASIS = N_("Tick at least one of the three on which the commitment rests.")
MISSING = N_("Nothing was collected yet for {lots}: say for each what evidence there is.")
NO_EVIDENCE = N_("{word} is no evidence; it is one of: {words}.")
OTHER_REPORT = N_("That event id is another report's: send this with an id of its own.")
NO_PHOTO = N_("A photo is named by its SHA-256, 64 hexadecimal digits.")


@dataclass(frozen=True, slots=True)
class Asked:
    """As typed. `evidence` and `photos` by lot."""

    lot: str
    basis: tuple[str, ...] = ()
    mass: str = ""
    evidence: Mapping[str, str] | None = None
    photos: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    event_id: str
    certificate: str
    number: str
    receipt: Receipt | None
    event: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "event_id": self.event_id,
            "certificate": self.certificate,
            "number": self.number,
            "receipt": asdict(self.receipt) if self.receipt else None,
            "event": self.event,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Committing:
    codes: Codes
    histories: Histories
    capture: Capture
    base: str

    async def offer(self, lot: str, caller: Caller, *, after: Sequence[Receipt] = ()) -> Offer:
        """Raises NotReadable for what is no lot, and what `history` raises."""
        named = await self.codes.one(lot, token=caller.token)
        try:
            key = typed_codes.read_code(named, dict.fromkeys(typed_codes.halves([named]), ()))
        except FieldError as error:
            raise _problem("lot", error.sentence) from error
        offer = offer_of(
            await self.histories.history(key, "back", after=after, token=caller.token), caller.principal.party
        )
        if offer is None:
            raise _problem("lot", say(NO_LOT, code=lot))
        return offer

    async def issue(
        self, asked: Asked, event_id: str, now: datetime, caller: Caller, *, after: Sequence[Receipt] = ()
    ) -> Issued:
        """The same event id again is harmless. Raises NotReadable with every problem, Rejected, Transient."""
        stored = await self.histories.events([event_id], after=(), token=caller.token)
        if stored:
            return _again(orjson.loads(stored[0].event))
        offer = await self.offer(asked.lot, caller, after=after)
        event = reports.commitment(
            event_id=event_id,
            at=now,
            issuer=caller.principal.party,
            commitment=_commitment(asked, offer),
            certificate_base=f"{self.base}certificate/",
        )
        problems = errors(validate_event(event, strict=True))
        if problems:
            raise Rejected(sentence(problems[0].message), problems)
        return _issued(event, await publish_one(prepare(event), self.capture, caller))


def _commitment(asked: Asked, offer: Offer) -> Commitment:
    problems: list[FieldProblem] = []
    if not asked.basis or not set(asked.basis) <= BASES.keys():
        problems.append(FieldProblem("basis", say(NO_BASIS)))
    kilograms = _mass(asked.mass, offer, problems)
    collected = tuple(_collected(asked, offer, problems))
    if problems:
        raise NotReadable(problems)
    try:
        basis = tuple(word for word in BASES if word in asked.basis)
        return Commitment(offer.form, basis, offer.lot, kilograms, offer.origin, collected)
    except CommitmentError as error:
        raise Rejected(sentence(str(error))) from error


def _mass(typed: str, offer: Offer, problems: list[FieldProblem]) -> Decimal | None:
    if not typed.strip():
        return Decimal(offer.kilograms) if offer.kilograms else None
    try:
        return domain.read_positive_mass(typed)
    except FieldError as error:
        problems.append(FieldProblem("mass", error.sentence))
        return None


def _collected(asked: Asked, offer: Offer, problems: list[FieldProblem]) -> Iterable[Collected]:
    """The certificates that are there, and what was said of the other lots."""
    evidence, photos = asked.evidence or {}, asked.photos or {}
    nothing: list[Gathered] = []
    for one in offer.gathered:
        word, photo = evidence.get(one.lot, ""), photos.get(one.lot, "").strip().lower()
        if not word and one.certificate:
            word = "certificate"
        if not word or (word == "certificate" and not one.certificate):
            nothing.append(one)
            continue
        try:
            yield Collected(one.lot, word, one.certificate if word == "certificate" else "", photo)  # type: ignore[arg-type]
        except CommitmentError:
            problems.append(_wrong_evidence(word))
    if nothing:
        lots = ", ".join(one.name for one in nothing)
        problems.append(FieldProblem("evidence", say(MISSING, lots=lots)))


def _wrong_evidence(word: str) -> FieldProblem:
    if word in EVIDENCE:
        return FieldProblem("photo", say(NO_PHOTO))
    return FieldProblem("evidence", say(NO_EVIDENCE, word=word, words=", ".join(EVIDENCE)))


def _again(body: Mapping[str, Any]) -> Issued:
    """What was issued already under this id. Raises NotReadable where that is no commitment."""
    if commitment_of(Event(body)) is None or not Event(body).certificates:
        raise _problem("event_id", say(OTHER_REPORT))
    return _issued(body, None)


def _issued(body: Mapping[str, Any], receipt: Receipt | None) -> Issued:
    event = Event(body)
    return Issued(event.event_id, event.certificates[0], str(body.get("suyuan:number", "")), receipt, body)


def _problem(field: str, said: Sentence) -> NotReadable:
    return NotReadable([FieldProblem(field, said)])
