"""A thing is made once: whose report of making it counts, and what becomes of the others'."""

from random import Random

import pytest

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.foreign import gaps, harvest, made, seen, shares, uri
from tests.provenance.reported import Body, report

GOOD = harvest(0, {"good": 100}, at="farm")
PACKED = made(2, {"good": 100}, {}, outputEPCList=["box"], at="house")
OUTSIDE = harvest(0, {"outside": 900}, at="far")
CLAIMED = made(1, {"outside": 900}, {}, outputEPCList=["box"], at="elsewhere")


def told(*said: tuple[str, Body]) -> list[Reported]:
    return [report(body, recorded=n, capturer=f"urn:x:{who}") for n, (who, body) in enumerate(said)]


def back(key: str, documents: list[Reported]) -> History:
    return build_from(documents, trace_back([uri(key)]))


TO_HOUSE = {"bizLocation": {"id": uri("house")}}
HONEST = (("farm", GOOD), ("house", seen(1, "receiving", lots={"good": 100}, at="house")), ("house", PACKED))


def test_a_strangers_making_of_somebodys_box_is_shown_and_not_believed() -> None:
    history = back("box", told(*HONEST, ("stranger", CLAIMED)))
    assert shares(history) == {"good": "1"}
    assert ("made-elsewhere", "box") in gaps(history)
    assert any(step.document.first.capturer == "urn:x:stranger" for step in history.steps)
    assert uri("outside") not in history.keys


def test_who_was_quicker_but_never_had_what_it_is_made_of_is_not_believed_either() -> None:
    history = back("box", told(("stranger", CLAIMED), *HONEST))
    assert shares(history) == {"good": "1"}


def test_of_two_who_had_their_inputs_the_one_recorded_first_counts() -> None:
    history = back("box", told(*HONEST, ("far", OUTSIDE), ("far", CLAIMED)))
    assert shares(history) == {"good": "1"}


@pytest.mark.parametrize("seed", range(3))
def test_who_counts_does_not_depend_on_order_or_repeats(seed: int) -> None:
    documents = told(("stranger", CLAIMED), *HONEST)
    shuffled = documents * 2
    Random(seed).shuffle(shuffled)
    assert back("box", shuffled) == back("box", documents)


def test_a_lot_topped_up_by_its_maker_or_at_its_place_is_one_lot() -> None:
    first = made(2, {"good": 60}, {"mix": 60}, at="house")
    again = made(3, {"other": 40}, {"mix": 40}, at="house")
    brought = [("farm", {**GOOD, **TO_HOUSE}), ("f", harvest(0, {"other": 40}, **TO_HOUSE))]
    history = back("mix", told(*brought, ("house", first), ("agent", again)))
    assert shares(history) == {"good": "3/5", "other": "2/5"}
    assert not gaps(history)


def test_who_takes_a_lot_in_and_out_again_worked_on_it() -> None:
    first = made(2, {"good": 100}, {"mix": 100}, at="house")
    more = made(3, {"mix": 100, "other": 100}, {"mix": 200}, at="plant")
    history = back("mix", told(("farm", GOOD), ("f", harvest(0, {"other": 100})), ("house", first), ("plant", more)))
    assert shares(history) == {"good": "1/2", "other": "1/2"}


def test_nothing_of_the_strangers_goods_is_found_in_the_box() -> None:
    documents = told(*HONEST, ("far", OUTSIDE), ("stranger", CLAIMED))
    history = build_from(documents, trace_forward([uri("outside")]))
    assert uri("box") not in history.keys
