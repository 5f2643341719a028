"""Work that only a service's own package may do (the store is behind it), run as a process of that package.

The process writes JSON objects, one a line: with `phase` they are progress, the last one is the result.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.failures import UNREADABLE, Failure
from cli.output import end_progress, print_progress

_ROOT = Path(__file__).resolve().parents[1]


def run(module: str, *arguments: str, settings: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """The result and the exit code of `python -m module`. `settings` are its SUYUAN_ keys. Raises Failure."""
    result: dict[str, Any] = {}
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env=_environ(settings),
        text=True,
        encoding="utf-8",
    ) as process:
        for line in process.stdout or ():
            said = _read(line)
            if "phase" in said:
                print_progress(_phase(said))
            elif said:
                result = said
        code = process.wait()
    end_progress()
    if not result:
        raise Failure(f"{module} ended without a result (exit code {code}); its log is above", UNREADABLE)
    return result, code


def _environ(settings: Mapping[str, str]) -> dict[str, str]:
    """A service refuses SUYUAN_ keys it does not know, so only its own are passed on."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SUYUAN_")}
    paths = os.pathsep.join((str(_ROOT), str(_ROOT / "build" / "generated")))
    return kept | {"PYTHONPATH": paths} | dict(settings)


def _read(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _phase(said: Mapping[str, Any]) -> str:
    more = ", ".join(f"{key} {value}" for key, value in said.items() if key != "phase")
    return f"{said['phase']}: {more}" if more else str(said["phase"])
