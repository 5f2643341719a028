"""The same ground twice: by parcel, by boundary, by middles too near; and what lies beside it is not flagged."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.registry.ground import area_m2, cells, cells_to_search, crosses_itself, shared_m2
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Point, Site
from provenance.registry.same_ground import ground_flags, same_ground

NORTH, EAST = 36.66, 110.92
DAY = date(2026, 9, 1)


def square(north: float, east: float, side: float = 0.0008) -> tuple[Point, ...]:
    """Some 90 m by 71 m: 9.5 亩."""
    corners = ((0, 0), (0, side), (side, side), (side, 0))
    return tuple(Point(north + up, east + right) for up, right in corners)


def plot(name: str, **fields: Any) -> Site:
    return Site(**{"id": f"urn:x:{name}", "kind": "plot", "party": f"urn:x:g{name}", "name_zh": "园", **fields})


def flags(one: Site, *others: Site) -> list[str]:
    """Of the first plot, as found through the registry's index."""
    registry = MemoryRegistry([one, *others])
    found = same_ground(one, registry.sites_near(one, DAY))
    assert found == same_ground(one, others), "the index leaves out nothing that a look at all finds"
    mirrored = [flag.kind for other in others for flag in same_ground(other, registry.sites_near(other, DAY))]
    assert sorted(mirrored) == sorted(flag.kind for flag in found), "seen on both"
    return [flag.kind for flag in found]


def test_the_same_parcel_code_is_the_same_ground_wherever_it_is_said_to_lie() -> None:
    code = "1410311002030000017"
    assert flags(plot("a", parcel_code=code), plot("b", parcel_code=code, latitude=20.0, longitude=110.0)) == ["parcel"]
    assert flags(plot("a", parcel_code=code), plot("b", parcel_code=code[:-1] + "8")) == []


@pytest.mark.parametrize(
    ("shift", "expected"), [(0.0, ["overlap"]), (0.0006, ["overlap"]), (0.00075, []), (0.0008, [])]
)
def test_boundaries_that_share_more_than_a_tenth_are_flagged(shift: float, expected: list[str]) -> None:
    assert flags(plot("a", boundary=square(NORTH, EAST)), plot("b", boundary=square(NORTH, EAST + shift))) == expected


def test_a_plot_inside_a_large_one_is_found_from_both() -> None:
    large = plot("large", boundary=square(NORTH - 0.05, EAST - 0.05, 0.1))
    assert flags(plot("a", boundary=square(NORTH, EAST)), large) == ["overlap"]


def test_middles_nearer_than_the_areas_allow_are_flagged() -> None:
    one = plot("a", latitude=NORTH, longitude=EAST, area_mu=Decimal("12.5"))
    near, apart = (
        replace(one, id="urn:x:b", latitude=NORTH + 0.0002),
        replace(one, id="urn:x:c", latitude=NORTH + 0.001),
    )
    assert flags(one, near) == ["near"]
    assert flags(one, apart) == []


def test_plots_of_other_days_and_other_sites_are_no_second_registration() -> None:
    one = plot("a", boundary=square(NORTH, EAST), valid_from=date(2026, 1, 1))
    assert flags(one, plot("b", boundary=one.boundary, valid_to=date(2026, 1, 1))) == []
    station = Site(id="urn:x:s", kind="station", party="p", name_zh="站", latitude=NORTH, longitude=EAST)
    assert flags(one, station) == []


def test_an_area_that_its_own_boundary_does_not_enclose_is_flagged() -> None:
    honest = plot("a", boundary=square(NORTH, EAST), area_mu=Decimal("9.5"))
    assert ground_flags(honest, ()) == ()
    assert [flag.kind for flag in ground_flags(replace(honest, area_mu=Decimal(19)), ())] == ["area"]


SIDES = st.integers(1, 40)
CORNERS = st.tuples(st.integers(-50, 50), st.integers(-50, 50))


@given(CORNERS, SIDES, SIDES, CORNERS, SIDES, SIDES)
def test_what_two_rectangles_share_is_what_their_sides_say(
    a: tuple[int, int], wide: int, tall: int, b: tuple[int, int], broad: int, high: int
) -> None:
    def box(corner: tuple[int, int], w: int, h: int) -> list[tuple[float, float]]:
        x, y = corner
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]

    across = max(0, min(a[0] + wide, b[0] + broad) - max(a[0], b[0]))
    up = max(0, min(a[1] + tall, b[1] + high) - max(a[1], b[1]))
    assert shared_m2(box(a, wide, tall), box(b, broad, high)[::-1]) == pytest.approx(across * up, abs=1e-6)


def test_hollow_outlines_are_measured_exactly() -> None:
    hollow = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (3.0, 4.0), (3.0, 1.0), (1.0, 1.0), (1.0, 4.0), (0.0, 4.0)]
    within = [(1.0, 1.0), (3.0, 1.0), (3.0, 4.0), (1.0, 4.0)]
    assert area_m2(hollow) == pytest.approx(10)
    assert shared_m2(hollow, within) == pytest.approx(0, abs=1e-9)
    assert shared_m2(hollow, hollow) == pytest.approx(10)


def test_sides_that_cross_are_seen() -> None:
    assert crosses_itself([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])
    assert not crosses_itself([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])


def test_a_plot_is_kept_under_few_cells_however_large() -> None:
    assert len(cells(plot("a", latitude=NORTH, longitude=EAST, area_mu=Decimal("12.5")))) <= 4
    assert len(cells(plot("a", latitude=NORTH, longitude=EAST, area_mu=Decimal(1_000_000)))) <= 64
    assert cells_to_search(plot("a")) == frozenset()


def test_a_plot_that_lies_nowhere_is_flagged_as_such_until_somebody_vouches_for_it() -> None:
    bare = plot("a", area_mu=Decimal(5))
    assert [flag.kind for flag in ground_flags(bare, ())] == ["no_ground"]
    assert ground_flags(replace(bare, latitude=NORTH, longitude=EAST), ()) == ()
    assert ground_flags(replace(bare, parcel_code="1410311002030000017"), ()) != (), "a code is quickly invented"
    [flag] = ground_flags(replace(bare, confirmed_beside=frozenset({bare.id})), ())
    assert flag.confirmed


def test_two_plots_of_one_household_and_one_area_are_flagged_where_nothing_tells_them_apart() -> None:
    one = plot("a", party="urn:x:g", area_mu=Decimal("5.0"), latitude=NORTH, longitude=EAST)
    twin = plot("b", party="urn:x:g", area_mu=Decimal(5))
    assert flags(twin, one) == ["alike"]
    assert flags(twin, replace(one, area_mu=Decimal(6))) == []
    assert flags(twin, replace(one, party="urn:x:other")) == []
    assert flags(replace(twin, latitude=NORTH + 1, longitude=EAST), one) == []
    parcels = [replace(each, parcel_code=f"141031100203000001{n}") for n, each in enumerate((twin, one))]
    assert flags(*parcels) == ["alike"], "two codes tell no plots apart"
