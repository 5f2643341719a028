"""`suyuan log`: a whole log read back over HTTP, and a proof made anew under a checkpoint that a witness saw."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import log
from cli.log_book import LogBook
from cli.log_reading import read_whole
from cli.log_site import LogSite
from provenance.log.checkpoints import Checkpoint
from provenance.log.tiles import Tile
from tests.cli.command import suyuan
from tests.cli.log_served import ServedLog, served_log
from tests.provenance.log.grown_log import KEY, ORIGIN, WITNESS, GrownLog, key, leaf

SIZE = 66_000
"""Long enough for tiles of three levels."""
ENGLISH = {"SUYUAN_LANG": "en"}


@pytest.fixture(scope="module")
def long() -> GrownLog:
    log = GrownLog()
    log.append(bytes([0]) + number.to_bytes(32, "big") for number in range(SIZE))
    return log


@pytest.fixture
def site() -> Iterator[ServedLog]:
    with served_log(GrownLog.of(range(600))) as served:
        yield served


def _audit(site: ServedLog, folder: Path) -> tuple[int, dict[str, Any]]:
    given = ("--tree", "--url", site.url, "--state", folder / "book", "--json")
    finished = suyuan("log", "audit", *given, environ=ENGLISH)
    return finished.returncode, json.loads(finished.stdout or "{}") or {"said": finished.stderr}


def _read(site: ServedLog, folder: Path) -> tuple[bool, LogBook]:
    book = LogBook(folder / "book", ORIGIN)
    return read_whole(LogSite(site.url), book, Checkpoint.read(site.log.checkpoint().text, origin=ORIGIN)), book


def test_a_log_that_is_what_was_signed_is_whole_and_so_it_is_when_it_has_grown(site: ServedLog, tmp_path: Path) -> None:
    for size in (600, 600, 700, 1024):
        site.log, site.asked = GrownLog.of(range(size)), []
        code, found = _audit(site, tmp_path)
        assert (code, found["complete"], found["size"], found["repeats"]) == (0, True, size, [])
    assert "/log/tile/entries/000" not in site.asked, "what was read is not read again"


def test_a_long_log_is_read_with_all_its_levels(long: GrownLog, tmp_path: Path) -> None:
    with served_log(long) as site:
        signed, book = _read(site, tmp_path)
        assert signed and not book.wrong_tiles and not book.repeats
        assert {"/log/tile/1/000", "/log/tile/1/001.p/1", "/log/tile/2/000.p/1"} <= set(site.asked)


@pytest.mark.parametrize("tile", ["0/100", "0/257.p/208", "1/000", "2/000.p/1"])
def test_a_tile_that_is_not_made_of_its_entries_is_named(long: GrownLog, tmp_path: Path, tile: str) -> None:
    read, raw = Tile.read(tile), long.tile(tile)
    log = GrownLog(long.keys, long.entries, long.tiles | {read: bytes(32) + raw[32:]}, long.frontier)
    with served_log(log) as site:
        _, book = _read(site, tmp_path)
    assert book.wrong_tiles == [tile]


def test_an_entry_that_stands_there_twice_is_named_with_both_places(site: ServedLog, tmp_path: Path) -> None:
    site.log.append([leaf(7).entry])
    code, found = _audit(site, tmp_path)
    assert (code, found["repeats"], found["root_is_signed"]) == (1, [[600, 7]], True)


def test_entries_that_do_not_make_the_signed_root_are_told(site: ServedLog, tmp_path: Path) -> None:
    site.shown = GrownLog.of((*range(599), 1000)).checkpoint()
    code, found = _audit(site, tmp_path)
    assert (code, found["complete"], found["root_is_signed"]) == (1, False, False)


def test_a_log_that_is_shorter_than_what_was_read_of_it_is_told(site: ServedLog, tmp_path: Path) -> None:
    assert _audit(site, tmp_path)[0] == 0
    site.log = GrownLog.of(range(599))
    code, found = _audit(site, tmp_path)
    assert code == 2 and "the log shrank: 600 entries were read of it before" in found["said"]


def test_the_book_of_one_log_is_not_gone_on_with_for_another(site: ServedLog, tmp_path: Path) -> None:
    LogBook(tmp_path / "book", "other.example/log").close()
    code, found = _audit(site, tmp_path)
    assert code == 2 and "what was read of the log other.example/log" in found["said"]


def test_who_has_no_salts_is_told_what_can_be_checked_without(site: ServedLog, tmp_path: Path) -> None:
    given = ("--url", site.url, "--state", tmp_path / "book", "--log-keys", tmp_path)
    finished = suyuan("log", "audit", *given, environ=ENGLISH)
    assert (finished.returncode, "--tree checks the tree alone" in finished.stderr) == (2, True)


def test_what_is_recorded_and_what_is_in_the_log_are_held_against_each_other(site: ServedLog, tmp_path: Path) -> None:
    _, book = _read(site, tmp_path)
    book.record((leaf(number).entry, f"event {number}") for number in (*range(1, 599), 1000))
    assert book.missing == ["event 1000"]
    assert [n for n, _ in book.unknown] == [0, 599]
    book.record((leaf(number).entry, f"event {number}") for number in range(600))
    assert (book.missing, book.unknown) == ([], [])


def test_a_proof_is_made_anew_under_the_checkpoint_that_a_witness_saw(site: ServedLog, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(str(GrownLog.of(range(300)).proof(leaf(33))))
    (tmp_path / "keys.txt").write_text(site.keys)
    seen = site.log.checkpoint()
    (tmp_path / "cosigned").write_text(str(seen.with_signature(WITNESS.signature(seen.text, at_s=1_790_000_000))))
    made = suyuan("log", "prove", tmp_path / "old.txt", "--under", tmp_path / "cosigned", "--url", site.url)
    required = ("--keys", tmp_path / "keys.txt", "--witness", str(WITNESS.verifier))
    checked = suyuan("verify-proof", "-", *required, given=made.stdout.encode(), environ=ENGLISH)
    assert "entry 33 of 600, signed by its key. witness.example/w1 saw this checkpoint" in checked.stdout, (
        checked.stderr
    )


@pytest.mark.parametrize(
    ("proof", "under", "code"),
    [
        (GrownLog.of((1000, *range(1, 300))).proof(leaf(1000)), GrownLog.of(range(600)), 1),
        (GrownLog.of(range(600)).proof(leaf(599)), GrownLog.of(range(599)), 2),
        (GrownLog.of(range(600), key(3)).proof(leaf(33)), GrownLog.of(range(600)), 0),
    ],
    ids=["rewritten", "older", "another-key"],
)
def test_no_proof_is_made_of_what_the_checkpoint_does_not_have(
    site: ServedLog, tmp_path: Path, proof: object, under: GrownLog, code: int
) -> None:
    (tmp_path / "old.txt").write_text(str(proof))
    (tmp_path / "under").write_text(str(under.checkpoint()))
    made = suyuan("log", "prove", tmp_path / "old.txt", "--under", tmp_path / "under", "--url", site.url)
    assert (made.returncode, bool(made.stdout)) == (code, code == 0), made.stderr


def test_the_keys_are_the_published_ones_unless_others_are_given(site: ServedLog, tmp_path: Path) -> None:
    site.keys = f"{key(3).verifier}\n"
    assert _audit(site, tmp_path)[0] == 2
    (tmp_path / "keys.txt").write_text(f"{KEY.verifier}\n")
    given = ("--tree", "--url", site.url, "--state", tmp_path / "book", "--keys", tmp_path / "keys.txt")
    finished = suyuan("log", "audit", *given, environ=ENGLISH)
    assert finished.stdout == f"the log {ORIGIN} is whole: 600 entries make the root that was signed\n"


class Kept:
    """What store and topics have, by number of the leaf; `stored` once for each time it is looked at."""

    def __init__(self, *stored: Iterable[int], topics: Iterable[int] = ()) -> None:
        self._stored, self._topics = list(stored), topics

    def entries(self) -> Iterator[tuple[bytes, str]]:
        now = self._stored.pop(0) if len(self._stored) > 1 else self._stored[0]
        return ((leaf(number).entry, f"event {number}") for number in now)

    def events_in_topics(self) -> Iterator[bytes]:
        return (leaf(number).entry for number in self._topics)


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (Kept(range(600)), (True, [], [], 0)),
        (Kept(range(599), range(600)), (True, [], [], 0)),
        (Kept(range(601)), (False, ["event 600"], [], 0)),
        (Kept(range(598), topics=range(600)), (True, [], [], 2)),
        (Kept(range(598), topics=range(599)), (False, [], [599], 1)),
    ],
    ids=["whole", "on-its-way", "left-out", "set-aside", "invented"],
)
def test_every_report_is_a_leaf_and_every_leaf_of_a_report(
    site: ServedLog, tmp_path: Path, kept: Any, found: tuple[bool, list[str], list[int], int], monkeypatch: Any
) -> None:
    monkeypatch.setattr(log, "LOOK_EVERY_S", 0)
    book = LogBook(tmp_path / "book", ORIGIN)
    told = log._against(LogSite(site.url), book, [KEY.verifier], kept, wait_s=0.1)
    assert (told["complete"], told["missing"], told["unknown"], told["not_stored"]) == found
