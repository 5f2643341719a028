"""Reach the outside material (`../shared` beside the project); tests that need it skip loudly where it is not."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def shared(*parts: str) -> Path:
    """The path of a file or folder of the outside material. Skips the calling test, or module, where it is missing."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"outside material ../shared/{'/'.join(parts)} is not beside the project", allow_module_level=True)
    return path
