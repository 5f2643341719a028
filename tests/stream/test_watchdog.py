"""When standing still is a stall, as a pure rule over what was seen at which second."""

import pytest

from stream.receipts import TopicPartition
from stream.watchdog import Extent, StallRule

A, B = TopicPartition("t", 0), TopicPartition("t", 1)


def looks(*seen: tuple[float, int, int, bool]) -> list[bool]:
    """Of one partition: (second, committed, end, patient)."""
    rule = StallRule(all_s=30, one_s=600)
    return [rule.stalled({A: Extent(committed, end)}, at, patient=patient) for at, committed, end, patient in seen]


@pytest.mark.parametrize(
    ("seen", "stalled"),
    [
        ([(0, 5, 9, False), (29, 5, 9, False), (30, 5, 9, False)], [False, False, True]),
        ([(0, 5, 9, False), (29, 6, 9, False), (58, 6, 9, False), (59, 6, 9, False)], [False, False, False, True]),
        ([(0, 9, 9, False), (1000, 9, 9, False)], [False, False]),
        (
            [(999, 9, 9, False), (1000, 9, 10, False), (1028, 9, 10, False), (1029, 9, 10, False)],
            [False, False, False, True],
        ),
        ([(0, 5, 9, False), (29, 5, 9, True), (58, 5, 9, False), (60, 5, 9, False)], [False, False, False, True]),
        ([(0, 5, 9, False), (30, 5, 99, False)], [False, True]),
    ],
    ids=["still", "moved", "nothing to do", "new work untouched", "patient", "only the end moved"],
)
def test_a_partition_that_lags_and_does_not_move(seen: list[tuple[float, int, int, bool]], stalled: list[bool]) -> None:
    assert looks(*seen) == stalled


def test_one_partition_may_wait_its_turn_while_another_moves_but_not_for_ever() -> None:
    rule = StallRule(all_s=30, one_s=600)
    seen = {at: rule.stalled({A: Extent(5, 9), B: Extent(at, 9999)}, at, patient=False) for at in range(0, 700, 10)}
    assert next(at for at, stalled in seen.items() if stalled) == 600


def test_a_partition_taken_away_and_given_back_begins_anew() -> None:
    rule = StallRule(all_s=30, one_s=600)
    assert not rule.stalled({A: Extent(5, 9)}, 0, patient=False)
    assert not rule.stalled({}, 20, patient=False)
    assert not rule.stalled({A: Extent(5, 9)}, 40, patient=False)
