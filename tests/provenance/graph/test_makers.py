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


LABEL = uri("https://id.gs1.org/01/09520001007026/10/G1/21/B1")
LABELLED, LOT = "https://id.gs1.org/01/09520001007026/21/B1", "https://id.gs1.org/01/09520001007026/10/G1"
HIS_LABEL = LABEL.replace("/10/G1/", "/10/HIS/")
BY_LABEL = (
    *HONEST[:2],
    ("house", made(2, {"good": 100}, {LOT: 100}, at="house")),
    ("house", seen(3, "commissioning", LABEL, action="ADD", at="house")),
)
HIS = ("far", OUTSIDE)


def outside_fruit_in(**outputs: object) -> tuple[tuple[str, Body], ...]:
    """Somebody reports fruit of his own, and that he packed that."""
    return HIS, ("far", made(4, {"outside": 900}, outputs.pop("lots", {}), at="far", **outputs))  # type: ignore[arg-type]


def test_who_says_later_that_he_packed_labelled_boxes_did_not() -> None:
    """The house reports a lot and labels boxes as of it; that he reports a run makes no maker of him."""
    honest = back(LABELLED, told(*BY_LABEL))
    attacked = back(LABELLED, told(*BY_LABEL, *outside_fruit_in(outputEPCList=[LABELLED])))
    assert shares(attacked) == shares(honest) == {"good": "1"}
    assert ("made-elsewhere", LABELLED) in [(gap.code, gap.key) for gap in attacked.gaps]


def test_who_says_later_that_a_harvest_lot_is_of_his_making_did_not_make_it() -> None:
    attacked = back("good", told(*BY_LABEL, *outside_fruit_in(lots={"good": 900})))
    assert shares(attacked) == {"good": "1"} and uri("outside") not in attacked.keys
    ahead = build_from(told(*BY_LABEL, *outside_fruit_in(lots={"good": 900})), trace_forward([uri("outside")]))
    assert uri("good") not in ahead.keys


@pytest.mark.parametrize(
    "says",
    [
        outside_fruit_in(outputEPCList=[LABELLED]),
        (HIS, ("far", seen(6, "commissioning", HIS_LABEL, action="ADD", at="far"))),
    ],
)
def test_who_was_sent_a_box_had_no_part_in_making_it(says: tuple[tuple[str, Body], ...]) -> None:
    """He had it in his hands: what he says of it counts, but not that he packed it, or of which lot it is."""
    sent = (
        ("house", seen(4, "shipping", LABELLED, at="house", to="far")),
        ("far", seen(5, "receiving", LABELLED, at="far")),
    )
    honest, attacked = (back(LABELLED, told(*BY_LABEL, *sent, *more)) for more in ((), says))
    assert shares(attacked) == shares(honest) == {"good": "1"}
    assert dict(attacked.lot_of) == dict(honest.lot_of)


def test_who_was_sent_the_lot_may_label_what_is_in_it() -> None:
    """Boxes packed under their numbers; who gets the lot prints its number on them."""
    packed = made(2, {"good": 100}, {LOT: 100}, outputEPCList=[LABELLED], at="house")
    sent = (
        *HONEST[:2],
        ("house", packed),
        ("house", seen(4, "shipping", LABELLED, lots={LOT: 100}, at="house", to="far")),
        ("far", seen(5, "receiving", LABELLED, lots={LOT: 100}, at="far")),
        ("far", seen(6, "commissioning", LABEL, action="ADD", at="far")),
    )
    history = back(LABELLED, told(*sent))
    assert history.lot_of.get(LABELLED) == LOT
    assert not history.steps[-1].stranger and history.steps[-1].kind == "labelling"


def test_who_labels_a_guessed_number_first_as_of_a_lot_of_his_own_did_not_make_it() -> None:
    """Nothing else is known of that lot: he only gave a number, and names no lot of what the house packed."""
    guessed = ("far", seen(0, "commissioning", HIS_LABEL, action="ADD", at="far"))
    honest, attacked = (back(LABELLED, told(*more, *BY_LABEL)) for more in ((), (guessed,)))
    assert shares(attacked) == shares(honest) == {"good": "1"}
    assert dict(attacked.lot_of) == dict(honest.lot_of) == {LABELLED: LOT}
    assert not any(gap.code == "two-lots" for gap in attacked.gaps)
