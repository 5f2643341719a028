"""`suyuan verify`: a label checked by the published keys, with nobody asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest

from provenance.log.notes import Kind, VerifierKey
from tests.cli.answering import Answering, served
from tests.cli.command import suyuan
from tests.provenance.labels.test_offline import KEY, LINK, URL, jwk, jwks

NOWHERE = {"SUYUAN_PORTAL": "http://127.0.0.1:9", "SUYUAN_LANG": "en"}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "label-keys.json"
    file.write_text(jwks(jwk(KEY), url=URL))
    return file


def test_a_label_is_checked_with_nobody_asked_and_the_answer_says_what_was_not_checked(keys: Path) -> None:
    finished = suyuan("verify", LINK, "--keys", keys, environ=NOWHERE)
    assert finished.returncode == 0, finished.stderr
    assert "bears this system's signature. Copying is not checked offline" in finished.stdout
    assert "lot PK260913-1" in finished.stdout


def test_it_says_so_in_chinese(keys: Path) -> None:
    finished = suyuan("verify", LINK, "--keys", keys, "--lang", "zh", environ=NOWHERE)
    assert "离线时不检查复制" in finished.stdout and "批号 PK260913-1" in finished.stdout


def test_a_changed_label_is_not_ours_with_exit_code_1(keys: Path) -> None:
    finished = suyuan("verify", LINK.replace("PK260913-1", "PK260913-2"), "--keys", keys, environ=NOWHERE)
    assert (finished.returncode, "not a label of this system" in finished.stdout) == (1, True)


def test_a_key_that_was_withdrawn_is_to_be_asked_for_online(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(jwks(jwk(KEY, revoked={"revoked_at": 1}), url=URL))
    finished = suyuan("verify", LINK, "--keys", file, environ=NOWHERE)
    assert (finished.returncode, "ask online" in finished.stdout) == (1, True)


def test_verifier_keys_serve_with_the_address_given(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"{VerifierKey('suyuan.example/labels', Kind.LOG, KEY.private.public_key())}\n")
    assert suyuan("verify", LINK, "--keys", file, "--url", URL, environ=NOWHERE).returncode == 0


def test_many_links_by_the_pipe_are_answered_one_a_line(keys: Path) -> None:
    wrong = LINK.replace("sig=", "sig=A")
    finished = suyuan("verify", "-", "--keys", keys, "--json", given=f"{LINK}\n\n{wrong}\n".encode(), environ=NOWHERE)
    answers = [json.loads(line) for line in finished.stdout.splitlines()]
    assert [(one["code"], one["verdict"]) for one in answers] == [(LINK, "signed"), (wrong, "not_ours")]
    assert finished.returncode == 1
    assert answers[0]["lot"] == "PK260913-1"


class Verifying(Answering):
    """A portal that knows one label."""

    calls: ClassVar[list[int]] = []

    def sent(self) -> None:
        codes = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["codes"]
        self.calls.append(len(codes))
        self.answer({"answers": [self._about(code) for code in codes]})

    def _about(self, code: str) -> dict[str, str]:
        verdict = "issued" if code == LINK else "not_ours"
        return {"code": code, "verdict": verdict, "sentence_zh": "说法。", "sentence_en": f"It is {verdict}."}


def test_without_keys_the_portal_is_asked_a_thousand_at_a_time() -> None:
    with served(Verifying) as url:
        where = ("--portal", url, "--token", "token")
        good = suyuan("verify", LINK, *where, environ=NOWHERE)
        many = suyuan("verify", "-", *where, given=b"BX7K-3QM9-TPWR\n" * 1_500, environ=NOWHERE)
    assert (good.returncode, good.stdout) == (0, "It is issued.\n")
    assert (many.returncode, many.stdout.count("It is not_ours.")) == (1, 1_500)
    assert Verifying.calls == [1, 1_000, 500]


def test_a_short_code_carries_no_signature_and_is_not_called_wrong(keys: Path) -> None:
    finished = suyuan("verify", "BX7K-3QM9-TPWR", "--keys", keys, environ=NOWHERE)
    assert (finished.returncode, "cannot be checked offline" in finished.stderr) == (2, True)


@pytest.mark.parametrize("text", ["", "{", '{"keys": []}', "name+00+AA"])
def test_a_file_without_keys_is_said_to_be_none_in_both_languages(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys"
    file.write_text(text)
    english, chinese = (suyuan("verify", LINK, "--keys", file, "--lang", one) for one in ("en", "zh"))
    assert (english.returncode, chinese.returncode) == (2, 2)
    assert "no keys of labels" in english.stderr and "不是标签的公钥" in chinese.stderr
    assert not any(word in chinese.stderr for word in (" key", " not ", "there "))
