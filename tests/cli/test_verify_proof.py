"""`suyuan verify-proof`: a proof or a promise checked with nobody asked."""

import json
from pathlib import Path

import pytest

from epcis.event_id import record_id, recorded_bytes
from provenance.log.leaves import Leaf, LeafKind, salted
from provenance.log.notes import Note
from provenance.log.promises import Promise
from tests.cli.command import suyuan
from tests.provenance.log.grown_log import KEY, SALT_KEY, WITNESS, GrownLog, key, leaf

NOWHERE = {"SUYUAN_PORTAL": "http://127.0.0.1:9", "SUYUAN_LANG": "en"}
EVENT: dict[str, object] = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:8a9c6f0e-1f4e-4d6a-9a52-0d9d6c0b2f11",
    "eventTime": "2026-09-12T08:30:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "epcList": ["https://id.gs1.org/01/09520001000010/21/1"],
}


def _leaf(event: dict[str, object]) -> Leaf:
    return salted(LeafKind.EVENT, bytes.fromhex(record_id(recorded_bytes(event))), salt_key=SALT_KEY)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """keys.txt, proof.txt, seen.txt, promise.txt and event.jsonld."""
    log, mine = GrownLog.of(range(40)), _leaf(EVENT)
    log.append([mine.entry, *(leaf(number).entry for number in range(40, 90))])
    checkpoint = log.checkpoint()
    text = str(Promise(mine, "produce.harvest.v1", 3, 70, 1_790_000_000_000))
    written = {
        "keys.txt": f"{KEY.verifier}\n{key(5, name='suyuan/labels').verifier}\n",
        "proof.txt": str(log.proof(mine)),
        "seen.txt": str(
            log.proof(mine, checkpoint.with_signature(WITNESS.signature(checkpoint.text, at_s=1_790_000_100)))
        ),
        "promise.txt": str(Note(text, (KEY.signature(text),))),
        "event.jsonld": json.dumps(EVENT | {"recordTime": "2026-09-12T00:31:00Z"}),
    }
    for name, content in written.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_proof_is_checked_with_nobody_asked(files: Path) -> None:
    finished = suyuan("verify-proof", files / "proof.txt", "--keys", files / "keys.txt", environ=NOWHERE)
    assert (finished.returncode, finished.stderr) == (0, "")
    digest = record_id(recorded_bytes(EVENT))
    assert finished.stdout == (
        f"The log suyuan.example/log has the report with the digest {digest}: entry 40 of 91, signed by its key.\n"
    )


def test_who_has_the_report_sees_that_it_is_this_one(files: Path) -> None:
    given = ("--keys", files / "keys.txt", "--event", files / "event.jsonld")
    finished = suyuan("verify-proof", files / "proof.txt", *given, environ=NOWHERE)
    assert finished.stdout.startswith("The log suyuan.example/log has this report: entry 40 of 91")
    (files / "event.jsonld").write_text(json.dumps(EVENT | {"action": "OBSERVE"}))
    other = suyuan("verify-proof", files / "proof.txt", *given, environ=NOWHERE)
    assert (other.returncode, "a field of it was changed" in other.stderr) == (1, True)


def test_a_promise_says_that_it_is_a_signature_and_no_more(files: Path) -> None:
    given = ("--keys", files / "keys.txt", "--event", files / "event.jsonld")
    english = suyuan("verify-proof", files / "promise.txt", *given, environ=NOWHERE)
    chinese = suyuan("verify-proof", files / "promise.txt", *given, "--lang", "zh")
    assert "promised on 2026-09-21T14:13:20Z to take in this report: signed, and in no checkpoint yet" in english.stdout
    assert "承诺" in chinese.stdout and "检查点" in chinese.stdout


def test_the_text_of_a_code_comes_by_the_pipe_and_loses_its_last_newline(files: Path) -> None:
    given = (files / "proof.txt").read_bytes().rstrip().replace(b"\n", b"\r\n")
    finished = suyuan("verify-proof", "-", "--keys", files / "keys.txt", "--json", given=given, environ=NOWHERE)
    said = json.loads(finished.stdout)
    assert (said["holds"], said["kind"], said["of"], said["index"], said["size"]) == (True, "proof", "event", 40, 91)


def test_a_witness_can_be_required(files: Path) -> None:
    given = ("--keys", files / "keys.txt", "--witness", str(WITNESS.verifier))
    seen = suyuan("verify-proof", files / "seen.txt", *given, environ=NOWHERE)
    assert seen.stdout.endswith("witness.example/w1 saw this checkpoint on 2026-09-21T14:15:00Z.\n")
    unseen = suyuan("verify-proof", files / "proof.txt", *given, environ=NOWHERE)
    assert (unseen.returncode, "witness.example/w1 has not signed this checkpoint" in unseen.stderr) == (1, True)


def test_what_does_not_hold_is_exit_code_1_and_what_cannot_be_read_2(files: Path) -> None:
    (files / "other.txt").write_text(f"{key(7).verifier}\n")
    (files / "cut.txt").write_text((files / "proof.txt").read_text()[:200])
    forged = suyuan("verify-proof", files / "proof.txt", "--keys", files / "other.txt", "--json", environ=NOWHERE)
    assert (forged.returncode, json.loads(forged.stdout)["holds"]) == (1, False)
    for proof, keys in ("cut.txt", "keys.txt"), ("proof.txt", "proof.txt"), ("event.jsonld", "keys.txt"):
        finished = suyuan("verify-proof", files / proof, "--keys", files / keys, environ=NOWHERE)
        assert (finished.returncode, finished.stderr.count("\n")) == (2, 1), finished.stderr
