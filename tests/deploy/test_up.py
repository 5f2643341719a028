"""The two commands on the real thing: up, up again, down; and a refusal that starts nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.ports import free_port, taken
from deploy.local.site import PORTS, ROOT, Site
from deploy.local.supervisor import Supervisor

pytestmark = pytest.mark.system

Run = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(free_base(), tmp_path / "var", None, None)
    yield site
    Supervisor(site).stop()


@pytest.fixture
def run(site: Site) -> Run:
    """`make up` without make: the command, on this test's own ports and folder, without the demo season."""
    chosen = {"PORT_BASE": str(site.port_base), "VAR": str(site.var), "DEMO": "no"}
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **chosen}
    return lambda command: subprocess.run(
        [sys.executable, "-m", f"deploy.local.{command}"], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def free_base() -> int:
    """A base from which every port of the table is free."""
    while any(taken((base := free_port()) + distance) for distance in PORTS.values()):
        pass
    return base


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def wait_for(holds: Callable[[], bool], deadline_s: float = 10) -> None:
    deadline = time.monotonic() + deadline_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pids(site: Site) -> dict[str, int]:
    return {name: state["pid"] for name, state in Supervisor(site).states().items()}


def test_up_twice_then_down_leaves_one_of_everything_and_then_nothing(run: Run, site: Site) -> None:
    first = run("up")
    assert first.returncode == 0, first.stderr
    assert site.portal_url in first.stdout
    started = pids(site)
    assert run("status").returncode == 0

    assert run("up").returncode == 0
    assert pids(site) == started

    assert run("down").returncode == 0
    assert [name for name in PORTS if taken(site.port(name))] == []
    assert not any(alive(pid) for pid in started.values())


def test_a_supervisor_that_is_killed_leaves_no_process_behind(run: Run, site: Site) -> None:
    assert run("up").returncode == 0
    started = pids(site)
    os.kill(int((site.var / "supervisord.pid").read_text()), signal.SIGKILL)
    wait_for(lambda: not any(alive(pid) for pid in started.values()))
    assert run("up").returncode == 0


def test_a_port_in_use_is_one_sentence_and_nothing_is_started(run: Run, site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port("kafka"))):
        refused = run("up")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"suyuan: Port {site.port('kafka')} (kafka) is in use")
    assert refused.stderr.count("\n") == 1
    assert not site.var.exists()
    assert run("down").stdout == "nothing runs\n"
