"""Services as the supervisor starts them: wrong settings in one sentence and a status that says not to try again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from runtime.process import CONFIG_EXIT
from tests.services.running import eventually, free_port

ROOT = Path(__file__).parents[2]
PUBLISHING = ("harvest", "quality", "shipping", "registry")


def start(name: str, **settings: str) -> "subprocess.Popen[str]":
    environ = {key: value for key, value in os.environ.items() if not key.startswith("SUYUAN_")}
    environ |= {f"SUYUAN_{key.upper()}": value for key, value in settings.items()}
    environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'build' / 'generated'}"
    command = (sys.executable, "-m", f"services.{name}")
    return subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def right(name: str, folder: Path) -> Mapping[str, str]:
    port = str(free_port())
    if name == "identity":
        return {"http_port": port, "issuer": f"http://127.0.0.1:{port}", "state_folder": str(folder)}
    issuer = {"jwks_url": "http://127.0.0.1:1/jwks.json"}
    return {
        "kafka": "127.0.0.1:1",
        "grpc_port": port,
        "http_port": str(free_port()),
        "state_folder": str(folder),
    } | issuer


@pytest.mark.parametrize("name", [*PUBLISHING, "identity"])
@pytest.mark.parametrize(("key", "value"), [("colour", "green"), ("http_port", "eighty"), ("state_folder", None)])
def test_a_wrong_setting_is_named_in_one_line(name: str, key: str, value: str | None, tmp_path: Path) -> None:
    settings = {k: v for k, v in ({**right(name, tmp_path), key: value}).items() if v is not None}
    process = start(name, **settings)
    _, said = process.communicate(timeout=60)
    assert process.returncode == CONFIG_EXIT
    assert said.strip().startswith(f"SUYUAN_{key.upper()}")
    assert "\n" not in said.strip()


async def test_identity_ends_well_when_it_is_told_to(tmp_path: Path) -> None:
    process = start("identity", **right("identity", tmp_path))

    async def made() -> bool:
        return (tmp_path / "signing.pem").exists()

    await eventually(made, deadline_s=60)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_identity_does_not_pretend_to_serve_on_a_port_that_is_taken(tmp_path: Path) -> None:
    settings = right("identity", tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(settings["http_port"])))
        taken.listen()
        process = start("identity", **settings)
        process.communicate(timeout=60)
    assert process.returncode not in (0, CONFIG_EXIT)
