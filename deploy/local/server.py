"""`Server`: one process on one folder, that can be stopped, killed and started again on the same folder."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.jars import EngineError


class Server:
    """Started on construction; ready when `answers()` is true. Output goes to `log`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        log: Path,
        answers: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        start_deadline_s: float = 90,
        wait: bool = True,
    ) -> None:
        self.name = name
        self._command = tuple(command)
        self._folder = folder
        self._log = log
        self._answers = answers
        self._environment = dict(environment) if environment is not None else None
        self._start_deadline_s = start_deadline_s
        self.start(wait=wait)

    @property
    def pid(self) -> int:
        """Process id of the present run."""
        return self._process.pid

    def start(self, *, wait: bool = True) -> None:
        """Start a new process on the same folder and, unless told otherwise, wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._leashed(),
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is ours to handle, in our order
            )
        if wait:
            self.wait_ready()

    def wait_ready(self) -> None:
        """Return when it answers. Raises EngineError when it ends or the deadline passes first."""
        deadline = time.monotonic() + self._start_deadline_s
        while not self._answers():
            if self._process.poll() is not None:
                raise EngineError(f"{self.name} ended with status {self._process.returncode}; see {self._log}.")
            if time.monotonic() > deadline:
                self.kill()
                raise EngineError(f"{self.name} did not answer within {self._start_deadline_s:.0f} s; see {self._log}.")
            time.sleep(0.05)

    def running(self) -> bool:
        """True while the process lives."""
        return self._process.poll() is None

    def stop(self, timeout_s: float = 20) -> None:
        """SIGTERM, then SIGKILL when it has not ended in time."""
        self.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL: no hook of the process runs."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def restart(self) -> None:
        """Start again on the same folder and port, stopping first when it still runs."""
        if self.running():
            self.stop()
        self.start()

    def _leashed(self) -> tuple[str, ...]:
        """The kernel ties a leash to the *thread* that started the child, so only the main thread may hold one."""
        if threading.current_thread() is not threading.main_thread():
            return self._command
        leash = str(Path(__file__).with_name("leash.py"))
        return (sys.executable, "-S", leash, str(os.getpid()), *self._command)


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """True when something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
