"""A cell tells so much of a place and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.registry.ground import distance_m
from provenance.registry.records import Point
from provenance.scans.cells import Cell, CellError, least_km, radius_km

_PLACES = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(_PLACES)
def test_every_place_lies_in_one_cell_whose_middle_is_near_and_whose_text_is_read_back(place: Point) -> None:
    cell = Cell.at(place)
    assert distance_m(place, cell.middle) / 1000 < radius_km(cell) * 1.01 < 40
    assert Cell.at(cell.middle) == cell
    assert Cell(str(cell)) == cell


@given(_PLACES, _PLACES)
def test_two_places_are_never_nearer_than_their_cells_say(one: Point, other: Point) -> None:
    assert least_km(Cell.at(one), Cell.at(other)) <= distance_m(one, other) / 1000 + 1


def test_the_edges_of_the_earth_are_in_cells_too() -> None:
    assert Cell.at(Point(90, 0)) == Cell.at(Point(90, 77))
    assert Cell.at(Point(36.7, 180)) == Cell.at(Point(36.7, -180))


@pytest.mark.parametrize(
    "text",
    ["", "g316-726", "84409a1fffffff", "84409A1ffffffff", "084409a1ffffffff", "85409a13fffffff", "8４409a1ffffffff"],
)
def test_what_names_no_cell_is_refused(text: str) -> None:
    """A finer cell too: it would say more of a place than it may."""
    with pytest.raises(CellError):
        Cell(text)
