"""Payment records as reports: what was sent becomes the bytes that are recorded, or the sentence that says why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from epcis.problems import errors
from provenance.access.admission import Admitted, Refused, Report
from provenance.access.authority import Principal
from provenance.days import CHINA
from provenance.payments.admission import impossible, judged, records_at_all
from provenance.payments.reading import InvalidPayment
from provenance.payments.records import Answer, Said
from provenance.registry.records import Registry
from wire.payment_codec import PaymentError, encode, read

CARDHOLDER = "cardholder"


@dataclass(frozen=True, slots=True)
class Looked:
    """A record that is possible, whoever sends it; `today` is the day of the sender's clock."""

    said: Said
    today: date
    sent_time_ms: int


class PaymentDesk:
    """`stream.capture.Desk` of payments."""

    def takes_from(self, principal: Principal) -> bool:
        return records_at_all(principal)

    def examine(self, report: Report, now_ms: int) -> Looked | Refused:
        try:
            said = read(report.event)
        except InvalidPayment as error:
            return Refused(error.problems)
        except PaymentError as error:
            raise ValueError(str(error)) from error  # we have encoded it ourselves
        now_ms -= report.skew_ms(now_ms)
        today = datetime.fromtimestamp(now_ms / 1000, CHINA).date()
        if problems := tuple(impossible(said, now_ms, today)):
            return Refused(problems, said.id)
        return Looked(said, today, report.sent_time_ms)

    def admit(self, looked: Looked, principal: Principal, registry: Registry) -> Admitted | Refused:
        said = _marked(looked.said, principal)
        found = judged(said, principal, registry, looked.today)
        if found.refused:
            return Refused(tuple(errors(found.problems)), said.id, registry_may_be_late=found.rests_on_registry)
        recorded = encode(said)
        digest = sha256(recorded)
        return Admitted(
            event=recorded,
            content_hash=digest.digest(),
            capturer=principal.party,
            sent_time_ms=looked.sent_time_ms,
            event_id=said.id,
            record_id=digest.hexdigest(),
            warnings=found.problems,
        )


def _marked(said: Said, principal: Principal) -> Said:
    """Whether an answer came by card is what we saw, not what was sent."""
    by_card = CARDHOLDER in principal.roles
    return replace(said, by_card=by_card, card_by=principal.card_by) if isinstance(said, Answer) else said
