"""A point lies in a province where its box, give or take a part of a degree, has it."""

import pytest

from provenance.registry.provinces import in_china, may_lie_in
from provenance.registry.records import Point

XI = "141031"
"""A county of Shanxi, whose box ends at 40.8 degrees north and begins at 110.2 east."""


@pytest.mark.parametrize(
    ("latitude", "longitude", "there"),
    [(36.7, 110.9, True), (41.0, 112.0, True), (41.3, 112.0, False), (36.7, 110.0, True), (36.7, 109.7, False)],
)
def test_a_box_may_be_off_by_a_third_of_a_degree_and_no_more(latitude: float, longitude: float, there: bool) -> None:
    assert may_lie_in(Point(latitude, longitude), XI) is there


def test_what_lies_in_no_province_that_is_known_may_lie_anywhere() -> None:
    assert may_lie_in(Point(0, 0), "711031")
    assert not in_china(Point(0, 0))
