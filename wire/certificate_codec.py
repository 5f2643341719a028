"""Certificates as messages, as they stand at a time, for whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from produce.v1 import traceability_pb2 as pb

from provenance.certificates.commitments import Commitment
from provenance.certificates.dependents import Dependent
from provenance.certificates.states import Certificate
from provenance.histories.history import Holder
from wire.history_codec import decimal_text, holder_message


def certificate_message(certificate: Certificate, now_ms: int) -> pb.Certificate:
    message = pb.Certificate(
        id=certificate.id,
        scheme=certificate.scheme,
        number=certificate.number,
        issuer=certificate.issuer,
        scope=sorted(certificate.scope),
        valid_from=_day(certificate.valid_from),
        valid_to=_day(certificate.valid_to),
        validity=certificate.validity(now_ms),
        states=(
            pb.CertificateState(
                time_ms=c.time_ms,
                state=c.state,
                event_id=c.event_id,
                reason=c.public_reason,
                unverified=c in certificate.unverified,
            )
            for c in certificate.told
        ),
    )
    if certificate.commitment is not None:
        message.commitment.CopyFrom(_commitment(certificate.commitment))
    return message


def _commitment(commitment: Commitment) -> pb.Commitment:
    return pb.Commitment(
        form=commitment.form,
        basis=commitment.basis,
        lot=commitment.lot,
        kilograms=decimal_text(commitment.kilograms),
        origin=commitment.origin,
        collected=(
            pb.CollectedEvidence(lot=one.lot, evidence=one.evidence, certificate=one.certificate)
            for one in commitment.collected
        ),
    )


def dependent_message(dependent: Dependent, holders: Iterable[Holder]) -> pb.Dependent:
    return pb.Dependent(
        key=dependent.key,
        kind=dependent.kind,
        kilograms=decimal_text(dependent.kilograms),
        holders=map(holder_message, holders),
        made_ms=dependent.made_ms,
        void_since_ms=dependent.void_since_ms,
        through=dependent.through,
        not_followed=dependent.not_followed,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
