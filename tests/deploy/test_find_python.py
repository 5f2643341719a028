"""A Python that fits is found, or one sentence says what is missing."""

import subprocess
import sys
from pathlib import Path

from deploy.local.site import ROOT

SCRIPT = ROOT / "deploy" / "local" / "find_python.sh"


def find(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """With nothing but `path` to look in."""
    return subprocess.run(
        ["/bin/sh", str(SCRIPT)], env={"PATH": str(path), **environment}, capture_output=True, text=True
    )


def put(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_the_newest_python_that_runs_is_taken_and_a_shim_that_does_not_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "python3.13", "exit 127")
    fits = put(tmp_path, "python3.12", f'exec {sys.executable} "$@"')
    found = find(tmp_path)
    assert (found.returncode, found.stdout.strip()) == (0, str(fits))


def test_a_machine_without_one_is_told_which_versions_fit(tmp_path: Path) -> None:
    put(tmp_path, "python3", "exit 1")
    found = find(tmp_path)
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "Python 3.11, 3.12 or 3.13" in found.stderr


def test_a_named_python_that_does_not_fit_is_named(tmp_path: Path) -> None:
    found = find(tmp_path, PYTHON="/opt/python3.9")
    assert found.returncode == 1
    assert found.stderr.startswith("PYTHON=/opt/python3.9 is not a Python from 3.11 to 3.13")
