"""The schedule of blows is a function of the seed, and leaves no kind out."""

from tests.faults.gate import BEFORE_THE_EVENTS, Place
from tests.faults.schedule import Kind, schedule


def test_a_seed_gives_the_same_blows_again_and_another_seed_others() -> None:
    assert schedule(7, 50) == schedule(7, 50)
    assert schedule(7, 50) != schedule(8, 50)


def test_every_kind_comes_before_any_comes_again() -> None:
    kinds = [blow.kind for blow in schedule(3, 2 * len(Kind))]
    assert set(kinds[: len(Kind)]) == set(kinds[len(Kind) :]) == set(Kind)


def test_a_place_is_known_by_the_command_and_the_collection_at_the_head_of_a_message() -> None:
    insert = bytes(20) + b"\x00\x60\x00\x00\x00\x02insert\x00\x07\x00\x00\x00events\x00" + b"\x08ordered\x00\x00"
    assert BEFORE_THE_EVENTS.is_in(insert)
    assert not BEFORE_THE_EVENTS.is_in(insert.replace(b"insert", b"delete"))
    assert not Place("progress", "request").is_in(insert)
