"""Looking for changes and sending what is due, round after round, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from runtime import logs
from runtime.health import Health, not_yet
from runtime.metrics import WEBHOOKS_GIVEN_UP, WEBHOOKS_WAITING
from services.labels.listings.delivering import Delivering
from services.labels.listings.mongo import MongoBooks, MongoTellings
from wire.errors import Transient

PAUSE_S = 1.0
"""Between the end of a round and the next: where there is much to look at, rounds take longer and none piles up."""

RETRY_S = 2.0

log = logs.get(__name__)


async def rounds(
    books: MongoBooks,
    tellings: MongoTellings,
    look: Callable[[], Awaitable[int]],
    delivering: Delivering,
    health: Health,
) -> None:
    """Raises a bug; what is away is waited for."""
    health.ready["listings"], ready = not_yet("the registry and the ledger were not read yet")
    while True:
        try:
            await books.prepare()
            await tellings.prepare()
            while True:
                await delivering.begin()
                await look()
                await delivering.begin()
                WEBHOOKS_WAITING.set(await tellings.waiting())
                WEBHOOKS_GIVEN_UP.set(await tellings.given_up())
                ready()
                await asyncio.sleep(PAUSE_S)
        except Transient as error:
            log.warning("platforms waited", error=str(error))
            await asyncio.sleep(RETRY_S)
