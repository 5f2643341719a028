"""Chains of corrections: which version counts at each turn, told alike in any order and however often it is read."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.access.say import NOBODYS
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from provenance.standing import Reported, Standing, standings
from tests.provenance.foreign import event, uri
from tests.provenance.reported import known_as, report

ME, OTHER, INSPECTOR = "urn:x:me", "urn:x:other", "urn:x:inspector"
SPEAKS = replace(NOBODYS, say=lambda party, _thing, _on: "all" if party == INSPECTOR else "")
KG = {"first": 4120.0, "second": 412.0, "third": 414.0, "rival": 421.0}


def brought(id_: str, *, at: int = 0, by: str = ME) -> Reported:
    """A delivery of one lot; each version says other kilograms."""
    return report(_body(id_), recorded=at, capturer=by)


def wrong(id_: str, *instead: str, at: int, by: str = ME) -> Reported:
    """That it is wrong, and what is right; `at` is the minute it was declared."""
    declared: dict[str, Any] = {"declarationTime": f"2026-09-13T00:{at:02}:00.000+08:00"}
    if instead:
        declared["correctiveEventIDs"] = list(instead)
    return report({**_body(id_), "errorDeclaration": declared}, recorded=at, capturer=by)


def _body(id_: str) -> dict[str, Any]:
    amount = {"epcClass": uri("lot"), "quantity": KG.get(id_, 1.0), "uom": "KGM"}
    return event("ObjectEvent", 1, eventID=id_, action="ADD", bizStep="commissioning", quantityList=[amount])


def told(documents: list[Reported]) -> History:
    return build_from(documents, trace_back([uri("lot")], may_declare=known_as(INSPECTOR), parties=SPEAKS))


def counted(documents: list[Reported]) -> tuple[float, dict[str, tuple[str, ...]]]:
    """The kilograms of the lot, and for each version that does not count those that do; the same in any order."""
    found = told(documents)
    shuffled = documents * 2
    for seed in range(5):
        Random(seed).shuffle(shuffled)
        assert told(shuffled) == found
    return float(found.kilograms or 0), {step.event_id: step.counting for step in found.steps if not step.in_force}


FIRST = brought("first")
CORRECTED = [FIRST, brought("second", at=1), wrong("first", "second", at=1)]
AGAIN = [*CORRECTED, brought("third", at=2), wrong("second", "third", at=2)]
LAST_BACK = [*AGAIN, wrong("third", at=3)]
BOTH_BACK = [*LAST_BACK, wrong("second", at=4)]


def test_at_each_turn_of_a_chain_one_version_counts_and_all_others_name_it() -> None:
    assert counted([FIRST]) == (4120, {})
    assert counted(CORRECTED) == (412, {"first": ("second",)})
    assert counted(AGAIN) == (414, {"first": ("third",), "second": ("third",)})
    assert counted(LAST_BACK) == (412, {"first": ("second",), "third": ("second",)})
    assert counted(BOTH_BACK) == (4120, {"second": ("first",), "third": ("first",)})
    assert counted([*BOTH_BACK, wrong("first", at=5)]) == (0, {"first": (), "second": (), "third": ()})


def test_what_counts_again_says_so() -> None:
    again = {
        n: [s.event_id for s in told(d).steps if s.counts_again] for n, d in enumerate((AGAIN, LAST_BACK, BOTH_BACK))
    }
    assert again == {0: [], 1: ["second"], 2: ["first"]}


def test_two_corrections_within_a_minute_both_count_until_one_is_taken_back() -> None:
    for by in (ME, INSPECTOR):
        crossing = [*CORRECTED, brought("rival", at=1, by=by), wrong("first", "rival", at=1, by=by)]
        assert counted(crossing) == (412 + 421, {"first": ("rival", "second")})
        assert [conflict.event_id for conflict in told(crossing).conflicts] == ["first"]
        settled = [*crossing, wrong("second", at=2)]
        assert counted(settled) == (421, {"first": ("rival",), "second": ("rival",)})
        assert told(settled).conflicts == ()
        assert counted([*settled, wrong("rival", at=3, by=by)]) == (4120, {"second": ("first",), "rival": ("first",)})


def test_a_strangers_correction_disputes_and_moves_nothing() -> None:
    crossing = [*CORRECTED, wrong("second", "rival", at=2, by=OTHER)]
    assert counted(crossing) == (412, {"first": ("second",)})
    (second,) = (step for step in told(crossing).steps if step.event_id == "second")
    assert second.standing == "disputed" and not second.counts_again


def test_one_report_in_the_place_of_two_gives_way_to_both() -> None:
    merged = [FIRST, brought("rival"), brought("second", at=1)]
    merged += [wrong("first", "second", at=1), wrong("rival", "second", at=1)]
    assert counted(merged) == (412, {"first": ("second",), "rival": ("second",)})
    assert counted([*merged, wrong("second", at=2)]) == (4120 + 421, {"second": ("first", "rival")})


def test_a_correction_whose_report_has_not_arrived_is_named_all_the_same() -> None:
    assert counted([FIRST, wrong("first", "coming", at=1)]) == (0, {"first": ("coming",)})


_IDS = st.sampled_from(["first", "second", "third", "rival"])
_PEOPLE = st.sampled_from([ME, OTHER, INSPECTOR])
_WRONG = st.builds(
    lambda id_, instead, at, by: wrong(id_, *instead, at=at, by=by),
    _IDS,
    st.lists(_IDS, max_size=2),
    st.integers(1, 9),
    _PEOPLE,
)


def _standings(documents: list[Reported]) -> dict[str, Standing]:
    return standings(documents, may_declare=known_as(INSPECTOR))


@settings(max_examples=150, deadline=None)
@given(st.lists(_WRONG, max_size=8), st.randoms(use_true_random=False))
def test_the_story_told_of_any_corrections_is_free_of_order(declared: list[Reported], random: Random) -> None:
    documents = [*map(brought, KG), *declared]
    shuffled = documents * 2
    random.shuffle(shuffled)
    assert told(shuffled) == told(documents)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WRONG, max_size=8))
def test_what_is_said_to_count_is_in_force(declared: list[Reported]) -> None:
    found = _standings([*map(brought, KG), *declared])
    for id_, standing in found.items():
        assert all(found[other].in_force for other in standing.counting)
        assert (standing.counting == (id_,)) is standing.in_force
        assert set(standing.corrected_by) <= set(standing.counting)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WRONG, max_size=6), _IDS)
def test_a_correction_that_is_taken_back_leaves_all_as_if_it_had_never_been(declared: list[Reported], of: str) -> None:
    before = [*map(brought, KG), *declared]
    if not _standings(before)[of].in_force:
        return
    there_and_back = [*before, brought("new", at=10), wrong(of, "new", at=10), wrong("new", at=11)]
    found = _standings(there_and_back)
    assert {id_: found[id_].in_force for id_ in KG} == {id_: one.in_force for id_, one in _standings(before).items()}
    assert found["new"].counting == (of,)


def asked(documents: list[Reported]) -> set[str]:
    """All that the history of the lot asks of a store."""
    gathering = trace_back([uri("lot")], may_declare=known_as(INSPECTOR))
    keys: set[str] = set()
    wanted = next(gathering)
    try:
        while True:
            keys |= wanted.names
            wanted = gathering.send([d for d in documents if any(key in wanted.names for _, key in d.event.keys)])
    except StopIteration:
        return keys


def test_what_a_stranger_says_is_right_instead_is_not_looked_for_and_what_counts_is() -> None:
    many = [f"urn:x:none{n}" for n in range(9_000)]
    assert not asked([FIRST, wrong("first", *many, at=1, by=OTHER)]) & set(many)
    assert asked([FIRST, wrong("first", "second", at=1, by=INSPECTOR)]) >= {"second"}
    assert asked([FIRST, wrong("first", "second", at=1)]) >= {"second"}


def test_a_declaration_counts_whichever_of_two_reports_under_its_id_is_found_first() -> None:
    """The stranger's copy of the report names the lot, the true one does not, and is found by its id."""
    true = report({**_body("first"), "quantityList": []}, recorded=0)
    copy = brought("first", at=5, by=OTHER)
    declared = wrong("first", "second", at=6, by=true.first.capturer)
    assert asked([true, copy, declared]) >= {"second"}
