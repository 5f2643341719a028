"""Messages on their way: each until the platform acknowledges it, later and later, until it is given up.

At least once: a message is taken out only after it was acknowledged, so a process that is killed between sends it again
under the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Protocol

from provenance.registry.records import Subscription
from runtime import logs
from runtime.metrics import WEBHOOKS
from services.labels.listings.ports import Message, Tellings
from services.labels.listings.signing import Signer

FIRST_WAIT_MS = 5_000
LONGEST_WAIT_MS = 6 * 60 * 60 * 1000
MOST_ATTEMPTS = 12
"""The last about a day after the first."""

GONE = 410
"""The platform says it wants no more (RFC 9110, 15.5.11)."""

log = logs.get(__name__)


class Post(Protocol):
    def __call__(self, url: str, headers: dict[str, str], body: bytes) -> Awaitable[int]:
        """The status of the answer. Raises NotSent where there is none."""
        ...


class NotSent(Exception):
    """No answer was had; the sentence says why."""


def wait_ms(attempts: int) -> int:
    """After so many attempts that failed: 5 s, then four times as long each time, up to six hours."""
    return min(FIRST_WAIT_MS << 2 * (attempts - 1), LONGEST_WAIT_MS)


class Delivering:
    """One platform that hangs holds up no other: each has a task of its own, which sends one message after another."""

    def __init__(
        self,
        *,
        tellings: Tellings,
        signer: Signer,
        post: Post,
        subscription: Callable[[str, date], Subscription | None],
        today: Callable[[], date],
        now_ms: Callable[[], int],
    ) -> None:
        self._tellings = tellings
        self._signer = signer
        self._post = post
        self._subscription = subscription
        self._today = today
        self._now_ms = now_ms
        self._sending: dict[str, asyncio.Task[None]] = {}

    async def begin(self) -> None:
        """Starts on what is due of platforms with nothing under way: only so much is read at once, and what one keeps
        waiting would fill it. Raises what ended an earlier task."""
        for done in [name for name, task in self._sending.items() if task.done()]:
            self._sending.pop(done).result()
        by_subscription: dict[str, list[Message]] = {}
        for message in await self._tellings.due(self._now_ms(), but=self._sending.keys()):
            by_subscription.setdefault(message.subscription, []).append(message)
        for name, messages in by_subscription.items():
            self._sending[name] = asyncio.create_task(self._send_all(messages))

    async def close(self) -> None:
        for task in self._sending.values():
            task.cancel()
        await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def _send_all(self, messages: Iterable[Message]) -> None:
        for message in messages:
            await self.send(message)

    async def send(self, message: Message) -> None:
        subscription = self._subscription(message.subscription, self._today())
        if subscription is None:
            await self._give_up(message, "the subscription has ended")
        elif (why := await self._sent(subscription.url, message)) is None:
            WEBHOOKS.labels("delivered").inc()
            await self._tellings.told(message, now_ms=self._now_ms())
        elif message.attempts + 1 >= MOST_ATTEMPTS or why == str(GONE):
            await self._give_up(message, why)
        else:
            WEBHOOKS.labels("retried").inc()
            await self._tellings.later(message, due_ms=self._now_ms() + wait_ms(message.attempts + 1), why=why)
            log.info("a platform was not told", subscription=message.subscription, message=message.id, why=why)

    async def _sent(self, url: str, message: Message) -> str | None:
        """None where it was acknowledged, else why not. The time is that of the attempt, and signed with the rest."""
        now_s = self._now_ms() // 1000
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(now_s),
            "webhook-signature": self._signer.webhook(message.id, now_s, message.body),
        }
        try:
            status = await self._post(url, headers, message.body)
        except NotSent as error:
            return str(error)
        return None if 200 <= status < 300 else str(status)

    async def _give_up(self, message: Message, why: str) -> None:
        WEBHOOKS.labels("given_up").inc()
        log.error("a platform was given up", subscription=message.subscription, message=message.id, why=why)
        await self._tellings.give_up(message, now_ms=self._now_ms(), why=why)
