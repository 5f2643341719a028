"""Work that only a service's own package may do (the store is behind it), run as a process of that package.

The process writes JSON objects, one a line: with `phase` they are progress, the last one is the result.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cli.endpoints import state_folder
from cli.failures import UNREADABLE, Failure
from cli.language import say
from cli.output import end_progress, print_progress
from wire.errors import Transient

_LINE = 160  # characters of a child's last words

_ROOT = Path(__file__).resolve().parents[1]


def run(module: str, *arguments: str, settings: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """The result and the exit code of `python -m module`. `settings` are its SUYUAN_ keys. Raises Failure."""
    log = state_folder() / "cli" / f"{module}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", module, *arguments]
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=_ROOT,
            env=_environ(settings),
            text=True,
            encoding="utf-8",
        )
        with process:
            result = _follow(process.stdout or ())
        code = process.wait()
    if not result and (away := _away(log)):
        raise Failure(say("{why}: is everything up? make status; more in {file}", why=away, file=log), UNREADABLE)
    if not result:
        said = "{program} ended without a result: {why}; more in {file}"
        raise Failure(say(said, program=module, why=_last_line(log), file=log), UNREADABLE)
    return result, code


def _follow(lines: Iterable[str]) -> dict[str, Any]:
    """Shows progress, and returns the last line that is none."""
    result: dict[str, Any] = {}
    for line in lines:
        said = _read(line)
        if "phase" in said:
            print_progress(_phase(said))
        elif said:
            result = said
    end_progress()
    return result


def _away(log: Path) -> str:
    """What did not answer, where that is why it ended; empty where it is not."""
    name, _, sentence = _last_line(log).partition(": ")
    return sentence.rstrip(".") if name == f"{Transient.__module__}.{Transient.__qualname__}" else ""


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), say("it said nothing"))
    return said if len(said) <= _LINE else said[:_LINE] + "…"


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
