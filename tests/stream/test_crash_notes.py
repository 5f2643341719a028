"""Crashes are counted over restarts, at one place in each partition."""

from pathlib import Path

import pytest

from stream.crash_notes import FileCrashNotes
from stream.receipts import Receipt

HERE, NEXT, ELSEWHERE = Receipt("t", 0, 5), Receipt("t", 0, 6), Receipt("t", 1, 5)


def test_crashes_at_one_place_add_up_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "state" / "crashes.json"
    assert [FileCrashNotes(path).note(HERE) for _ in range(3)] == [1, 2, 3]
    assert FileCrashNotes(path).crashes_at(HERE) == 3
    assert FileCrashNotes(path).crashes_at(NEXT) == 0


def test_partitions_are_counted_apart_and_a_new_place_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "crashes.json"
    for place, crashes in ((HERE, 1), (ELSEWHERE, 1), (HERE, 2), (NEXT, 1), (HERE, 1), (ELSEWHERE, 2)):
        assert FileCrashNotes(path).note(place) == crashes


def test_a_place_that_was_passed_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "crashes.json"
    FileCrashNotes(path).note(HERE)
    FileCrashNotes(path).passed(NEXT)
    assert FileCrashNotes(path).crashes_at(HERE) == 1
    FileCrashNotes(path).passed(HERE)
    assert FileCrashNotes(path).crashes_at(HERE) == 0


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[[1]]", "null"])
def test_a_file_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "crashes.json"
    path.write_text(text)
    assert FileCrashNotes(path).note(HERE) == 1
