"""`suyuan witness`: cosigns a log that grows, refuses one that was rewritten, and never signs two histories."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cli import witness_files
from cli.failures import Failure
from cli.log_site import LogSite
from cli.witness import Witness
from provenance.log.checkpoints import Checkpoint
from provenance.log.notes import Note, SignerKey
from tests.cli.command import ROOT, suyuan
from tests.cli.log_served import ServedLog, served_log
from tests.provenance.log.grown_log import KEY, ORIGIN, WITNESS, GrownLog, key

HONEST, FORKED = range(700), (*range(300), *range(1000, 1400))
"""Two histories with one beginning."""


@pytest.fixture
def site() -> Iterator[ServedLog]:
    with served_log(GrownLog.of(range(300))) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "w.key").write_text(WITNESS.secret)
    return tmp_path


def _witness(site: ServedLog, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    files = ("--key", folder / "w.key", "--state", folder / "seen", "--out", folder / "cosigned")
    return suyuan("witness", site.url, *files, *more, environ={"SUYUAN_LANG": "en"})


def _cosigned(folder: Path) -> Checkpoint:
    note = Note.read((folder / "cosigned").read_text())
    assert len(note.signed_by([KEY.verifier, WITNESS.verifier])) == 2
    return Checkpoint.read(note.text, origin=ORIGIN)


def test_a_log_that_grows_is_cosigned_again_and_again(site: ServedLog, folder: Path) -> None:
    for size in (300, 300, 301, 512, 700):
        site.log = GrownLog.of(range(size))
        finished = _witness(site, folder)
        assert finished.returncode == 0, finished.stderr
        assert _cosigned(folder).size == size
    assert str(WITNESS.verifier) in finished.stderr


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        (range(299), "the log shrank: seen 300 entries with root"),
        ((*range(299), 1000), "the log has two heads of one size: seen 300 entries with root"),
        ((*range(299), 1000, *range(300, 700)), "the log was rewritten: seen 300 entries with root"),
        (range(0), "the log shrank: seen 300 entries with root"),
    ],
    ids=["shrunk", "forked", "rewritten", "empty"],
)
def test_a_log_that_was_rewritten_is_refused_in_one_sentence_that_names_both_heads(
    site: ServedLog, folder: Path, numbers: range, says: str
) -> None:
    assert _witness(site, folder).returncode == 0
    before = {name: (folder / name).read_text() for name in ("seen", "cosigned")}
    site.log = GrownLog.of(numbers)
    refused = _witness(site, folder)
    shown = Checkpoint.read(site.log.checkpoint().text, origin=ORIGIN)
    assert (refused.returncode, refused.stderr.splitlines()[-1].count(says)) == (2, 1), refused.stderr
    assert f"shown {shown.size} with root {str(shown).splitlines()[2]}" in refused.stderr
    assert before == {name: (folder / name).read_text() for name in ("seen", "cosigned")}
    kept = Note.read((folder / "seen.refused").read_text())
    assert kept.signed_by([KEY.verifier]), "signed by the log itself: the proof against it"


def test_a_checkpoint_of_another_key_or_another_log_is_not_signed(site: ServedLog, folder: Path) -> None:
    site.shown = GrownLog.of(range(300), key(3)).checkpoint()
    forged = _witness(site, folder)
    site.shown = GrownLog.of(range(300), key(1, name="other.example/log")).checkpoint()
    other = _witness(site, folder)
    assert {forged.returncode, other.returncode} == {2}
    assert not (folder / "cosigned").exists() and not (folder / "seen").exists()


def test_the_keys_of_a_log_are_those_of_the_first_sight(site: ServedLog, folder: Path) -> None:
    assert _witness(site, folder).returncode == 0
    site.keys, site.log = f"{key(3).verifier}\n", GrownLog.of(range(301), key(3))
    assert _witness(site, folder).returncode == 2
    site.log = GrownLog.of(range(301), key(3), KEY)
    assert _witness(site, folder).returncode == 0, "the old key signs beside the new one while it is rotated"


def test_a_log_that_no_longer_has_the_beginning_of_a_full_tile_can_be_followed(site: ServedLog, folder: Path) -> None:
    assert _witness(site, folder).returncode == 0
    site.partial, site.log, site.shown = False, GrownLog.of(range(512)), GrownLog.of(range(400)).checkpoint()
    assert _witness(site, folder).returncode == 0
    assert "/log/tile/0/001" in site.asked and _cosigned(folder).size == 400


def test_a_key_is_made_for_who_has_none_and_is_for_nobody_else(site: ServedLog, folder: Path) -> None:
    (folder / "w.key").unlink()
    nothing = _witness(site, folder)
    assert (nothing.returncode, "--name NAME makes one" in nothing.stderr) == (2, True)
    assert _witness(site, folder, "--name", "witness.example/w2").returncode == 0
    made = (folder / "w.key").read_text()
    assert stat.S_IMODE((folder / "w.key").stat().st_mode) == 0o600
    assert _witness(site, folder, "--name", "another").returncode == 0
    assert (folder / "w.key").read_text() == made
    (folder / "w.key").write_text(KEY.secret)
    assert "no witness may sign with it" in _witness(site, folder).stderr


def test_who_cannot_read_what_it_has_seen_does_not_begin_anew(site: ServedLog, folder: Path) -> None:
    assert _witness(site, folder).returncode == 0
    (folder / "seen").write_text("")
    finished = _witness(site, folder)
    assert (finished.returncode, "cannot be read again" in finished.stderr) == (2, True)


def test_two_witnesses_do_not_share_a_memory(site: ServedLog, folder: Path) -> None:
    with witness_files.alone(folder / "seen"):
        finished = _witness(site, folder)
    assert (finished.returncode, "another witness is at work" in finished.stderr) == (2, True)


def test_a_witness_that_goes_on_ends_when_the_log_is_rewritten_and_not_when_it_is_away(
    site: ServedLog, folder: Path
) -> None:
    with _following(site, folder) as process:
        _until(lambda: (folder / "cosigned").exists())
        site.log = GrownLog.of(HONEST)
        _until(lambda: _cosigned(folder).size == 700)
        site.log = GrownLog.of(FORKED)
        assert process.wait(30) == 2
    assert _cosigned(folder).root == GrownLog.of(HONEST).frontier.root


def test_a_witness_that_goes_on_waits_for_a_log_that_is_away_when_it_starts(site: ServedLog, folder: Path) -> None:
    site.away = True
    with _following(site, folder) as process:
        _until(lambda: len(site.asked) > 2)
        assert process.poll() is None
        site.away = False
        _until(lambda: (folder / "cosigned").exists())
    site.away = True
    assert _witness(site, folder).returncode == 2, "who looks once is told"


class Killed(BaseException):
    """What kill -9 does, as far as a process can do it to itself."""


@pytest.mark.parametrize("step", range(1, 20))
def test_a_witness_killed_at_any_step_never_signs_two_histories(
    site: ServedLog, folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Killed before its n-th call of the system while the log shows one history; then it is shown the other."""
    given: list[Note] = []
    site.log = GrownLog.of(range(300))
    _look(site, folder, given)
    site.log = GrownLog.of(HONEST)
    with monkeypatch.context() as dying:
        left = iter(range(step, 0, -1))
        for name in ("open", "write", "fsync", "close", "replace", "rename"):
            dying.setattr(os, name, _dies(getattr(os, name), left))
        dying.setattr(SignerKey, "signature", _dies(SignerKey.signature, left))
        with suppress(Killed):
            _look(site, folder, given)
    site.log = GrownLog.of(FORKED)
    try:
        _look(site, folder, given)
    except Failure:
        site.log = GrownLog.of(HONEST)
        _look(site, folder, given)
    signed = {(one.size, one.root) for one in (Checkpoint.read(note.text, origin=ORIGIN) for note in given)}
    assert len(signed) == 2, "300 entries, and one history of 700"


def _dies(call: Callable[..., Any], left: Iterator[int]) -> Callable[..., Any]:
    def dying(*args: Any, **kwargs: Any) -> Any:
        if next(left, 0) == 0:
            raise Killed
        return call(*args, **kwargs)

    return dying


def _look(site: ServedLog, folder: Path, given: list[Note]) -> None:
    """`given` is what anybody could have read of it, also where it died right after."""
    one = Witness(LogSite(site.url), WITNESS, [KEY.verifier], folder / "seen", folder / "cosigned", clock=lambda: 1)
    try:
        one.look()
    finally:
        if (folder / "cosigned").exists():
            given.append(Note.read((folder / "cosigned").read_text()))


def test_witnesses_that_are_really_killed_sign_one_history_of_a_log_that_shows_two(
    site: ServedLog, folder: Path
) -> None:
    """The log shows both by turns; which one a witness signs first is left to chance, and it stays."""
    seen: set[bytes] = set()
    for turn in range(6):
        with _following(site, folder) as process:
            for half in range(6):
                site.log = GrownLog.of((HONEST, FORKED)[(turn + half) % 2][: 310 + turn * 60 + half * 10])
                _until(lambda: process.poll() is not None or _is_of(folder, site.log.size), give_up_s=1.5)
                seen |= _histories(folder)
            process.send_signal(signal.SIGKILL)
            process.wait()
        seen |= _histories(folder)
    assert len(seen) == 1


def _is_of(folder: Path, size: int) -> bool:
    return (folder / "cosigned").exists() and _cosigned(folder).size == size


def _histories(folder: Path) -> set[bytes]:
    """Of which of the two histories what was cosigned is, where it tells them apart."""
    if not (folder / "cosigned").exists() or (found := _cosigned(folder)).size <= 300:
        return set()
    roots = {GrownLog.of(one[: found.size]).frontier.root: bytes([n]) for n, one in enumerate((HONEST, FORKED))}
    return {roots[found.root]}


class _following:  # noqa: N801 - read as a word
    """A witness as a process that goes on; killed in the end, if it still runs."""

    def __init__(self, site: ServedLog, folder: Path) -> None:
        files = ("--key", folder / "w.key", "--state", folder / "seen", "--out", folder / "cosigned")
        self._command = [sys.executable, "-m", "cli", "witness", site.url, *map(str, files), "--every", "0.05"]

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stderr=subprocess.DEVNULL)
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def _until(true: Callable[[], bool], give_up_s: float = 0) -> None:
    """Fails after half a minute, or gives up earlier."""
    ends = time.monotonic() + (give_up_s or 30)
    while not true():
        if time.monotonic() > ends:
            assert give_up_s, "it did not come true in time"
            return
        time.sleep(0.02)
