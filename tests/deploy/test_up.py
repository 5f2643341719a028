"""The two commands on the real thing: up, up again, down; and a refusal that starts nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import pytest

from deploy.local.engines import start_kafka, start_store
from deploy.local.ports import taken
from deploy.local.site import PORTS, ROOT, Site
from deploy.local.supervisor import Supervisor
from tests.running_product import free_base

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One copy for all tests: `up` costs nothing where it runs already."""
    site = Site(free_base(), tmp_path_factory.mktemp("copy") / "var", None, None)
    yield site
    Supervisor(site).stop()


class Run(Protocol):
    """A command of `make`, without make."""

    def __call__(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="module")
def run(site: Site) -> Run:
    """On this test's own ports and folder, without the demo season."""

    def start(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        chosen = {"PORT_BASE": str(site.port_base), "VAR": str(site.var), "DEMO": "no", **variables}
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **chosen}
        words = (sys.executable, "-m", f"deploy.local.{command}")
        return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)

    return start


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def wait_for(holds: Callable[[], bool], deadline_s: float = 10) -> None:
    deadline = time.monotonic() + deadline_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pids(site: Site) -> dict[str, int]:
    return {name: state["pid"] for name, state in Supervisor(site).states().items()}


def test_a_port_in_use_is_one_sentence_and_nothing_is_started(run: Run, site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port("kafka"))):
        refused = run("up")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"suyuan: Port {site.port('kafka')} (kafka) is in use")
    assert refused.stderr.count("\n") == 1
    assert not site.var.exists()
    assert run("down").stdout == "nothing runs\n"


def test_a_port_taken_while_it_starts_is_one_sentence_and_nothing_is_left_running(run: Run, site: Site) -> None:
    def take_one_when_the_ports_were_looked_at() -> socket.socket:
        wait_for((site.var / "supervisord.pid").exists, deadline_s=60)
        return socket.create_server(("127.0.0.1", site.port("labels")))

    with ThreadPoolExecutor() as another_program:
        taken_port = another_program.submit(take_one_when_the_ports_were_looked_at)
        refused = run("up")
        taken_port.result().close()
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(f"suyuan: labels does not start: Port {site.port('labels')}")
    assert run("down").stdout == "nothing runs\n"


def test_up_starts_everything_and_says_where_to_look(run: Run, site: Site) -> None:
    up = run("up")
    assert up.returncode == 0, up.stderr
    assert site.portal_url in up.stdout
    assert run("status").returncode == 0


def test_up_again_starts_nothing_twice(run: Run, site: Site) -> None:
    run("up")
    started = pids(site)
    assert run("up").returncode == 0
    assert pids(site) == started


def test_a_supervisor_that_is_killed_leaves_no_process_behind(run: Run, site: Site) -> None:
    run("up")
    started = pids(site)
    os.kill(int((site.var / "supervisord.pid").read_text()), signal.SIGKILL)
    wait_for(lambda: not any(alive(pid) for pid in started.values()))


def test_down_leaves_nothing_behind(run: Run, site: Site) -> None:
    assert run("up").returncode == 0
    started = pids(site)
    assert run("down").returncode == 0
    assert [name for name in PORTS if taken(site.port(name))] == []
    assert not any(alive(pid) for pid in started.values())


def test_engines_of_the_user_are_used_and_left_running(run: Run, site: Site, tmp_path: Path) -> None:
    kafka, store = start_kafka(tmp_path / "kafka"), start_store(tmp_path / "store")
    try:
        assert run("up", KAFKA_BOOTSTRAP=kafka.bootstrap, MONGO_URL=store.url).returncode == 0
        assert {"kafka", "store"} & set(pids(site)) == set()
        assert run("down").returncode == 0
        assert all(server.running() for server in (*kafka.brokers, store.server))
    finally:
        kafka.kill()
        store.kill()
