"""The MongoDB-protocol store of one machine: SecantusDB as a process of its own, never imported.

`python -m deploy.local.store FOLDER PORT [fast]` *becomes* the store. It always runs with `--sync-on-commit`: without
it the Rust build loses acknowledged writes when killed (measured).
"""

import os
import sys
from pathlib import Path

from deploy.local.jars import EngineError, engines_cache

FAST = "secantusd-rs"  # what `make store-fast` leaves in the engines cache


def store_command(folder: Path, port: int, *, fast: bool = False) -> tuple[str, ...]:
    """The command line of the store on `folder`. Raises EngineError when the program is not installed."""
    program = engines_cache() / "bin" / FAST if fast else Path(sys.executable).with_name("secantusd-py")
    if not program.exists():
        raise EngineError(f"{program} is not there; run `make {'store-fast' if fast else 'up'}` first.")
    options = ("--host", "127.0.0.1", "--port", str(port), "--storage-path", str(folder / "data"))
    return (str(program), *options, "--sync-on-commit", "--log-level", "WARNING")


def store_url(port: int) -> str:
    """The URL clients use; the driver finds the primary itself."""
    return f"mongodb://127.0.0.1:{port}/"


def main() -> None:
    """Never returns: the process becomes the store."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        command = store_command(folder, int(sys.argv[2]), fast="fast" in sys.argv[3:])
    except EngineError as problem:
        sys.exit(str(problem))
    os.chdir(folder)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
