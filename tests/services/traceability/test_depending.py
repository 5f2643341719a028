"""Who sees what leaned on a certificate: its accredited issuer all of it, anybody else what concerns him."""

from dataclasses import replace
from datetime import date

import pytest

from provenance.access.authority import Principal
from provenance.certificates.states import Certificate, Issue
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Accreditation
from services.traceability.certificates.depending import page
from services.traceability.certificates.leaning import Way

LABORATORY, OTHER = "urn:x:laboratory", "urn:x:other"
LOT = "https://id.gs1.org/01/09520001000010/10/L1"
ISSUE = Issue(0, "urn:x:e", "green_food", "GF1", frozenset({"urn:x:plot"}), date(1970, 1, 1), None)
CERTIFICATE = Certificate("urn:x:c", LABORATORY, (ISSUE,), ())
ACCREDITED = Accreditation(id="urn:x:a", party=LABORATORY, schemes=frozenset({"green_food"}))


@pytest.mark.parametrize(
    ("reader", "registered", "scheme", "seen"),
    [
        (LABORATORY, [ACCREDITED], "green_food", 1),
        (OTHER, [ACCREDITED], "green_food", 0),
        (LABORATORY, [], "green_food", 0),
        (LABORATORY, [ACCREDITED], "commitment", 0),
    ],
)
def test_the_accredited_issuer_sees_all_that_leaned_on_it(
    reader: str, registered: list[Accreditation], scheme: str, seen: int
) -> None:
    certificate = replace(CERTIFICATE, issues=(replace(ISSUE, scheme=scheme),))
    found = page(
        [Way(LOT, 1, None)],
        certificate,
        reader=Principal(reader, frozenset({"laboratory"})),
        registry=MemoryRegistry(registered),
        today=date(2026, 9, 1),
        now_ms=2,
    )
    assert (len(found.rows), len(found.withheld)) == (seen, 1 - seen)
