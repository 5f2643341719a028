"""A stored certificate counts only where the registry of its day let its reporter speak, and its issuer issue."""

from datetime import date, datetime
from typing import Any

import pytest

from provenance import reports as reports_of
from provenance.certificates.issuers import verified
from provenance.certificates.reading import read_certificates
from provenance.certificates.states import Certificate
from provenance.days import CHINA
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Accreditation, Mandate, Party, Record
from provenance.reports import Json
from tests.provenance.reported import report

CERTIFIER, HOUSE, PLOT = "https://example.org/certifier", "https://example.org/house", "https://example.org/plot"
ACCREDITED = Accreditation(id="urn:x:a", party=CERTIFIER, schemes=frozenset({"green_food"}))
THERE: tuple[Record, ...] = (ACCREDITED, Party(id=CERTIFIER, kind="laboratory", name_zh="认证中心"))
LATER_MS = round(datetime(2026, 9, 1, tzinfo=CHINA).timestamp() * 1000)


def said(state: Any = "issued", *, month: int = 3, **fields: Any) -> Json:
    head: dict[str, Any] = {
        "scheme": "green_food", "scope": [PLOT], "issuer": CERTIFIER, "number": "GF141031260007",
        "valid_from": date(2026, 1, 1), "valid_to": date(2029, 1, 1),
    }  # fmt: skip
    return reports_of.certificate(
        event_id=f"urn:uuid:{state}-{month}", at=datetime(2026, month, 1, 12, tzinfo=CHINA),
        certificate="urn:x:c", state=state, **(head | fields),
    )  # fmt: skip


def counted(*told: tuple[Json, str], registry: tuple[Record, ...] = THERE, recorded_ms: int = LATER_MS) -> Certificate:
    documents = [report(body, recorded=recorded_ms + n, capturer=by) for n, (body, by) in enumerate(told)]
    (certificate,) = read_certificates(documents)
    return verified(certificate, MemoryRegistry(registry))


def test_what_its_issuer_reports_counts() -> None:
    assert counted((said(), CERTIFIER)).validity(LATER_MS) == "valid"


def test_what_somebody_else_put_into_its_name_is_told_and_counts_for_nothing() -> None:
    found = counted((said(), HOUSE))
    assert found.validity(LATER_MS) == "unverified"
    assert (found.number, found.states, len(found.told)) == ("GF141031260007", (), 1)
    assert found.void_since(LATER_MS, LATER_MS) == LATER_MS, "what leaned on it never had anything to lean on"
    assert found.relied_on(LATER_MS), "and is found"


@pytest.mark.parametrize(("valid_from", "validity"), [(date(2026, 1, 1), "valid"), (date(2026, 6, 1), "unverified")])
def test_who_has_its_mandate_on_the_day_speaks_for_it(valid_from: date, validity: str) -> None:
    mandate = Mandate(
        id="urn:x:m", from_party=CERTIFIER, to_party=HOUSE, actions=frozenset({"report"}), valid_from=valid_from
    )
    assert counted((said(), HOUSE), registry=(*THERE, mandate)).validity(LATER_MS) == validity


@pytest.mark.parametrize(
    ("kind", "validity"), [("regulator", "valid"), ("inspector", "valid"), ("packer", "unverified")]
)
def test_who_certifies_in_anybodys_name_is_said_by_the_table_of_the_door(kind: str, validity: str) -> None:
    there = (*THERE, Party(id=HOUSE, kind=kind, name_zh="某"))
    assert counted((said(), HOUSE), registry=there).validity(LATER_MS) == validity


def test_an_issuer_not_accredited_on_the_day_of_issue_issues_nothing_then() -> None:
    since_may = Accreditation(
        id="urn:x:a", party=CERTIFIER, schemes=frozenset({"green_food"}), valid_from=date(2026, 5, 1)
    )
    early, late = said(), said(month=6)
    assert counted((early, CERTIFIER), registry=(since_may,)).validity(LATER_MS) == "unverified"
    both = counted((early, CERTIFIER), (late, CERTIFIER), registry=(since_may,))
    assert both.validity(LATER_MS) == "valid"
    assert both.validity(both.issues[0].time_ms - 1) == "unverified", "before the issue that counts"


def test_an_issuer_that_the_registry_knows_only_since_is_asked_as_of_the_day_its_word_was_recorded() -> None:
    since = date(2026, 6, 1)
    issuer = Party(id=CERTIFIER, kind="laboratory", name_zh="认证中心", valid_from=since)
    accredited = Accreditation(id="urn:x:a", party=CERTIFIER, schemes=frozenset({"green_food"}), valid_from=since)
    assert counted((said(), CERTIFIER), registry=(issuer, accredited)).validity(LATER_MS) == "valid"
    before_ms = round(datetime(2026, 5, 1, tzinfo=CHINA).timestamp() * 1000)
    early = counted((said(), CERTIFIER), registry=(issuer, accredited), recorded_ms=before_ms)
    assert early.validity(LATER_MS) == "unverified"


def test_its_own_suspension_works_and_anothers_revocation_in_its_name_does_not() -> None:
    assert counted((said(), CERTIFIER), (said("suspended", month=5), CERTIFIER)).validity(LATER_MS) == "suspended"
    assert counted((said(), CERTIFIER), (said("revoked", month=5), HOUSE)).validity(LATER_MS) == "valid"


def test_who_lost_the_accreditation_still_withdraws_what_he_issued() -> None:
    until_april = Accreditation(
        id="urn:x:a", party=CERTIFIER, schemes=frozenset({"green_food"}), valid_to=date(2026, 4, 1)
    )
    told = ((said(), CERTIFIER), (said("revoked", month=5), CERTIFIER))
    assert counted(*told, registry=(until_april,)).validity(LATER_MS) == "revoked"


def test_a_commitment_needs_no_accreditation_and_still_the_word_of_who_commits() -> None:
    own = said(scheme="commitment", scope=[], lots=["https://id.gs1.org/01/09520001007019/10/L1"])
    assert counted((own, CERTIFIER), registry=()).validity(LATER_MS) == "valid"
    assert counted((own, HOUSE), registry=()).validity(LATER_MS) == "unverified"
