"""Puts decided without a broker: versions, repeats, and everything the simulator and the demo would register."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from cli.registry_file import read_records
from deploy.demo.story import FOLDER
from provenance.access.authority import Principal
from provenance.registry.records import Party, Record
from services.registry.domain import Drafts, New, Present, Wrong, decide
from simulator.season import Season, Size

OPERATOR = Principal("urn:x:operator", frozenset({"operator"}))
TODAY = date(2026, 11, 22)
PARTY = Party(id="urn:x:1", kind="grower", name_zh="甲")


def put(record: Record, *there: Record) -> New | Present | Wrong:
    """`there` are its versions, the highest first."""
    return decide(
        record, principal=OPERATOR, drafts=Drafts(lambda kind, id_: there if id_ == record.id else ()), today=TODAY
    )


def refused(records: Iterable[Record]) -> list[str]:
    drafts = Drafts(lambda kind, id_: ())
    found = []
    for record in records:
        decision = decide(record, principal=OPERATOR, drafts=drafts, today=TODAY)
        if isinstance(decision, New):
            drafts.add(decision.record)
        else:
            found.append(f"{record.id}: {decision}")
    return found


def test_a_first_version_is_one_and_carries_its_author() -> None:
    assert put(PARTY) == New(replace(PARTY, author=OPERATOR.party))


@pytest.mark.parametrize("version", [-1, 0, 2, 7])
def test_any_other_first_version_is_refused_with_the_right_one(version: int) -> None:
    decision = put(replace(PARTY, version=version))
    assert isinstance(decision, Wrong)
    assert "the next is version 1" in decision.problems[0].message


def test_an_older_version_put_again_as_it_is_changes_nothing() -> None:
    second = replace(PARTY, version=2, name_zh="乙")
    assert put(PARTY, second, PARTY) == Present(1)
    assert put(second, second, PARTY) == Present(2)


def test_the_same_version_with_other_content_is_a_conflict() -> None:
    decision = put(replace(PARTY, name_zh="乙"), PARTY)
    assert isinstance(decision, Wrong)
    assert decision.problems[0].code == "version-conflict"


def test_who_wrote_it_first_does_not_make_a_repeat_another_record() -> None:
    assert put(PARTY, replace(PARTY, author="urn:x:somebody")) == Present(1)


def test_all_that_the_simulator_makes_may_be_registered() -> None:
    season = Season(seed=5, size=Size(counties=3, stations=3, growers=5))
    list(season.reports())
    assert refused(season.world.records) == []


def test_all_that_the_demo_brings_may_be_registered() -> None:
    entries = read_records("registry.yaml", (FOLDER / "registry.yaml").read_bytes())
    assert refused(entry.record for entry in entries) == []
