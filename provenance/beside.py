"""What a claim rests on that no event of the thing's own history says: read beside it, for this claim alone.

A field for each such fact, empty where nothing was read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beside:
    """Facts read for one claim; each rule takes its own."""


NOTHING = Beside()
