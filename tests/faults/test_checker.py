"""The checker asks a store that may still be coming back from the last fault."""

from __future__ import annotations

import asyncio

from tests.faults.checker import answered
from wire.errors import Transient


def test_a_store_that_is_away_for_a_moment_is_asked_again() -> None:
    attempts: list[int] = []

    async def scan() -> str:
        attempts.append(1)
        if len(attempts) < 3:
            raise Transient("the store is away")
        return "all of it"

    assert asyncio.run(answered(scan)) == "all of it"
    assert len(attempts) == 3
