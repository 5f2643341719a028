"""Which reports count: repeats, conflicts, declarations, and declarations declared wrong."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.standing import Reported, standings
from tests.provenance.foreign import event
from tests.provenance.reported import known_as, report

ME, OTHER, INSPECTOR = "urn:x:me", "urn:x:other", "urn:x:inspector"


def said(id_: str, *, n: int = 0, by: str = ME, what: str = "a") -> Reported:
    return report(_body(id_, what), recorded=n, capturer=by)


def wrong(id_: str, *, corrected_by: Sequence[str] = (), n: int = 0, by: str = ME, what: str = "a") -> Reported:
    declaration: dict[str, Any] = {"declarationTime": "2026-09-11T00:00:00.000+08:00"}
    if corrected_by:
        declaration["correctiveEventIDs"] = list(corrected_by)
    return report({**_body(id_, what), "errorDeclaration": declaration}, recorded=n, capturer=by)


def _body(id_: str, what: str) -> dict[str, Any]:
    return event("ObjectEvent", 1, eventID=id_, action="OBSERVE", bizStep="storing", epcList=[f"urn:x:{what}"])


def states(*reported: Reported) -> dict[str, str]:
    """The standing of every id; checked to be the same in any order, and with everything twice."""
    found: dict[str, str] = {id_: s.state for id_, s in standings(reported, may_declare=known_as(INSPECTOR)).items()}
    for order in permutations(reported[:5]):
        shuffled = [*order, *reported[5:], *reported]
        assert {id_: s.state for id_, s in standings(shuffled, may_declare=known_as(INSPECTOR)).items()} == found
    return found


def test_a_report_is_in_force() -> None:
    assert states(said("e")) == {"e": "in_force"}


def test_of_two_contents_under_one_id_the_first_reported_counts_and_both_are_shown() -> None:
    early, late = said("e", n=1, what="a"), said("e", n=2, what="b")
    standing = standings([late, early])["e"]
    assert standing.document == early
    assert standing.conflicting == tuple(sorted((early.record_id, late.record_id)))


def test_the_same_content_twice_is_a_repeat() -> None:
    assert standings([said("e", n=1), said("e", n=2)])["e"].conflicting == ()


def test_of_two_copies_the_earlier_first_decides_who_captured_it() -> None:
    assert standings([said("e", n=2, by=OTHER), said("e", n=1, by=ME)])["e"].document.first.capturer == ME


def test_what_its_reporter_declares_wrong_is_void() -> None:
    assert states(said("e"), wrong("e", n=1)) == {"e": "void"}


def test_what_an_inspector_declares_wrong_is_void() -> None:
    assert states(said("e"), wrong("e", n=1, by=INSPECTOR)) == {"e": "void"}


def test_what_somebody_else_declares_wrong_is_disputed_and_in_force() -> None:
    assert states(said("e"), wrong("e", n=1, by=OTHER)) == {"e": "disputed"}
    assert standings([said("e"), wrong("e", n=1, by=OTHER)])["e"].in_force


def test_a_declaration_without_its_original_shows_the_event_as_void() -> None:
    assert states(wrong("e", by=OTHER)) == {"e": "void"}


def test_a_corrected_report_names_what_corrects_it_and_is_named_by_it() -> None:
    found = standings([said("e"), said("better", n=1), wrong("e", corrected_by=["better"], n=2)])
    assert (found["e"].state, found["e"].corrected_by) == ("corrected", ("better",))
    assert found["better"].corrects == ("e",)


def test_a_correction_that_has_not_arrived_counts_as_in_force() -> None:
    assert states(said("e"), wrong("e", corrected_by=["coming"], n=2)) == {"e": "corrected"}


def test_when_all_that_corrects_it_is_void_the_original_is_in_force_again() -> None:
    reported = (said("e"), said("c", n=1), wrong("e", corrected_by=["c"], n=2), wrong("c", n=3))
    assert states(*reported) == {"e": "in_force", "c": "void"}


def test_a_correction_of_a_correction_leaves_only_the_last() -> None:
    reported = (
        said("e"),
        said("c", n=1),
        said("d", n=1),
        wrong("e", corrected_by=["c", "d"], n=2),
        wrong("c", corrected_by=["d"], n=3),
    )
    assert states(*reported) == {"e": "corrected", "c": "corrected", "d": "in_force"}


def test_a_correction_that_is_itself_corrected_does_not_bring_the_first_report_back() -> None:
    """4120 corrected to 412 and that to 414: only the 414 count."""
    reported = (
        said("e"),
        said("c", n=1),
        wrong("e", corrected_by=["c"], n=2),
        said("d", n=3),
        wrong("c", corrected_by=["d"], n=4),
    )
    assert states(*reported) == {"e": "corrected", "c": "corrected", "d": "in_force"}
    found = standings(reported)
    assert found["e"].corrected_by == ("d",) and found["d"].corrects == ("c", "e")
    assert states(*reported, wrong("d", n=5)) == {"e": "corrected", "c": "in_force", "d": "void"}


def test_two_corrections_of_one_report_are_a_conflict_until_one_of_them_is_settled() -> None:
    reported = (
        said("e"),
        said("c", n=1),
        said("d", n=1),
        wrong("e", corrected_by=["c"], n=2),
        wrong("e", corrected_by=["d"], n=2),
    )
    found = standings(reported)["e"]
    assert found.corrected_by == ("c", "d")
    assert found.conflicting == tuple(sorted(one.record_id for one in reported[3:]))
    for settled in (wrong("c", n=3), wrong("c", corrected_by=["d"], n=3)):
        assert standings([*reported, settled])["e"].conflicting == ()


def test_one_correction_may_put_two_reports_into_the_place_of_one() -> None:
    reported = (said("e"), said("c"), said("d"), wrong("e", corrected_by=["c", "d"]), wrong("e", n=1))
    assert standings(reported)["e"].conflicting == ()


def test_reports_that_correct_each_other_are_all_void() -> None:
    reported = (
        said("a"),
        said("b"),
        said("c"),
        wrong("a", corrected_by=["b"], n=1),
        wrong("b", corrected_by=["a"], n=2),
        wrong("c", corrected_by=["a"], n=3),
    )
    assert states(*reported) == {"a": "void", "b": "void", "c": "in_force"}


def test_a_report_that_corrects_itself_is_void() -> None:
    assert states(said("a"), wrong("a", corrected_by=["a"], n=1)) == {"a": "void"}


_IDS = st.sampled_from(["a", "b", "c", "d"])
_PEOPLE = st.sampled_from([ME, OTHER, INSPECTOR])
_SAID = st.builds(said, _IDS, n=st.integers(0, 9), by=_PEOPLE, what=st.sampled_from(["x", "y"]))
_WRONG = st.builds(wrong, _IDS, corrected_by=st.lists(_IDS, max_size=2), n=st.integers(0, 9), by=_PEOPLE)


@given(st.lists(st.one_of(_SAID, _WRONG), max_size=12), st.data())
def test_any_order_and_any_repeats_give_the_same_standings(reported: list[Reported], data: st.DataObject) -> None:
    again = data.draw(st.permutations(reported)) + data.draw(
        st.lists(st.sampled_from(reported), max_size=4) if reported else st.just([])
    )
    assert standings(again, may_declare=known_as(INSPECTOR)) == standings(reported, may_declare=known_as(INSPECTOR))


@pytest.mark.parametrize("length", [500])
def test_a_long_chain_of_corrections_is_followed_to_its_end(length: int) -> None:
    reported = [wrong(str(n), corrected_by=[str(n + 1)], n=n) for n in range(length)] + [wrong(str(length), n=length)]
    found = standings(reported)
    assert [found[str(n)].in_force for n in (length, length - 1, length - 2)] == [False, True, False]
    assert sum(standing.in_force for standing in found.values()) == 1
