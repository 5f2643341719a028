"""supervisord for one copy: its configuration, written from the table of processes, and the calls we make to it.

Engines, services and the demo are groups, so that services stop before engines and all at once. Every process is on a
leash, so that nothing outlives a supervisor that is killed.
"""

import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from xmlrpc.client import Fault, ServerProxy

from deploy.local.processes import Process
from deploy.local.site import ROOT, Site, SiteError

_MAX_SOCKET_PATH = 100  # sockaddr_un holds 108 bytes

# Status 78 says that the settings are wrong (EX_CONFIG): starting again would not help. Any other end is unexpected.
DAEMON = """\
[supervisord]
logfile = {logs}/supervisord.log
pidfile = {var}/supervisord.pid
childlogdir = {logs}
directory = {root}

[unix_http_server]
file = {socket}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = unix://{socket}
"""

GROUP = """
[group:{name}]
programs = {programs}
priority = {priority}
"""

PROGRAM = """
[program:{name}]
command = {command}
environment = {environment}
directory = {root}
autostart = false
autorestart = unexpected
exitcodes = 78
startsecs = 1
startretries = 1000000
stopsignal = TERM
stopwaitsecs = 10
killasgroup = true
redirect_stderr = true
stdout_logfile = {logs}/{name}.log
stdout_logfile_maxbytes = 50MB
stdout_logfile_backups = 3
"""


def configuration(
    site: Site, engines: Sequence[Process], services: Sequence[Process], demo: Sequence[Process] = ()
) -> str:
    """The text of supervisord.conf."""
    parts = [DAEMON.format(logs=site.logs, var=site.var, root=ROOT, socket=socket_path(site))]
    groups = (("engines", engines), ("services", services), ("demo", demo))
    for priority, (name, members) in enumerate(groups, start=1):
        if members:
            programs = ",".join(process.name for process in members)
            parts += [GROUP.format(name=name, programs=programs, priority=priority)]
            parts += [_program(site, process) for process in members]
    return "".join(parts)


def _program(site: Site, process: Process) -> str:
    leash = (sys.executable, "-S", str(Path(__file__).with_name("leash.py")), "-")
    command = (*leash, sys.executable, "-m", process.module, *process.arguments)
    return PROGRAM.format(
        name=process.name,
        command=" ".join(_quoted(word) for word in command),
        environment=",".join(f"{key}={_literal(value)}" for key, value in _settings(site, process).items()),
        root=ROOT,
        logs=site.logs,
    )


def _settings(site: Site, process: Process) -> dict[str, str]:
    kept = {key: _secret(site.var / file) for key, file in process.secrets.items()}
    return {"PYTHONUNBUFFERED": "1", **process.settings, **kept}


def _secret(file: Path) -> str:
    """Made once, readable by the owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def _literal(value: str) -> str:
    """As supervisord reads settings: quotes of either kind, no escapes, its own percent sign."""
    if ('"' in value and "'" in value) or "\n" in value:
        raise SiteError(f"supervisord cannot carry a setting with both kinds of quotes or a line break: {value!r}")
    quote = "'" if '"' in value else '"'
    return quote + value.replace("%", "%%") + quote


def _quoted(word: str) -> str:
    """As supervisord reads commands: shell words, its own percent sign."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def socket_path(site: Site) -> Path:
    """In VAR; where that path is too long for a socket, in the folder for temporary files."""
    path = site.var / "supervisor.sock"
    if len(os.fsencode(path)) <= _MAX_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(site.var)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"suyuan-{digest}.sock"


class Supervisor:
    """Calls to the supervisord of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def _call(self, name: str, *arguments: object) -> Any:
        """One call on a connection of its own: supervisor's transport does not recover one that failed."""
        from supervisor.xmlrpc import SupervisorTransport

        transport = SupervisorTransport(None, None, f"unix://{socket_path(self._site)}")
        try:
            return getattr(cast(Any, ServerProxy("http://127.0.0.1", transport=transport)).supervisor, name)(*arguments)
        finally:
            transport.close()

    def running(self) -> bool:
        """True when it answers."""
        try:
            return bool(self._call("getState")["statecode"] == 1)
        except (OSError, Fault):
            return False

    def launch(self, configuration_text: str) -> None:
        """Start it, or make the running one follow a changed configuration."""
        file = self._site.var / "supervisord.conf"
        file.touch(mode=0o600)  # the settings hold secrets
        file.write_text(configuration_text)
        if self.running():
            self._follow()
        else:
            self._start(file)

    def _start(self, file: Path) -> None:
        daemon = Path(sys.executable).with_name("supervisord")
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SUYUAN_")}
        command = (str(daemon), "--silent", "-c", str(file))
        subprocess.run(command, check=True, env=clean, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _wait_until(self.running, deadline_s=15)

    def _follow(self) -> None:
        """Groups that changed are stopped and taken in anew; the others run on."""
        added, changed, removed = self._call("reloadConfig")[0]
        for group in changed + removed:
            self._call("stopProcessGroup", group)
            self._call("removeProcessGroup", group)
        for group in changed + added:
            self._call("addProcessGroup", group)

    def start(self, group: str, processes: Iterable[Process]) -> None:
        """Start those that do not run."""
        states = self.states()
        for process in processes:
            if states.get(process.name, {}).get("statename") not in ("RUNNING", "STARTING"):
                self._call("startProcess", f"{group}:{process.name}", False)

    def states(self) -> Mapping[str, Mapping[str, Any]]:
        """What supervisord knows of each process, by name; empty when it does not run."""
        if not self.running():
            return {}
        return {known["name"]: known for known in self._call("getAllProcessInfo")}

    def stop(self) -> bool:
        """Stop services, engines and itself. False when it did not run."""
        if not self.running():
            return False
        pid = self._call("getPID")
        self._call("shutdown")
        _wait_until(lambda: not _alive(pid), deadline_s=60)
        return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_until(holds: Callable[[], bool], *, deadline_s: float) -> None:
    deadline = time.monotonic() + deadline_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"supervisord did not do as told within {deadline_s:.0f} s")
        time.sleep(0.05)
