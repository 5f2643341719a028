"""Waiting until processes are ready, with progress shown."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from deploy.local import kafka
from deploy.local.ports import held
from deploy.local.preflight import port_in_use
from deploy.local.processes import Process
from deploy.local.server import listens
from deploy.local.site import Site


class NotReadyError(RuntimeError):
    """Names the process and says why."""


def why_not_ready(site: Site, process: Process, known: Mapping[str, Any]) -> str:
    """The empty string when the process is ready, else what it says of itself; `known` is supervisord's word on it."""
    if known.get("statename") not in _ALIVE:
        return "starting"
    if problem := robbed(site, process, known):
        return problem
    return _answer(process, site.port(process.probe))


def robbed(site: Site, process: Process, known: Mapping[str, Any]) -> str:
    """A sentence when somebody else listens on a port of this process, which can then never be ready."""
    if not (pid := known.get("pid")):
        return ""
    stolen = (name for name in process.ports if held(site.port(name), pid) is False)
    return next((port_in_use(site, name) for name in stolen), "")


def _answer(process: Process, port: int) -> str:
    match process.name:
        case "kafka":
            return "" if kafka.answers(port) else "starting"
        case "store":
            return "" if listens(port) else "starting"
        case _:
            return _ask(port)


def _ask(port: int) -> str:
    """GET /ready: 200 is ready, 503 carries a sentence for each check that fails."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/ready", timeout=3):
            return ""
    except HTTPError as answer:
        return _sentences(answer.read())
    except (URLError, OSError, HTTPException):
        return "starting"


def _sentences(body: bytes) -> str:
    try:
        return "; ".join(json.loads(body)["failing"].values())
    except (ValueError, KeyError, AttributeError):
        return "not ready"


def wait_ready(
    site: Site,
    processes: Sequence[Process],
    *,
    states: Callable[[], Mapping[str, Mapping[str, Any]]],
    tell: Callable[[str], None],
    deadline_s: float = 300,
) -> None:
    """Return when all are ready. Raises NotReadyError when one keeps ending or the deadline passes."""
    began, waiting = time.monotonic(), list(processes)
    starts: defaultdict[str, set[float]] = defaultdict(set)
    while waiting:
        known = states()
        reasons = {process.name: why_not_ready(site, process, known.get(process.name, {})) for process in waiting}
        for process in [process for process in waiting if not reasons[process.name]]:
            waiting.remove(process)
            tell(f"  {process.name:<22} ready after {time.monotonic() - began:4.1f} s")
        if waiting:
            for process in waiting:
                starts[process.name].add(known.get(process.name, {}).get("start", 0))
            waited_s = time.monotonic() - began
            _require_hope(site, waiting, reasons, known, starts, waited_s=waited_s, deadline_s=deadline_s)
            time.sleep(0.1)


_ALIVE = ("STARTING", "RUNNING")
_GIVEN_UP = ("FATAL", "STOPPED")
_ENDED = ("BACKOFF", "EXITED")  # supervisord is about to start it again, unless its settings are wrong
_SETTINGS_WRONG = 78  # runtime.process.CONFIG_EXIT
_CRASHES_FOR_S = 10  # a process that ends at once is started again; for so long there is hope
_STARTS = 6  # a busy machine may need a few


def _require_hope(
    site: Site,
    waiting: Sequence[Process],
    reasons: Mapping[str, str],
    states: Mapping[str, Mapping[str, Any]],
    starts: Mapping[str, set[float]],
    *,
    waited_s: float,
    deadline_s: float,
) -> None:
    for process in waiting:
        log, known = site.logs / f"{process.name}.log", states.get(process.name, {})
        if stolen := robbed(site, process, known):
            raise NotReadyError(f"{process.name} does not start: {stolen}")
        if _hopeless(known, len(starts[process.name]), waited_s):
            raise NotReadyError(f"{process.name} does not start: {_last_line(log)} ({log})")
        if waited_s > deadline_s:
            raise NotReadyError(f"{process.name} is not ready ({reasons[process.name]}): {_last_line(log)} ({log})")


def _hopeless(state: Mapping[str, Any], starts: int, waited_s: float) -> bool:
    """One that ended once is started again and may come up: a broker under load keeps its first callers waiting."""
    name = state.get("statename", "STOPPED")
    if name in _ENDED and state["exitstatus"] == _SETTINGS_WRONG:
        return True
    return name in _GIVEN_UP or (name == "BACKOFF" and waited_s > _CRASHES_FOR_S) or starts > _STARTS


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1][:300] if lines else "it wrote nothing"
