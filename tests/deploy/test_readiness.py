"""Waiting for processes: one that ended may come up; one with wrong settings, or that ends over and over, will not."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.local.processes import Process, services
from deploy.local.readiness import NotReadyError, wait_ready
from deploy.local.site import Site
from tests.running_product import free_base

State = Mapping[str, Any]


def _exited(status: int, *, start: int = 1, name: str = "EXITED") -> State:
    return {"statename": name, "exitstatus": status, "start": start}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(free_base(), tmp_path, None, None)


@pytest.fixture
def process(site: Site) -> Process:
    return services(site)[0]


def _wait(site: Site, process: Process, told: Iterable[State]) -> None:
    states: Iterator[State] = iter(told)
    wait_ready(site, [process], states=lambda: {process.name: next(states)}, tell=lambda line: None, deadline_s=30)


class _Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def running(port: int) -> Iterator[Callable[[], None]]:
    """Gives the function that starts answering there, once."""
    servers: list[HTTPServer] = []

    def start() -> None:
        if not servers:
            servers.append(HTTPServer(("127.0.0.1", port), _Ready))
            Thread(target=servers[0].serve_forever, daemon=True).start()

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_process_that_ended_once_is_waited_for(site: Site, process: Process) -> None:
    told: list[str] = []
    with running(site.port(process.probe)) as start:

        def states() -> Mapping[str, State]:
            if not told:
                told.append("it ended once")
                return {process.name: _exited(1)}
            start()
            return {process.name: {"statename": "RUNNING", "exitstatus": 0, "start": 2}}

        wait_ready(site, [process], states=states, tell=told.append, deadline_s=30)
    assert len(told) == 2


def test_what_answers_on_the_port_of_a_process_is_not_that_process_when_another_listens_there(
    site: Site, process: Process
) -> None:
    with running(site.port(process.probe)) as start, subprocess.Popen(["sleep", "60"], start_new_session=True) as ours:
        start()
        state = {"statename": "RUNNING", "exitstatus": 0, "start": 1, "pid": ours.pid}
        with pytest.raises(NotReadyError, match=f"{process.name} does not start: Port {site.port_base + 1} .* in use"):
            _wait(site, process, [state])
        _wait(site, process, [state | {"pid": os.getpgrp()}])
        ours.kill()


@pytest.mark.parametrize("name", ["EXITED", "BACKOFF"])
def test_wrong_settings_are_said_at_once(site: Site, process: Process, name: str) -> None:
    with pytest.raises(NotReadyError, match="does not start"):
        _wait(site, process, [_exited(78, name=name)])


def test_a_process_that_ends_again_and_again_is_said_to_do_so(site: Site, process: Process) -> None:
    with pytest.raises(NotReadyError, match="does not start"):
        _wait(site, process, (_exited(1, start=n) for n in range(20)))
