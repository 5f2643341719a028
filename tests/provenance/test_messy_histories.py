"""Whatever comes in, every key has one history, the same in any order, and no law of mass is broken."""

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.messy import messy
from tests.provenance.reported import known_as

reported = st.builds(messy, st.integers(0, 10**6), st.integers(1, 14))
few = settings(max_examples=40, deadline=None)


def every(documents: list[Reported]) -> dict[tuple[str, str], History]:
    things = {
        i.key for d in documents for i in (*d.event.objects, *d.event.children, *d.event.inputs, *d.event.outputs)
    }
    keys = sorted(things)[::3]
    inspector = known_as("urn:x:inspector")
    backs = {("back", key): build_from(documents, trace_back([key], may_declare=inspector)) for key in keys}
    return backs | {
        ("forward", key): build_from(documents, trace_forward([key], may_declare=inspector)) for key in keys
    }


@few
@given(reported, st.integers())
def test_any_order_and_any_repeats_give_the_same_histories(documents: list[Reported], seed: int) -> None:
    shuffled = documents * 2
    Random(seed).shuffle(shuffled)
    assert every(shuffled) == every(documents)


@few
@given(reported)
def test_shares_sum_to_one_and_nothing_weighs_less_than_nothing(documents: list[Reported]) -> None:
    for (direction, _), history in every(documents).items():
        weights = [h.kilograms for h in history.holders] + [history.lost_kg, history.kilograms]
        assert all(kg is None or kg >= 0 for kg in weights)
        if direction == "back":
            assert sum(share.fraction for share in history.shares) == 1


@few
@given(reported)
def test_no_more_is_held_and_lost_than_there_was(documents: list[Reported]) -> None:
    for (direction, _), history in every(documents).items():
        known = [h.kilograms for h in history.holders if h.kilograms is not None]
        if direction == "forward" and history.kilograms is not None:
            assert sum(known, history.lost_kg or Fraction(0)) <= history.kilograms
