"""The keys on disk: rotated, revoked from a moment on, and published."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.label_link import LabelLink, SigningKey, serial
from provenance.labels.scanned_link import read_scanned
from provenance.log.notes import VerifierKey
from services.labels import keys

ROOT = Path(__file__).parents[3]
URL, ISSUER = "https://suyuan.example", "suyuan"
LABEL = LabelLink("09520001000010", "PK1", serial(b"seed", 0))


def link(ring: keys.Keyring) -> str:
    return ring.signer.link(LABEL, public_url=URL, issuer=ISSUER)


def test_the_first_start_makes_a_key_and_the_next_one_finds_it(tmp_path: Path) -> None:
    first = keys.load(tmp_path / "keys", stamp="1")
    assert keys.load(tmp_path / "keys", stamp="2").signer.key_id == first.signer.key_id


def test_nobody_else_can_read_a_key(tmp_path: Path) -> None:
    keys.load(tmp_path / "keys", stamp="1")
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_rotated_key_signs_and_the_labels_of_the_old_one_stay_good(tmp_path: Path) -> None:
    old = keys.load(tmp_path, stamp="1")
    keys.rotate(tmp_path, stamp="2")
    new = keys.load(tmp_path, stamp="3")
    assert new.signer.key_id != old.signer.key_id
    for one in (old, new):
        assert read_scanned(link(one), public_url=URL, issuer=ISSUER, keys=new.verifying) == LABEL


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    ring = keys.load(tmp_path, stamp="1")
    with pytest.raises(FileExistsError):
        keys.rotate(tmp_path, stamp="1")
    assert keys.load(tmp_path, stamp="1").signer.key_id == ring.signer.key_id


def test_a_revoked_key_signs_nothing_more_and_its_earliest_moment_stands(tmp_path: Path) -> None:
    leaked = keys.load(tmp_path, stamp="1").signer.key_id
    for from_ms in (5_000, 3_000, 9_000):
        keys.revoke(tmp_path, leaked, from_ms=from_ms)
    ring = keys.load(tmp_path, stamp="2")
    assert ring.signer.key_id != leaked and ring.revoked_ms == {leaked: 3_000}


def test_a_key_that_is_not_there_cannot_be_revoked(tmp_path: Path) -> None:
    keys.load(tmp_path, stamp="1")
    with pytest.raises(KeyError):
        keys.revoke(tmp_path, bytes(4), from_ms=1)


def test_keys_are_published_as_a_jwk_set_that_names_what_is_revoked(tmp_path: Path) -> None:
    leaked = keys.load(tmp_path, stamp="1").signer.key_id
    keys.revoke(tmp_path, leaked, from_ms=3_500)
    ring = keys.load(tmp_path, stamp="2")
    told = json.loads(ring.jwk_set(issuer=ISSUER, url=URL))
    assert (told["issuer"], told["url"]) == (ISSUER, URL)
    assert {one["kid"]: one.get("revoked") for one in told["keys"]} == {
        leaked.hex(): {"revoked_at": 3},
        ring.signer.key_id.hex(): None,
    }


def test_keys_are_published_as_verifier_keys_without_those_revoked(tmp_path: Path) -> None:
    leaked = keys.load(tmp_path, stamp="1").signer.key_id
    keys.revoke(tmp_path, leaked, from_ms=3_000)
    ring = keys.load(tmp_path, stamp="2")
    (line,) = ring.verifier_keys(name="suyuan/labels")
    key = VerifierKey.read(line)
    assert key.name == "suyuan/labels"
    assert key.public.public_bytes_raw() == ring.signer.private.public_key().public_bytes_raw()


def test_a_key_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    (tmp_path / "20260101T000000.ed25519").write_bytes(private.private_bytes_raw())
    assert keys.load(tmp_path, stamp="1").signer.key_id == SigningKey(private).key_id


def test_the_command_rotates_revokes_and_lists(tmp_path: Path) -> None:
    leaked = keys.load(tmp_path, stamp="1").signer.key_id.hex()
    program = [sys.executable, "-m", "services.labels.keyring", str(tmp_path)]
    said = subprocess.run(
        [*program, "--revoke", leaked, "--since", "3"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, second = said.stdout.splitlines()
    assert first == f"{leaked}  revoked at 3" and second.endswith("valid")
    unknown = subprocess.run([*program, "--revoke", "00000000"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert unknown.returncode != 0 and "There is no key 00000000" in unknown.stderr
