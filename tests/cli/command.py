"""Runs the real command as a process of its own, the way a person or a script does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def suyuan(
    *arguments: str | Path, given: bytes = b"", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`given` is what comes in by the pipe; `environ` is added to this process's environment."""
    finished = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(
        finished.args, finished.returncode, finished.stdout.decode(), finished.stderr.decode()
    )
