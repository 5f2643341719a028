"""The handlers, each bound to the ports it needs; and what a start finishes before anybody may call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

from services.labels import handlers, handlers_looking, handlers_rolls, handlers_voids
from services.labels.access import Register
from services.labels.bulk import check_all
from services.labels.looked import look_ups_of
from services.labels.ports import ClaimSource, Ledger, Publisher, Rolls, Voids
from services.labels.read_together import SharedLooks, SharedRows
from services.labels.rpc import Calls, Signing
from services.labels.scans_ports import Scans
from services.labels.scratch import check_secret
from wire.errors import Transient

UNTOLD_S = 30.0
"""So old is what a caller is not still at."""


@dataclass(frozen=True, slots=True)
class Ports:
    ledger: Ledger
    rolls: Rolls
    voids: Voids
    publisher: Publisher
    claims: ClaimSource
    register: Register
    scans: Scans

    async def finish_interrupted(self, *, before_ms: float = inf) -> int:
        """What an earlier process began, or this one before then. Returns how many."""
        on: dict[str, Any] = {"ledger": self.ledger, "publisher": self.publisher, "before_ms": before_ms}
        finished = await handlers.finish_interrupted(**on)
        finished += await handlers_rolls.finish_interrupted(**on, rolls=self.rolls)
        return finished + await handlers_voids.finish_interrupted(**on, voids=self.voids)

    @asynccontextmanager
    async def finishing(self, *, now_ms: Callable[[], int]) -> AsyncIterator[None]:
        """`keep_finishing`, while this is open."""
        task = asyncio.create_task(self.keep_finishing(now_ms=now_ms))
        try:
            yield
        finally:
            task.cancel()

    async def keep_finishing(self, *, now_ms: Callable[[], int], every_s: float = UNTOLD_S) -> None:
        """Without end. What a moment without a broker left untold is told when it is back, not at the next start."""
        while True:
            await asyncio.sleep(every_s)
            with suppress(Transient):  # the next round tries again
                await self.finish_interrupted(before_ms=now_ms() - every_s * 1000)

    def calls(self, signing: Signing, *, new_seed: Callable[[], bytes], now_ms: Callable[[], int]) -> Calls:
        ledger, rolls, publisher, claims = self.ledger, self.rolls, self.publisher, self.claims
        made: dict[str, Any] = {"ledger": ledger, "publisher": publisher}
        looked: dict[str, Any] = {"ledger": ledger, "rolls": rolls, "register": self.register}
        on_rolls = {**made, **looked, "now_ms": now_ms}
        check = partial(
            handlers.check,
            public_url=signing.public_url,
            issuer=signing.issuer,
            keys=signing.keys.verifying,
            revoked_ms=signing.keys.revoked_ms,
        )
        return Calls(
            issue=partial(handlers.issue, **made, claims=claims, new_seed=new_seed, now_ms=now_ms),
            ordered=partial(handlers.ordered, **made, claims=claims),
            issue_roll=partial(handlers_rolls.issue_roll, **on_rolls, new_seed=new_seed),
            printed=partial(handlers_rolls.printed, **made, rolls=rolls),
            bind=partial(handlers_rolls.bind, **on_rolls, claims=claims),
            give_back=partial(handlers_rolls.give_back, **on_rolls),
            make_void=partial(handlers_voids.make_void, **made, rolls=rolls, voids=self.voids, now_ms=now_ms),
            roll=partial(handlers_looking.roll, **looked),
            rolls=partial(handlers_looking.listed, ledger=ledger, rolls=rolls),
            orders=partial(handlers_looking.orders, ledger=ledger),
            between=partial(handlers_looking.between, **looked),
            check_secret=partial(check_secret, key=signing.scratch_key, tries=ledger, now_ms=now_ms),
            check=partial(check, ledger=SharedRows(ledger), rolls=rolls),
            looked=partial(look_ups_of, scans=SharedLooks(self.scans), now_ms=now_ms),
            check_all=partial(check_all, check=check, ledger=ledger, rolls=rolls),
        )
