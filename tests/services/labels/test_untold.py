"""What a moment without a broker left untold is told by the process that is running."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from services.labels.wiring import Ports
from tests.services.labels.packing import PackingHouse
from tests.services.running import eventually
from wire.errors import Transient, Unacknowledged

LATE_MS = 100_000


class Away:
    """A topic without a broker, as often as it is asked for."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def publish(self, *_: Any) -> None:
        if self.times:
            self.times -= 1
            raise Unacknowledged("no broker")

    publish_roll = publish_void = publish


async def test_orders_scans_and_voidings_are_told_when_the_broker_is_back(house: PackingHouse) -> None:
    roll, made = await house.print_roll(), await house.issue("r1", 2)
    away = Away(4)
    house.publish = house.publish_void = away.publish  # type: ignore[method-assign, assignment]
    for untold in (house.issue("r2", 1), house.bind("b1", roll[0], roll[1]), house.make_void("v1", made[:1])):
        with pytest.raises(Transient):
            await untold
    left = {one.order.request_id for one in await house.ledger.unpublished()} | {
        one.request_id for one in await house.voids.unpublished()
    }
    assert left == {"r2", "b1", "v1"}

    none = cast(Any, None)
    ports = Ports(house.ledger, house.rolls, house.voids, cast(Any, away), claims=none, register=none, scans=none)
    finishing = asyncio.create_task(ports.keep_finishing(now_ms=lambda: LATE_MS, every_s=0.01))

    async def all_told() -> bool:
        return not await house.ledger.unpublished() and not await house.voids.unpublished()

    await eventually(all_told)
    finishing.cancel()
    assert not away.times, "it was away once more, and asked again"


async def test_what_a_caller_is_still_at_is_left_to_it(house: PackingHouse) -> None:
    house.publish = Away(1).publish  # type: ignore[method-assign, assignment]
    with pytest.raises(Transient):
        await house.issue("r1", 1)
    none = cast(Any, None)
    ports = Ports(house.ledger, house.rolls, house.voids, cast(Any, Away(0)), claims=none, register=none, scans=none)
    assert [await ports.finish_interrupted(before_ms=now_ms) for now_ms in (1_000, 1_001)] == [0, 1]
