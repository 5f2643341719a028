"""Makes `.venv` with the pinned dependencies, the path to this working copy and the `suyuan` command.

Runs under any Python 3.11 to 3.13 with nothing installed. A second run finds its own mark and takes no time.
"""

import hashlib
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv"
PINNED = ROOT / "requirements" / "develop.txt"
NEEDED_BYTES = 2_500_000_000  # .venv 1.3 GB at its largest moment, the engines, and room for a season of data

# No path with a space can stand in the first line of a script. -P: a folder `cli` where one happens to be is not ours.
SUYUAN = """#!/bin/sh
exec {python} -P -m cli "$@"
"""


class InstallError(RuntimeError):
    """One sentence for the person who typed `make`."""


def main() -> None:
    """Exit 0 when `.venv` is complete, else 1 with one sentence."""
    try:
        if not _complete():
            _require_room()
            _make_environment()
            _install_pinned()
        _link_working_copy()
        _installed_mark().write_text(_wanted())
    except (InstallError, OSError) as problem:
        sys.exit(f"suyuan: {problem}")


def _wanted() -> str:
    """What the mark must say: the requirements, and the place, as scripts of an environment do not survive a move."""
    return hashlib.sha256(PINNED.read_bytes() + str(VENV).encode()).hexdigest()


def _installed_mark() -> Path:
    return VENV / "installed.sha256"


def _complete() -> bool:
    mark = _installed_mark()
    return mark.exists() and mark.read_text() == _wanted() and _python().exists()


def _python() -> Path:
    return VENV / "bin" / "python"


def _require_room() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise InstallError(f"{free // 10**6} MB are free on the disk of {ROOT}, {NEEDED_BYTES // 10**6} MB are needed.")


def _make_environment() -> None:
    if not _runs(_python()):
        print("making .venv ...", flush=True)
        venv.create(VENV, with_pip=True, clear=True)


def _runs(python: Path) -> bool:
    """An environment whose Python was removed, or is of another version than we support, is made anew."""
    check = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    return python.exists() and subprocess.run([python, "-c", check], capture_output=True).returncode == 0


def _install_pinned() -> None:
    packages = sum("==" in line for line in PINNED.read_text().splitlines())
    print(f"installing {packages} pinned packages (once, one to three minutes) ...", flush=True)
    options = ("--require-hashes", "--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off")
    command = [str(_python()), "-m", "pip", "install", *options, "-r", str(PINNED)]
    if subprocess.run(command).returncode:
        raise InstallError("the pinned packages could not be installed; the lines above say why. Run again to go on.")


def _link_working_copy() -> None:
    """The packages of this working copy and the generated messages, importable; `suyuan`, runnable."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.check_output([_python(), "-c", ask], text=True).strip())
    (packages / "suyuan.pth").write_text(f"{ROOT}\n{ROOT / 'build' / 'generated'}\n")
    command = VENV / "bin" / "suyuan"
    command.write_text(SUYUAN.format(python=shlex.quote(str(_python()))))
    command.chmod(0o755)


if __name__ == "__main__":
    main()
