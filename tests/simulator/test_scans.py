"""A season of look-ups is repeatable, honest where it says so, and what is measured in it is what warns."""

import sys
from itertools import islice

import pytest

from provenance.scans.thresholds import DEFAULTS, Thresholds
from simulator.scans import Copied, Habits, Season
from simulator.scans_measured import SOON, measure
from simulator.scans_people import Phones
from simulator.scans_report import main

_FEW = Copied(labels=20, copies=50)


def test_the_same_seed_gives_the_same_season() -> None:
    def lives(seed: int) -> list[object]:
        return list(Season(seed=seed, honest=50, clones=(_FEW,)).lives())

    assert lives(1) == lives(1)
    assert lives(2) != lives(1)


def test_a_labels_scans_are_in_order_of_time_of_that_label_alone_and_each_there_once() -> None:
    for life in Season(honest=200, clones=(_FEW,)).lives():
        assert [scan.hour for scan in life.scans] == sorted(scan.hour for scan in life.scans)
        assert len({scan.label for scan in life.scans}) <= 1
        assert len(set(life.scans)) == len(life.scans)


def test_copies_are_sold_after_the_true_box_and_honest_labels_have_none() -> None:
    honest, cloned = Season(honest=50, clones=()), Season(honest=0, clones=(_FEW,))
    assert all(life.copied is None and life.first_copy_hour is None for life in honest.lives())
    for life in cloned.lives():
        assert life.copied == _FEW
        assert life.first_copy_hour is not None and life.first_copy_hour > (life.box.sold_hour or 0)


def test_without_places_only_counts_are_left_to_warn() -> None:
    blind = Season(honest=300, clones=(_FEW,), phones=Phones(consent=0, edge_knows=0))
    assert all(scan.cell is None for life in blind.lives() for scan in life.scans)
    codes = {code for found in measure(blind.lives(), DEFAULTS).values() for code in found.by_code}
    assert codes <= {"many_times", "after_sale"}


def test_where_nobody_looks_nobody_is_warned() -> None:
    silent = Habits(staff_looks=0, shop_looks=0, family_looks=0)
    found = measure(Season(honest=30, clones=(_FEW,), habits=silent).lives(), DEFAULTS)
    assert [one.warned for one in found.values()] == [0, 0]


@pytest.mark.parametrize("seed", [21, 22])
def test_labels_copied_fifty_times_all_over_the_country_warn_within_ten_scans_and_honest_ones_hardly_ever(
    seed: int,
) -> None:
    """The aims are 95 % and 0.1 %; so small a season only shows that nothing is far off. Figures: ADR 0161."""
    found = measure(Season(seed=seed, honest=2_000, clones=(_FEW,)).lives(), DEFAULTS)
    assert found["50 copies"].share >= 0.9
    assert found["honest"].share <= 0.004


def test_no_warning_counts_that_comes_after_the_tenth_scan_of_a_copied_label() -> None:
    late = Thresholds(
        many_times=1_000,
        many_times_two_places=1_000,
        many_times_three_places=1_000,
        many_places=6,
        boxes_at_once=6,
        places_outside=6,
    )
    found = measure(Season(honest=0, clones=(_FEW,)).lives(), late)["50 copies"]
    assert found.scanned_ten_times == found.labels == 20
    least = min(len(life.scans) for life in islice(Season(honest=0, clones=(_FEW,)).lives(), 20))
    assert least > SOON and found.share < 0.9


def test_the_command_prints_what_is_found_of_each_kind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "--seeds 1 2 --honest 20 --clones 3x50 2x3@town --with gift=0.5 season_days=10 --threshold many_times=15"
    monkeypatch.setattr(sys, "argv", ["scans_report", *asked.split()])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert lines[6].startswith("all: honest: ") and " of 40 labels warned" in lines[6]
    assert lines[8].startswith("all: 3 copies, one town: ") and " of 4 labels warned within 10 scans" in lines[8]


@pytest.mark.parametrize("wrong", ["--with gifts=1", "--threshold many=3", "--threshold many_times=1", "--clones many"])
def test_the_command_says_what_it_does_not_know(
    wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["scans_report", *wrong.split()])
    with pytest.raises(SystemExit):
        main()
    assert wrong.split()[1].split("=")[0] in capsys.readouterr().err
