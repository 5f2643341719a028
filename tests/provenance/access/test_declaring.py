"""Whose word that a report is wrong counts is what the registry says of the day on which the word was recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import permutations

import pytest

from provenance.access.declaring import may_declare
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Party
from provenance.standing import Reported, standings
from tests.provenance.foreign import event
from tests.provenance.reported import report

ME, INSPECTOR = "urn:x:me", "urn:x:inspector"
KNOWN = Party(id=INSPECTOR, kind="inspector", name_zh="检验所", valid_from=date(2026, 3, 1))
ENDED = replace(KNOWN, version=2, valid_to=date(2026, 10, 15))
RENAMED = replace(KNOWN, version=2, kind="station", valid_from=date(2026, 10, 15))
MIDNIGHT = datetime(2026, 10, 14, 16, tzinfo=UTC)
"""When 15 October begins in China."""


def told(at: datetime, *, wrong: bool = False, by: str = INSPECTOR) -> Reported:
    body = event("ObjectEvent", 1, eventID="e", action="OBSERVE", bizStep="storing", epcList=["urn:x:box"])
    declared = {"errorDeclaration": {"declarationTime": "2026-10-14T00:00:00Z"}} if wrong else {}
    return report({**body, **declared}, recorded=round(at.timestamp() * 1000), capturer=by)


def states(registry: MemoryRegistry, *reported: Reported) -> set[str]:
    """Of the one event id; in every order, and with everything twice."""
    orders = [*permutations(reported), (*reported, *reported)]
    return {standings(one, may_declare=partial(may_declare, registry))["e"].state for one in orders}


@pytest.mark.parametrize("version", [ENDED, RENAMED])
@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2026, 2, 28, tzinfo=UTC), "disputed"),
        (datetime(2026, 9, 20, tzinfo=UTC), "void"),
        (MIDNIGHT - timedelta(milliseconds=1), "void"),
        (MIDNIGHT, "disputed"),
    ],
    ids=["before he was registered", "while he was", "on his last day", "after it"],
)
def test_an_inspectors_word_counts_for_ever_if_he_was_one_when_it_was_recorded(
    version: Party, at: datetime, state: str
) -> None:
    original = told(datetime(2026, 2, 1, tzinfo=UTC), by=ME)
    assert states(MemoryRegistry((KNOWN, version)), original, told(at, wrong=True)) == {state}


def test_of_the_same_word_recorded_again_the_first_time_counts() -> None:
    """What he sent in before he was registered he says anew, at another time; the same bytes are the same word."""
    original = told(datetime(2026, 2, 1, tzinfo=UTC), by=ME)
    early, again = (told(datetime(2026, month, 28, tzinfo=UTC), wrong=True) for month in (2, 4))
    assert states(MemoryRegistry((KNOWN,)), original, early, again) == {"disputed"}
    assert states(MemoryRegistry((KNOWN,)), original, again) == {"void"}
