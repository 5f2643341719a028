"""承诺达标合格证: a producer's own, and that of a station or packer who pools what others brought."""

from __future__ import annotations

from datetime import datetime

from provenance.certificates.commitments import SCHEME, Commitment, number_of
from provenance.reports.event_json import Json, present
from provenance.reports.quality import certificate


def commitment(
    *, event_id: str, at: datetime, issuer: str, commitment: Commitment, certificate_base: str, number: str = ""
) -> Json:
    """One certificate for one lot, issued at `at`. `certificate_base` and the number are its id.

    Nobody's name is in it: the paper gets them from the registry.
    """
    number = number or number_of(at.date(), event_id)
    event = certificate(
        event_id=event_id,
        at=at,
        certificate=f"{certificate_base}{number}",
        state="issued",
        issuer=issuer,
        scheme=SCHEME,
        number=number,
        lots=[commitment.lot],
        valid_from=at.date(),
    )
    return {**event, **present(commitment.fields())}
