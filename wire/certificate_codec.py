"""Certificates as messages, as they stand at a time. Their reasons stay in the events, for those who may read them."""

from __future__ import annotations

from datetime import date

from produce.v1 import traceability_pb2 as pb

from provenance.certificates import Certificate


def certificate_message(certificate: Certificate, now_ms: int) -> pb.Certificate:
    return pb.Certificate(
        id=certificate.id,
        scheme=certificate.scheme,
        number=certificate.number,
        issuer=certificate.issuer,
        scope=sorted(certificate.scope),
        valid_from=_day(certificate.valid_from),
        valid_to=_day(certificate.valid_to),
        validity=certificate.validity(now_ms),
        states=(pb.CertificateState(time_ms=c.time_ms, state=c.state, event_id=c.event_id) for c in certificate.states),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
