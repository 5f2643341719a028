"""`make store-fast`: builds the Rust build of the store into the engines cache, for benchmarks.

Needs cargo, cmake and swig; about six minutes on two cores. It too always runs with `--sync-on-commit`.
"""

import shutil
import subprocess
import sys

from deploy.local.jars import engines_cache
from deploy.local.store import FAST

CRATE, VERSION = "secantus-mdb", "0.5.3-beta.196"
TOOLS = ("cargo", "cmake", "swig")


def main() -> None:
    """Exit 0 when the program is in the cache."""
    program = engines_cache() / "bin" / FAST
    if program.exists():
        sys.exit(0)
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        sys.exit(f"suyuan: building the Rust store needs {', '.join(missing)} on the PATH.")
    print("building the Rust store (about six minutes) ...", flush=True)
    options = ("--version", VERSION, "--ignore-rust-version", "--locked", "--root", str(engines_cache()))
    if subprocess.run(["cargo", "install", CRATE, *options]).returncode or not program.exists():
        sys.exit(f"suyuan: the build did not leave {program}; the lines above say why.")


if __name__ == "__main__":
    main()
