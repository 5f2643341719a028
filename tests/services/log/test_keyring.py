"""The log's key is rotated in two steps, and what an old key signed stays good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.log.evidence import check, keys_of, read_keys
from provenance.log.notes import Kind, Note, NoteError, SignerKey
from services.log import keyring
from services.log.domain import LogKeys
from tests.cli.command import ROOT
from tests.provenance.log.grown_log import ORIGIN, GrownLog, leaf


def _keys(folder: Path) -> LogKeys:
    return keyring.load(folder, origin=ORIGIN)


def _proof(folder: Path, size: int) -> str:
    """As the log gives it out now."""
    return str(GrownLog.of(range(size), *_keys(folder).signing).proof(leaf(3)))


def _published(folder: Path) -> str:
    return "\n".join(_keys(folder).published)


def test_who_knows_either_key_is_served_while_both_sign_and_an_old_proof_stays_good_for_ever(tmp_path: Path) -> None:
    before, first = _published(tmp_path), _proof(tmp_path, 10)
    keyring.rotate(tmp_path, origin=ORIGIN)
    second, during = _proof(tmp_path, 20), _published(tmp_path)
    keyring.retire(tmp_path, origin=ORIGIN)
    third, after = _proof(tmp_path, 30), _published(tmp_path)
    good = [(first, before), (first, during), (first, after), (second, before), (second, during), (second, after)]
    for proof, published in [*good, (third, during), (third, after)]:
        assert check(proof, keys=keys_of(read_keys(published))).leaf == leaf(3)
    with pytest.raises(NoteError, match="not signed by any key that is known here"):
        check(third, keys=keys_of(read_keys(before)))


def test_the_newest_key_comes_first_and_a_retired_private_key_is_gone(tmp_path: Path) -> None:
    (oldest,) = _keys(tmp_path).published
    for number in range(1, 4):
        keyring.rotate(tmp_path, origin=ORIGIN)
        newest = _keys(tmp_path).signing[0]
        keyring.retire(tmp_path, origin=ORIGIN)
        published = _keys(tmp_path).published
        assert (published[0], published[-1], len(published)) == (str(newest.verifier), oldest, number + 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.ed25519", "log.retired"]


def test_a_step_that_cannot_be_done_now_says_why(tmp_path: Path) -> None:
    with pytest.raises(keyring.NotNow, match="one key signs alone"):
        keyring.retire(tmp_path, origin=ORIGIN)
    keyring.rotate(tmp_path, origin=ORIGIN)
    with pytest.raises(keyring.NotNow, match="two keys sign already"):
        keyring.rotate(tmp_path, origin=ORIGIN)


class Killed(BaseException):
    """What kill -9 does, as far as a process can do it to itself."""


@pytest.mark.parametrize("step", range(1, 24))
def test_a_rotation_killed_anywhere_is_done_again_and_loses_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    (first,) = _keys(tmp_path).published
    with monkeypatch.context() as dying:
        left = iter(range(step, 0, -1))
        for name in ("open", "write", "fsync", "close", "link", "replace", "unlink"):
            dying.setattr(os, name, _dies(getattr(os, name), left))
        try:
            keyring.rotate(tmp_path, origin=ORIGIN)
            keyring.retire(tmp_path, origin=ORIGIN)
        except Killed:
            pass
    assert first in _keys(tmp_path).published, "the log can always be read"
    if len(_keys(tmp_path).signing) == 1 and len(_keys(tmp_path).published) == 1:
        keyring.rotate(tmp_path, origin=ORIGIN)
    if len(_keys(tmp_path).signing) == 2:
        keyring.retire(tmp_path, origin=ORIGIN)
    keys = _keys(tmp_path)
    assert len(keys.signing) == 1 and keys.published[1:] == [first]


def _dies(call: object, left: object) -> object:
    def dying(*args: object, **kwargs: object) -> object:
        if next(left, 0) == 0:  # type: ignore[call-overload]
            raise Killed
        return call(*args, **kwargs)  # type: ignore[operator]

    return dying


def test_it_is_done_by_a_command_that_prints_what_is_published(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.log.keyring", str(tmp_path), "--origin", ORIGIN]
    lines = [
        subprocess.run([*command, *step], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        for step in ([], ["--rotate"], ["--retire"])
    ]
    assert [[line.split()[-1] for line in one] for one in lines] == [["signs"], ["signs"] * 2, ["signs", "retired"]]


def test_a_promise_is_signed_by_both_keys_too(tmp_path: Path) -> None:
    keyring.rotate(tmp_path, origin=ORIGIN)
    note: Note = _keys(tmp_path).signed("text\n")
    signers: list[SignerKey] = list(_keys(tmp_path).signing)
    assert [key.kind for key, _ in note.signed_by([one.verifier for one in signers])] == [Kind.LOG, Kind.LOG]
