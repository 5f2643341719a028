"""What is committed, as the tests of this folder see it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("epcis", "provenance", "wire", "stream", "runtime", "services", "cli", "simulator", "deploy", "bench")


def committed() -> list[Path]:
    """Files git knows or would take, relative to the root; a copy without git is walked instead."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in listing.splitlines() if (ROOT / line).is_file()]


def product_modules() -> Iterator[Path]:
    """Python files of the product, tests excluded."""
    return (path for path in committed() if path.suffix == ".py" and path.parts[0] in PRODUCT)
