"""What a reporter is told of a payment before it is recorded: a second take-back, a correction that will not count."""

from __future__ import annotations

from fractions import Fraction

import pytest

from provenance.payments.considering import considered
from provenance.payments.doubts import Known
from provenance.payments.goods import Delivered
from provenance.payments.records import Recorded, Said
from provenance.registry.memory import MemoryRegistry
from tests.provenance.paying import GROWER, LOT, answer, correction, payment, recorded, withdrawal

KNOWN = Known.only((Delivered((LOT,), "urn:uuid:d1", GROWER, Fraction(100), Fraction(1)),))
PAID = recorded(payment("a"))
TAKEN_BACK = recorded(withdrawal("w", "a"), at_ms=2)
OTHER = "urn:x:stranger"
NOBODY = MemoryRegistry(())


def told(given: Said, *stored: Recorded, by: str = "urn:x:station") -> list[str]:
    (found,) = considered([recorded(given, by=by, at_ms=9)], stored, KNOWN, NOBODY)
    return [one.code for one in found]


TOLD: dict[str, tuple[Said, tuple[Recorded, ...], str, list[str]]] = {
    "a first payment": (payment("a"), (), "urn:x:station", []),
    "the same sent again": (payment("a"), (PAID,), "urn:x:station", []),
    "the same under another id": (payment("b"), (PAID,), "urn:x:station", ["recorded-twice"]),
    "another under the same id": (payment("a", "999"), (PAID,), "urn:x:station", ["same-id"]),
    "a take-back": (withdrawal("v", "a"), (PAID,), "urn:x:station", []),
    "a second take-back": (withdrawal("v", "a"), (PAID, TAKEN_BACK), "urn:x:station", ["taken-back-already"]),
    "a take-back of the take-back": (withdrawal("v", "w"), (PAID, TAKEN_BACK), "urn:x:station", []),
    "a take-back of nothing": (withdrawal("v", "z"), (PAID,), "urn:x:station", ["unknown-payment"]),
    "somebody else's take-back": (withdrawal("v", "a"), (PAID,), OTHER, ["in-vain"]),
    "a correction": (correction("b", "a"), (PAID,), "urn:x:station", []),
    "a correction of what is taken back": (correction("b", "a"), (PAID, TAKEN_BACK), "urn:x:station", ["in-vain"]),
    "a correction of nothing": (correction("b", "z"), (PAID,), "urn:x:station", ["unknown-payment"]),
    "somebody else's correction": (correction("b", "a", payer=OTHER), (PAID,), OTHER, ["in-vain"]),
    "an answer": (answer("y", "a"), (PAID,), GROWER, []),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_said_before_it_is_recorded(name: str) -> None:
    given, stored, by, codes = TOLD[name]
    assert told(given, *stored, by=by) == codes


def test_two_of_one_table_that_are_the_same_are_seen_before_either_is_recorded() -> None:
    both = [recorded(payment(name), at_ms=n) for n, name in enumerate("ab")]
    first, second = considered(both, (), KNOWN, NOBODY)
    assert (first, [one.code for one in second]) == ((), ["recorded-twice"])
