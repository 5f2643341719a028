"""The temperature curve of a buyer page, and the same as a table and as JSON."""

from __future__ import annotations

from services.portal import languages
from services.portal.telling.cold_curve import MARK, cold_picture
from services.portal.telling.histories import ColdChain, ColdExcursion, ColdLeg, ColdPoint
from services.portal.telling.history_json import cold_json

HOUR = 3_600_000
BEGIN = 1_757_635_200_000
TRUCK = "https://id.gs1.org/8004/9520001TRUCK1"
ENGLISH = languages.load().en


def chain(**fields: object) -> ColdChain:
    given: dict[str, object] = {
        "key": "https://id.gs1.org/01/09520001000021/10/G1",
        "verdict": "broken",
        "why": "excursion",
        "sentence_en": "Not kept at -1 to 2 °C.",
        "least_c": "-1",
        "most_c": "2",
        "curve": tuple(
            ColdPoint(from_ms=BEGIN + n * HOUR, to_ms=BEGIN + n * HOUR, least_c="1", most_c=t)
            for n, t in enumerate(("1", "7", "1"))
        ),
        "excursions": (ColdExcursion(asset=TRUCK, from_ms=BEGIN, to_ms=BEGIN + HOUR, furthest_c="5"),),
        "legs": (
            ColdLeg(
                thing="x", from_ms=BEGIN, to_ms=BEGIN + HOUR, within=(TRUCK,), known="0.999", least_c="1", most_c="7"
            ),
        ),
    }
    return ColdChain(**(given | fields))  # type: ignore[arg-type]


def test_what_is_out_of_range_is_drawn_apart_and_told() -> None:
    picture = cold_picture(chain(), ENGLISH)
    assert picture is not None
    assert (picture.area.count("M"), picture.outside.count("M")) == (3, 1)
    [row] = picture.excursions
    assert (row.where, row.far) == ("9520001TRUCK1", "+5.0")


def test_an_hour_out_of_range_in_many_weeks_is_large_enough_to_be_seen() -> None:
    weeks = ColdPoint(from_ms=BEGIN - 900 * HOUR, to_ms=BEGIN - 899 * HOUR, least_c="1", most_c="1")
    warm = ColdPoint(from_ms=BEGIN, to_ms=BEGIN + HOUR, least_c="7", most_c="7")
    picture = cold_picture(chain(curve=(weeks, warm)), ENGLISH)
    assert picture is not None
    assert f"h{MARK:.1f}v{MARK:.1f}" in picture.outside


def test_the_table_says_where_from_when_and_what_was_measured() -> None:
    picture = cold_picture(chain(), ENGLISH)
    assert picture is not None
    [row] = picture.rows
    assert (row.since, row.where, row.measured, row.known) == ("09-12 08:00", "9520001TRUCK1", "1.0 – 7.0", "99 %")


def test_without_a_range_there_is_no_picture() -> None:
    assert cold_picture(chain(why="no-range"), ENGLISH) is None


def test_where_nothing_was_measured_the_stays_are_told() -> None:
    picture = cold_picture(chain(curve=(), excursions=(), verdict="unknown", why="little-known"), ENGLISH)
    assert picture is not None
    assert (picture.area, len(picture.rows)) == ("", 1)


def test_times_in_the_answer_are_utc() -> None:
    body = cold_json(chain(cool_by_ms=BEGIN))
    assert body["cool_by"] == body["legs"][0]["from"] == "2025-09-12T00:00:00.000Z"
