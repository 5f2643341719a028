"""Laws of the warnings: order and repeats change nothing, later looks take nothing back, the unknown accuses nobody."""

from hypothesis import given
from hypothesis import strategies as st

from provenance.scans.apart import all_apart
from provenance.scans.scan import KEPT_HOURS, Scan, looks_of
from provenance.scans.thresholds import Thresholds
from provenance.scans.warnings import MOST_PLACED, Box, ScanWarning, warnings
from tests.provenance.scans.looked_up import BEIJING, CHENGDU, DAY_0, GUANGZHOU, LINFEN, SHANGHAI, XI, cells

_PLACES = st.sampled_from([None, *sorted(cells(XI, LINFEN, BEIJING, GUANGZHOU, CHENGDU, SHANGHAI))])
_TAGS = st.integers(0, 15).map(lambda number: number.to_bytes(12, "big"))
_SCANS = st.lists(st.builds(Scan, st.just("A"), st.integers(DAY_0, DAY_0 + 2_400), _TAGS, _PLACES), max_size=25)
_NOW = DAY_0 + 2_000
_BOXES = st.builds(
    Box,
    sold_hour=st.none() | st.integers(DAY_0, _NOW),
    sites=st.sampled_from([cells(), cells(XI), cells(XI, BEIJING)]),
    channels=st.sampled_from([None, cells(XI), cells(XI, BEIJING)]),
)
_LOW = Thresholds(
    many_times=6,
    many_times_two_places=4,
    many_times_three_places=3,
    many_places=2,
    boxes_at_once=2,
    places_outside=1,
    times_after_sale=1,
)


def _warned(scans: list[Scan], box: Box) -> tuple[ScanWarning, ...]:
    return warnings(looks_of(scans, now_hour=_NOW), box=box, thresholds=_LOW)


def _codes(scans: list[Scan], box: Box) -> set[str]:
    return {warning.code for warning in _warned(scans, box)}


@given(_SCANS, _BOXES, st.randoms(use_true_random=False))
def test_scans_in_any_order_and_repeated_say_the_same(scans: list[Scan], box: Box, random: object) -> None:
    again = scans + scans[::2]
    random.shuffle(again)  # type: ignore[attr-defined]
    told = _warned(scans, box)
    assert _warned(again, box) == told
    assert looks_of(again, now_hour=_NOW) == looks_of(scans, now_hour=_NOW)


@given(_SCANS, _BOXES)
def test_scans_of_later_hours_never_take_a_warning_back(scans: list[Scan], box: Box) -> None:
    middle = DAY_0 + 1_000
    assert _codes([scan for scan in scans if scan.hour <= middle], box) <= _codes(scans, box)


@given(_SCANS, _BOXES)
def test_looks_from_nowhere_known_add_no_warning_about_places(scans: list[Scan], box: Box) -> None:
    placed = [scan for scan in scans if scan.cell is not None]
    by_count = {"many_times", "after_sale"}
    assert _codes(scans, box) - by_count <= _codes(placed, box)
    nowhere = [Scan(scan.label, scan.hour, scan.tag) for scan in scans]
    assert _codes(nowhere, box) <= by_count


@given(_SCANS, _BOXES)
def test_scans_that_have_aged_out_or_are_to_come_might_as_well_not_be(scans: list[Scan], box: Box) -> None:
    shifted = [Scan(scan.label, scan.hour - KEPT_HOURS - 2_400, scan.tag, scan.cell) for scan in scans]
    to_come = [Scan(scan.label, scan.hour + 2_400, scan.tag, scan.cell) for scan in scans]
    assert _codes(scans + shifted + to_come, box) == _codes(scans, box)


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(0, 60), st.integers(1, 6))
def test_the_set_that_is_all_apart_is_the_largest_and_grows_with_what_there_is(
    things: list[int], more: int, enough: int
) -> None:
    def apart(one: int, other: int) -> bool:
        return abs(one - other) > 9

    found = all_apart(things, apart, enough)
    assert all(apart(one, other) for at, one in enumerate(found) for other in found[:at])
    greedy: list[int] = []  # on a line, taking the next that fits is best
    for thing in sorted(things):
        if all(apart(thing, other) for other in greedy):
            greedy.append(thing)
    assert len(found) == min(len(greedy), enough)
    assert len(all_apart([*things, more], apart, enough)) >= len(found)


def test_the_worst_that_a_crowd_can_tell_is_searched_in_bounded_steps() -> None:
    """Five towns and a brand that waits for a sixth: no step of the search is cut short."""
    asked = 0

    def apart(one: int, other: int) -> bool:
        nonlocal asked
        asked += 1
        return one % 5 != other % 5

    assert len(all_apart(range(MOST_PLACED), apart, 6)) == 5
    assert asked < 150_000
