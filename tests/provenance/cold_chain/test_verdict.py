"""Readings against the range: what counts, for how long, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epcis.events import Event
from provenance.cold_chain.asset_days import AssetDay, summary
from provenance.cold_chain.counting import wanted, whole
from provenance.cold_chain.limits import Limits
from provenance.cold_chain.loggers import Registered
from provenance.cold_chain.rooms import Within
from provenance.cold_chain.stays import ColdStay
from provenance.cold_chain.temperatures import temperatures
from provenance.cold_chain.verdict import ColdChain, judged
from provenance.cold_chain.words import told
from provenance.reports.transport import reading
from provenance.standing import Reported
from tests.provenance.reported import known_as, report

PALLET = "https://id.gs1.org/00/095200010000000010"
LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
BOX = "https://id.gs1.org/01/09520001000021/21/B1"
NOON = datetime(2026, 9, 12, 12, tzinfo=UTC)
RANGE = Limits(Fraction(-1), Fraction(2))
Body = dict[str, Any]


def measured(minute: float, celsius: str, *, device: str = LOGGER, **fields: Any) -> Body:
    at = NOON + timedelta(minutes=minute)
    number = Decimal(celsius)
    body = reading(
        event_id=f"urn:r:{device[-2:]}:{minute}:{celsius}",
        start=at,
        end=at,
        device=device,
        mean_c=number,
        goods=[PALLET],
        **fields,
    )
    body["sensorElementList"][0]["sensorMetadata"] = {"time": body["eventTime"], "deviceID": device}
    report_ = body["sensorElementList"][0]["sensorReport"][0]
    report_["value"] = report_.pop("meanValue")
    return body


def stay(minutes: float = 60, since: float = 0) -> ColdStay:
    start, end = (round((NOON + timedelta(minutes=m)).timestamp() * 1000) for m in (since, since + minutes))
    return ColdStay(BOX, start, end, (Within(BOX, start, end), Within(PALLET, start, end)))


def chain(
    bodies: Sequence[Body],
    of: Iterable[ColdStay] = (),
    limits: Limits = RANGE,
    interval: int | None = 600,
    calibrated_on: date | None = None,
    inspector: str = "",
) -> ColdChain:
    stays = tuple(of) or (stay(),)
    reported = [report(body, recorded=n, capturer=body.get("by", "packer")) for n, body in enumerate(bodies)]
    logger = Registered(interval, calibrated_on)
    days = {key: _day(key, reported, logger, inspector) for key in wanted(stays)}
    return judged(stays, days, limits)


def _day(key: tuple[str, date], reported: list[Reported], logger: Registered, inspector: str = "") -> AssetDay:
    told = summary(*key, reported, ask=lambda _device, _on: logger, may_declare=known_as(inspector))
    return told.heard(lambda _asset, _day, _by: True)


def every(minutes: int, celsius: str, *, until: int = 60, device: str = LOGGER) -> list[Body]:
    return [measured(minute, celsius, device=device) for minute in range(0, until + 1, minutes)]


def test_readings_in_range_all_along_keep_the_chain() -> None:
    found = chain(every(10, "1.5"))
    assert [found.verdict, found.known, found.degree_minutes, found.readings] == ["kept", 1, 0, 6]


def test_a_reading_holds_until_the_next_of_its_logger() -> None:
    found = chain([measured(0, "1"), measured(10, "5"), measured(20, "1"), *every(10, "1")[3:]])
    assert found.verdict == "broken"
    assert found.degree_minutes == 3 * 10
    [one] = found.excursions
    assert [one.furthest_c, one.asset, (one.until_ms - one.since_ms) // 60_000] == [3, PALLET, 10]


def test_a_reading_holds_three_intervals_and_the_rest_is_unknown() -> None:
    found = chain([measured(0, "1")], interval=600)
    assert [found.verdict, found.why, found.known] == ["unknown", "little-known", Fraction(1, 2)]


def test_of_a_logger_nobody_registered_the_default_holds() -> None:
    assert chain([measured(0, "1")], interval=None).known == Fraction(45, 60)


def test_what_is_out_of_range_before_a_gap_holds_three_intervals_too() -> None:
    assert chain([measured(0, "4"), measured(55, "1")], interval=600).degree_minutes == 2 * 30


def test_an_excursion_within_what_is_tolerated_does_not_break_it() -> None:
    warm = [measured(10, "5"), *every(10, "1")[:1], *every(10, "1")[2:]]
    assert chain(warm, limits=Limits(Fraction(-1), Fraction(2), Fraction(30))).verdict == "kept"
    assert chain(warm, limits=Limits(Fraction(-1), Fraction(2), Fraction(29))).verdict == "broken"


def test_too_cold_breaks_it_as_too_warm_does() -> None:
    found = chain([*every(10, "1")[:3], measured(30, "-3"), *every(10, "1")[4:]])
    assert [found.verdict, found.excursions[0].furthest_c, found.degree_minutes] == ["broken", -2, 20]


@pytest.mark.parametrize(("value", "unit"), [(36.5, "FAH"), (275.65, "KEL"), (2.5, "CEL")])
def test_units_are_converted_exactly(value: float, unit: str) -> None:
    body = measured(0, "0")
    body["sensorElementList"][0]["sensorReport"] = [{"type": "Temperature", "value": value, "uom": unit}]
    assert [point.mean for point in temperatures(Event(body))] == [Fraction("2.5")]


def test_a_reading_in_an_unknown_unit_says_nothing() -> None:
    body = measured(0, "1")
    body["sensorElementList"][0]["sensorReport"][0]["uom"] = "XYZ"
    found = chain([body])
    assert [found.verdict, found.known, found.lost] == ["unknown", 0, 1]


def test_of_contradicting_loggers_the_worst_counts_and_is_shown() -> None:
    other = LOGGER[:-2] + "02"
    found = chain([*every(10, "1"), *every(10, "4", device=other)])
    assert [found.verdict, found.degree_minutes] == ["broken", 2 * 60]


def test_the_same_excursion_on_two_loggers_counts_once() -> None:
    other = LOGGER[:-2] + "02"
    assert chain([*every(10, "3"), *every(10, "4", device=other)]).degree_minutes == 2 * 60


def test_what_was_measured_before_and_after_the_stay_is_not_its_own() -> None:
    warm = [measured(-30, "9"), measured(-10, "1"), *every(10, "1"), measured(61, "9")]
    assert chain(warm).verdict == "kept"


def test_a_reading_before_the_stay_holds_into_it() -> None:
    assert chain([measured(-5, "5"), *every(10, "1")[1:]]).degree_minutes == 3 * 10


def test_of_a_span_with_extremes_and_mean_the_worst_possible_counts() -> None:
    """Between 0 and 4 with a mean of 1, at most a quarter of the time was spent at 4."""
    at = NOON
    body = reading(
        event_id="urn:r:w",
        start=at,
        end=at + timedelta(hours=1),
        device=LOGGER,
        mean_c=Decimal(1),
        min_c=Decimal(0),
        max_c=Decimal(4),
        goods=[PALLET],
    )
    found = chain([body])
    assert [found.degree_minutes, found.known, found.excursions[0].furthest_c] == [Fraction(2 * 60, 4), 1, 2]


def test_a_declared_reading_counts_no_more_and_again_when_the_declaration_falls() -> None:
    good, warm = every(10, "1"), measured(30, "9")
    good.pop(3)
    declares = {**warm, "errorDeclaration": {"declarationTime": warm["eventTime"], "reason": "incorrect_data"}}
    assert chain([*good, warm]).verdict == "broken"
    assert chain([*good, warm, declares]).why == "taken-back"
    naming = {**warm, "errorDeclaration": {**declares["errorDeclaration"], "correctiveEventIDs": ["urn:r:instead"]}}
    instead = {**measured(30, "1"), "eventID": "urn:r:instead"}
    taken_back = {**instead, "errorDeclaration": declares["errorDeclaration"]}
    assert chain([*good, warm, naming, instead]).verdict == "kept"
    assert chain([*good, warm, naming, instead, taken_back]).verdict == "broken"


def taken_back(body: Body, **fields: Any) -> Body:
    return {**body, "errorDeclaration": {"declarationTime": body["eventTime"], "reason": "incorrect_data"}, **fields}


def test_warm_readings_that_their_reporter_took_back_leave_it_unknown_unless_something_was_measured_then() -> None:
    good, warm = every(5, "1"), measured(30, "9")
    good.pop(6)
    found = chain([*good, warm, taken_back(warm)])
    assert [found.verdict, found.why, found.known] == ["unknown", "taken-back", 1]
    assert [(one.asset, one.excess) for one in found.taken_back] == [(PALLET, Fraction(7))]
    by_another = every(10, "1", device=LOGGER[:-2] + "02")
    assert chain([*good, warm, taken_back(warm), *by_another]).verdict == "kept"
    in_range = measured(30, "1.5")
    assert chain([*good, in_range, taken_back(in_range)]).verdict == "kept"


def test_what_an_inspector_takes_back_was_a_faulty_logger() -> None:
    good, warm = every(5, "1"), measured(30, "9")
    good.pop(6)
    declares = taken_back(warm, by="inspector")
    assert chain([*good, warm, declares], inspector="inspector").verdict == "kept"


def spanning(hours: float, least: Decimal | None = None, most: Decimal | None = None) -> Body:
    return reading(
        event_id="urn:r:s",
        start=NOON,
        end=NOON + timedelta(hours=hours),
        device=LOGGER,
        mean_c=Decimal(1),
        min_c=least,
        max_c=most,
        goods=[PALLET],
    )


def test_a_mean_over_weeks_is_known_only_with_its_extremes() -> None:
    month = stay(30 * 1440)
    assert chain([spanning(30 * 24)], [month]).known == 0
    assert chain([spanning(30 * 24, Decimal(0))], [month]).known == 0
    found = chain([spanning(30 * 24, Decimal(0), Decimal(2))], [month])
    assert [found.verdict, found.known] == ["kept", 1]


def test_a_mean_over_an_hour_is_as_good_as_a_reading_and_one_out_of_range_counts_however_long() -> None:
    assert chain([spanning(1)], interval=60).known == 1
    assert chain([spanning(2)], [stay(120)], interval=60).known == 0
    assert chain([spanning(30 * 24)], [stay(30 * 1440)], limits=Limits(None, Fraction(0))).verdict == "broken"


def test_a_logger_calibrated_more_than_a_year_ago_vouches_for_nothing_and_is_named() -> None:
    assert chain(every(10, "1"), calibrated_on=date(2025, 9, 12)).verdict == "kept"
    found = chain(every(10, "1"), calibrated_on=date(2025, 9, 10))
    assert [found.verdict, found.why, found.known] == ["unknown", "not-calibrated", 0]
    said = told(found)
    assert "LOGGER01" in said.en and "2025-09-10" in said.en and "LOGGER01" in said.zh and "2025-09-10" in said.zh
    assert chain(every(10, "9"), calibrated_on=date(2025, 9, 10)).verdict == "broken"


def test_one_silence_of_more_than_a_day_is_unknown_whatever_the_share() -> None:
    hours = [minute for minute in range(0, 60 * 24 * 30, 60) if not 60 * 24 * 10 < minute < 60 * 24 * 11.5]
    bodies = [measured(minute, "1") for minute in hours]
    found = chain(bodies, [stay(30 * 1440)], interval=3600)
    assert found.known is not None and found.known > Fraction(95, 100)
    assert [found.verdict, found.why] == ["unknown", "long-silence"]
    split = [stay(10.9 * 1440), stay(30 * 1440 - 10.9 * 1440, 10.9 * 1440)]
    assert chain(bodies, split, interval=3600).why == "long-silence"


def test_without_a_range_it_is_unknown() -> None:
    assert chain(every(10, "1"), limits=Limits(None, None)).why == "no-range"


def test_what_has_not_begun_is_kept() -> None:
    assert judged((), {}, RANGE).why == "not-begun"


POINTS = st.lists(st.tuples(st.integers(-600, 1500), st.integers(-40, 80), st.integers(1, 3)), max_size=14)


@settings(max_examples=60, deadline=None)
@given(POINTS, st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_give_the_same_verdict(points: list[tuple[int, int, int]], random: Any) -> None:
    bodies = [measured(m, str(Decimal(t) / 10), device=LOGGER[:-1] + str(n)) for m, t, n in sorted(set(points))]
    mixed = [*bodies, *bodies[:5]]
    random.shuffle(mixed)
    stays = (stay(900), stay(300, 900))
    assert chain(mixed, stays) == chain(bodies, stays)


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_days_of_which_only_the_numbers_were_read_give_the_same_verdict(points: list[tuple[int, int, int]]) -> None:
    from dataclasses import replace

    reported = [report(measured(m, str(Decimal(t) / 10), device=LOGGER[:-1] + str(n))) for m, t, n in points]
    stays = (stay(2400, -1200),)
    days = {key: day for key in wanted(stays) if (day := _day(key, reported, Registered(600))).number}
    needed = whole(stays, days, RANGE)
    light = {key: day if key in needed else replace(day, points=None) for key, day in days.items()}
    one, other = judged(stays, days, RANGE), judged(stays, light, RANGE)
    assert [one.verdict, one.degree_minutes, one.known, one.excursions] == [
        other.verdict,
        other.degree_minutes,
        other.known,
        other.excursions,
    ]


@settings(max_examples=40, deadline=None)
@given(POINTS, st.integers(-1200, 1200))
def test_splitting_a_stay_changes_nothing(points: list[tuple[int, int, int]], cut: int) -> None:
    bodies = [measured(m, str(Decimal(t) / 10), device=LOGGER[:-1] + str(n)) for m, t, n in points]
    one = chain(bodies, [stay(2400, -1200)])
    parts = [part for part in (stay(1200 + cut, -1200), stay(1200 - cut, cut)) if part.since_ms < part.until_ms]
    other = chain(bodies, parts)
    assert [one.degree_minutes, one.known] == [other.degree_minutes, other.known]
