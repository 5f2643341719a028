"""`suyuan token` with the real issuer."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_port
from tests.cli.command import ROOT, suyuan

_STARTED_WITHIN_S = 60


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a machine where identity runs."""
    var, port = tmp_path_factory.mktemp("var"), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "SUYUAN_HTTP_PORT": str(port),
        "SUYUAN_ISSUER": url,
        "SUYUAN_STATE_FOLDER": str(var / "identity"),
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "build" / "generated"))),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "services.identity"], cwd=ROOT, env={**os.environ, **settings}
    ) as process:
        try:
            _wait_until_ready(url, process)
            yield {"VAR": str(var), "SUYUAN_IDENTITY": url}
        finally:
            process.terminate()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _STARTED_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/ready", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("identity did not become ready")


def _claims(token: str) -> dict[str, object]:
    middle = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return claims


def test_a_token_says_party_and_roles(issuer: dict[str, str]) -> None:
    party = "https://id.gs1.org/417/9520001000409"
    finished = suyuan("token", "--role", "station", "--party", party, "--hours", "2", environ=issuer)
    claims = _claims(finished.stdout)
    assert (claims["sub"], claims["roles"]) == (party, ["station"])
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 7200


def test_without_a_role_it_is_the_operators(issuer: dict[str, str]) -> None:
    assert _claims(suyuan("token", environ=issuer).stdout)["roles"] == ["operator"]


def test_a_card_gives_one_token(issuer: dict[str, str]) -> None:
    code = suyuan("token", "--card", "--role", "grower", environ=issuer).stdout.strip()
    answers = [httpx.post(f"{issuer['SUYUAN_IDENTITY']}/token", json={"card": code}, trust_env=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_an_unknown_role_is_named_with_those_there_are(issuer: dict[str, str]) -> None:
    finished = suyuan("token", "--role", "king", environ=issuer)
    assert (finished.returncode, "station" in finished.stderr) == (2, True)


def test_without_the_secret_it_says_where_it_should_be(issuer: dict[str, str], tmp_path: Path) -> None:
    finished = suyuan("token", environ={**issuer, "VAR": str(tmp_path)})
    assert (finished.returncode, str(tmp_path / "identity" / "admin.secret") in finished.stderr) == (2, True)
