"""What many look-ups warn of, and what honest ones do not."""

import pytest

from provenance.scans.scan import DAY_HOURS, Look, looks_of
from provenance.scans.thresholds import DEFAULTS, Thresholds
from provenance.scans.warnings import Box, ScanWarning
from provenance.scans.words import words_of
from tests.provenance.scans.looked_up import (
    BEIJING,
    CHENGDU,
    DAY_0,
    GUANGZHOU,
    LINFEN,
    SHANGHAI,
    TAIYUAN,
    XI,
    cells,
    look,
    warned,
)

_ORIGIN = Box(sites=cells(XI, TAIYUAN))


def test_a_label_that_was_never_looked_up_warns_of_nothing() -> None:
    assert warned() == {}
    assert looks_of([], now_hour=DAY_0) == []


def test_a_phone_counts_once_a_day_however_often_it_asks() -> None:
    scans = [look(0.5, phone=7), look(0.6, phone=7), look(1.5, phone=8)]
    assert looks_of(scans, now_hour=DAY_0 + 50) == [Look(DAY_0 + 12), Look(DAY_0 + 36)]


def test_what_is_older_than_ninety_days_and_what_is_still_to_come_does_not_count() -> None:
    scans = [look(0), look(50), look(91)]
    assert len(looks_of(scans, now_hour=DAY_0 + 90 * DAY_HOURS)) == 1
    assert len(looks_of(scans, now_hour=DAY_0 + 90 * DAY_HOURS - 1)) == 2


def test_a_family_at_home_warns_of_nothing() -> None:
    assert warned(*(look(day, BEIJING) for day in (1, 1, 1, 1, 2, 2, 5, 9))) == {}


def test_a_present_sent_to_another_province_warns_of_nothing() -> None:
    home, away = [look(1, BEIJING) for _ in range(3)], [look(5, GUANGZHOU) for _ in range(3)]
    assert warned(look(0, XI), look(0.5, TAIYUAN), *home, *away, box=_ORIGIN) == {}


def test_a_label_looked_up_many_times_says_how_many() -> None:
    many = DEFAULTS.many_times
    assert warned(*(look(day) for day in range(many))) == {"many_times": many}
    assert warned(*(look(day) for day in range(many - 1))) == {}


def test_fewer_times_are_many_where_they_come_from_places_that_no_report_has_the_box_in() -> None:
    two, three = DEFAULTS.many_times_two_places, DEFAULTS.many_times_three_places
    from_two = [look(day, (BEIJING, GUANGZHOU)[day % 2]) for day in range(two)]
    assert warned(*from_two) == {"many_times": two}
    assert warned(*from_two[:-1]) == {}
    assert warned(*from_two, box=Box(sites=cells(BEIJING), sold_hour=DAY_0)) == {}
    from_three = [look(3 * day, (BEIJING, GUANGZHOU, CHENGDU)[day % 3]) for day in range(three)]
    assert warned(*from_three) == {"many_times": three}
    assert warned(*from_three[:-1]) == {}


def test_the_packers_and_the_shops_own_looks_are_not_counted_until_the_box_is_sold() -> None:
    staff = [look(0.1, XI) for _ in range(20)]
    assert warned(*staff, look(5, XI), box=Box(sold_hour=DAY_0 + 24)) == {}
    assert warned(*staff, look(5, XI), box=Box(sites=cells(XI))) == {}
    assert warned(*staff, look(5, XI), box=Box(sold_hour=DAY_0, sites=cells(XI))) == {"many_times": 21}
    assert warned(*staff, look(5, XI)) == {"many_times": 21}


def test_many_places_that_no_report_has_the_box_in_warn_however_few_the_looks() -> None:
    box = Box(sites=cells(XI, TAIYUAN))
    far = [look(1, BEIJING), look(20, GUANGZHOU), look(40, CHENGDU)]
    assert warned(*far, look(60, SHANGHAI), box=box) == {"many_places": 4}
    assert warned(*far, look(60, LINFEN), box=box) == {}


def test_looks_of_one_day_in_three_corners_of_the_country_are_of_three_boxes() -> None:
    assert warned(look(1, BEIJING), look(1.1, GUANGZHOU), look(1.2, CHENGDU)) == {"too_far_apart": 3}
    assert warned(look(1, BEIJING), look(3, GUANGZHOU), look(5, CHENGDU)) == {}


def test_who_stands_at_the_shelf_is_in_no_two_places_whatever_way_a_carrier_sends_him() -> None:
    staff = [look(1, BEIJING), look(1.1, GUANGZHOU), look(1.2, CHENGDU)]
    assert warned(*staff, box=Box(sold_hour=DAY_0 + 30 * DAY_HOURS)) == {}
    assert warned(*staff, box=Box(sold_hour=DAY_0)) == {"too_far_apart": 3}


def test_a_picture_sent_to_a_friend_far_away_warns_of_nothing() -> None:
    assert warned(look(1, BEIJING), look(1.01, GUANGZHOU), box=_ORIGIN) == {}


def test_one_phone_is_in_one_place_a_day_whatever_it_tells() -> None:
    places = (BEIJING, GUANGZHOU, CHENGDU, SHANGHAI)
    assert warned(*(look(1 + hour / 24, place, phone=5) for hour, place in enumerate(places))) == {}


def test_a_place_that_is_not_known_never_warns() -> None:
    shop_only = Box(sold_hour=None, sites=cells(XI), channels=cells(TAIYUAN))
    assert warned(*(look(1) for _ in range(DEFAULTS.many_times - 1)), box=shop_only) == {}


def test_looks_outside_the_sales_channels_warn_where_there_are_such() -> None:
    far = [look(1, BEIJING), look(20, GUANGZHOU), look(40, CHENGDU)]
    assert warned(*far, box=Box(channels=cells(TAIYUAN)))["outside_channels"] == 3
    assert "outside_channels" not in warned(*far, box=Box(channels=None))
    assert "outside_channels" not in warned(*far, box=Box(channels=cells(TAIYUAN, BEIJING)))


def test_a_label_looked_up_again_long_after_it_was_sold_warns() -> None:
    late = [look(day, BEIJING) for day in (60, 61, 62, 63)]
    assert warned(*late, box=Box(sold_hour=DAY_0)) == {"after_sale": 4}
    assert warned(*late, box=Box(sold_hour=DAY_0 + 30 * DAY_HOURS)) == {}
    assert warned(*late) == {}


def test_a_brand_may_have_thresholds_of_its_own() -> None:
    assert warned(look(1), look(2), thresholds=Thresholds(many_times=2)) == {"many_times": 2}


@pytest.mark.parametrize("wrong", [{"many_times": 1}, {"many_places": 7}, {"fastest_kmh": 0}])
def test_thresholds_that_mean_nothing_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Thresholds(**wrong)


@pytest.mark.parametrize("code", ["many_times", "many_places", "too_far_apart", "outside_channels", "after_sale"])
def test_every_warning_gives_its_reason_in_two_languages_and_calls_no_box_false(code: str) -> None:
    said = words_of(ScanWarning(code, 14))
    assert "14" in said.zh and "14" in said.en
    assert not {"genuine", "fake", "false"} & set(said.en.lower().split())
    assert "真" not in said.zh and "假" not in said.zh
