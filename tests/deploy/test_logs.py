"""What `make logs` shows."""

import json
import os
import subprocess
import sys
from pathlib import Path

from deploy.local.logs import readable
from tests.cli.command import ROOT


def test_a_line_of_json_is_shown_as_words() -> None:
    said = {"topic": "t", "event": "record set aside", "service": "labels", "level": "error"}
    line = json.dumps(said | {"timestamp": "2026-11-22T21:28:29.167054Z"})
    assert readable(line) == "21:28:29.167  labels  error  record set aside  topic=t"


def test_an_exception_is_one_line_and_what_is_no_json_stays_as_it_is() -> None:
    broken = '{"event":"request failed","exception":[{"exc_type":"KeyError","exc_value":"x","frames":[]}]}'
    assert readable(broken) == "request failed  KeyError: x"
    assert [readable(line) for line in ("==> kafka.log <==", "[1, 2]", "7")] == ["==> kafka.log <==", "[1, 2]", "7"]


def test_a_log_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "portal.log").touch()
    finished = subprocess.run(
        [sys.executable, "-m", "deploy.local.logs", "nosuch"],
        cwd=ROOT,
        env={**os.environ, "VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr == "suyuan: there is no log of nosuch; there are: portal\n"
