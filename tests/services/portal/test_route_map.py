"""The way of the goods is drawn to scale, north up, and nobody's number covers another's."""

from dataclasses import replace
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal import languages
from services.portal.pages import Pages
from services.portal.telling.histories import History, Place, Step
from services.portal.telling.route_map import HEIGHT, TOUCHING, WIDTH, Mark, RouteMap, route_map

EN = languages.load().en
PLACES = {
    "plot": Place(
        kind="plot", name_zh="张家东坡", village_en="Shangzhuang", latitude="36.66", longitude="110.93"
    ),
    "station": Place(kind="station", name_en="Station", latitude="36.67", longitude="110.94"),
    "taiyuan": Place(kind="shop", name_en="Taiyuan shop", latitude="37.86", longitude="112.55"),
    "xian": Place(kind="shop", name_en="Xi'an shop", latitude="34.22", longitude="108.95"),
    "nowhere": Place(kind="shop", name_en="Shop without a position"),
}  # fmt: skip


def way(*visits: tuple[str, str], standing: str = "in_force") -> History:
    steps = tuple(
        Step(event_id=str(n), kind=kind, time_ms=n, standing=standing, read_point=place)
        for n, (kind, place) in enumerate(visits)
    )
    return History(code="box", key="box", steps=steps, places=PLACES)


def test_a_way_from_an_orchard_over_a_station_to_a_shop() -> None:
    found = route_map(way(("harvest", "plot"), ("pooling", "station"), ("receiving", "taiyuan")), EN)
    assert found is not None
    assert [mark.name for mark in found.orchards] == ["Shangzhuang"]
    assert [mark.name for mark in found.stops] == ["Station", "Taiyuan shop"]
    assert found.km == pytest.approx(195, abs=5)
    station, shop = found.stops
    assert shop.x > station.x, "Taiyuan lies east"
    assert shop.y < station.y, "and north"


def test_the_name_of_a_familys_orchard_is_not_on_the_map() -> None:
    found = route_map(way(("harvest", "plot"), ("receiving", "taiyuan")), EN)
    assert found is not None
    assert "张家东坡" not in str(found)


def test_what_was_taken_back_and_where_papers_came_from_are_no_stops() -> None:
    assert route_map(way(("harvest", "plot"), ("receiving", "taiyuan"), standing="void"), EN) is None
    assert route_map(way(("certificate", "xian"), ("receiving", "taiyuan")), EN) is None


def test_one_place_or_places_without_a_position_make_no_map() -> None:
    assert route_map(way(("receiving", "taiyuan"), ("sale", "taiyuan")), EN) is None
    assert route_map(way(("shipping", "taiyuan"), ("receiving", "nowhere")), EN) is None


def test_goods_that_come_back_make_a_stop_again() -> None:
    found = route_map(way(("shipping", "station"), ("receiving", "xian"), ("return", "station")), EN)
    assert found is not None
    assert [mark.name for mark in found.stops] == ["Station", "Xi'an shop", "Station"]


def test_a_pallet_is_drawn_as_far_as_it_went_and_not_the_ways_of_its_boxes() -> None:
    told = way(
        ("harvest", "plot"), ("packing", "station"), ("unpacking", "taiyuan"), ("sale", "xian"), ("sale", "taiyuan")
    )
    steps = [replace(step, parent="box") if step.kind in ("packing", "unpacking") else step for step in told.steps]
    found = route_map(replace(told, steps=tuple(steps)), EN)
    assert found is not None
    assert [mark.name for mark in found.stops] == ["Station", "Taiyuan shop"]


@given(st.lists(st.sampled_from(["station", "taiyuan", "xian", "plot"]), min_size=2, max_size=20))
def test_no_dot_covers_another_and_all_are_in_the_picture(visited: list[str]) -> None:
    found = route_map(way(*(("harvest" if place == "plot" else "receiving", place) for place in visited)), EN)
    if found is None:
        return
    marks = (*found.orchards, *found.stops)
    assert all(hypot(a.x - b.x, a.y - b.y) >= TOUCHING - 0.2 for a, b in combinations(marks, 2))
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in marks)
    assert 0 < found.bar <= WIDTH / 4


def test_orchards_that_are_called_alike_are_named_once() -> None:
    three = (Mark("隰县", 10, 10), Mark("隰县", 50, 50), Mark("大宁县", 90, 50))
    route = RouteMap(orchards=three, stops=(), path="", bar=10, bar_km=1, km=0)
    pages = Pages(languages=languages.load(), csrf_token=str)
    template = pages._jinja.from_string('{% import "route.html" as routes %}{{ routes.picture(route, _) }}')
    text = template.render(route=route, _=lambda said, **_: said)
    assert (text.count("<li"), text.count(">隰县\u00a0· 大宁县<")) == (1, 1), "one dot stands for them all"
