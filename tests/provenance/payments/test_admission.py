"""What of a payment is certainly wrong, and refused at the door in one sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from provenance.access.authority import Principal
from provenance.payments.admission import impossible, judged
from provenance.payments.records import PaidFor, Payment, Withdrawal
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Party
from tests.provenance.paying import GROWER, LOT, STATION, correction, payment, withdrawal

TODAY = date(2026, 9, 21)
IMPOSSIBLE: dict[str, tuple[Payment, str]] = {
    "several deliveries of unsaid kilograms": (
        payment("a", deliveries=(PaidFor(LOT, Decimal(100)), PaidFor(LOT + "B"))),
        "kilograms-missing",
    ),
    "of next year": (payment("a", paid_on=date(2027, 9, 21)), "in-the-future"),
    "of the last century": (payment("a", paid_on=date(1999, 9, 21)), "absurd"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_refused(name: str) -> None:
    said, code = IMPOSSIBLE[name]
    (problem,) = impossible(said, 0, TODAY)
    assert (problem.code, problem.severity) == (code, "error")


@pytest.mark.parametrize("said", [correction("b", "a"), withdrawal("b", "a")])
def test_whose_word_counts_on_any_payment_corrects_one_in_an_offices_role_alone(
    said: Payment | Withdrawal,
) -> None:
    registry = MemoryRegistry(
        [Party(id=one, kind=kind, name_zh=one) for one, kind in ((STATION, "inspector"), (GROWER, "grower"))]
    )
    found = judged(said, Principal(STATION, frozenset({"station"})), registry, TODAY)
    assert [problem.code for problem in found.problems] == ["role-may-not"]
    assert not judged(said, Principal(STATION, frozenset({"station", "inspector"})), registry, TODAY).refused


@pytest.mark.parametrize(
    ("code", "refused"), [("91140000MA0GROWER1", True), ("91140000MA0GROWER2", False), ("", False)]
)
def test_a_firm_under_two_names_does_not_pay_itself(code: str, refused: bool) -> None:
    registry = MemoryRegistry(
        [
            Party(id=STATION, version=1, kind="station", name_zh="收购站", credit_code=code and "91140000MA0GROWER1"),
            Party(id=GROWER, version=1, kind="grower", name_zh="果农", credit_code=code),
        ]
    )
    found = judged(payment("a"), Principal(STATION, frozenset({"station"})), registry, TODAY)
    assert found.refused is refused
    assert ("pays-itself" in [problem.code for problem in found.problems]) is refused
