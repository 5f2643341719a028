"""Adds up days that are over before anybody asks: the first look at a month of readings would wait for all of them.

Which days those are comes from the store's feed, and where that begins from the store: of what came before, after a
rebuild all of it, the latest days first. Today's is left alone: its loggers report by the minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from epcis.readings import asset_and_day
from provenance.days import utc_day
from runtime import logs
from services.traceability.cold_chain.days import ColdDays
from wire.errors import Transient

LOOK_EVERY_S = 2.0
QUIET_S = 5.0
MOST_WAITING = 20_000
"""Days that wait; of more, those touched first are left to whoever asks for them."""

log = logs.get(__name__)


class DaySweep:
    """Follows the feed beside the caches."""

    def __init__(self, days: ColdDays, now_ms: Callable[[], int], *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._days = days
        self._now_ms = now_ms
        self._look_every_s = look_every_s
        self._touched: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def feed_begins(self) -> None:
        self._task = asyncio.create_task(self._run())

    def feed_breaks(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def changed(self, keys: Collection[str]) -> None:
        for key in keys:
            if "#" in key and asset_and_day(key):
                self._touched.pop(key, None)
                self._touched[key] = self._now_ms()
        while len(self._touched) > MOST_WAITING:
            del self._touched[next(iter(self._touched))]

    async def _run(self) -> None:
        await self._look_back()
        while True:
            await asyncio.sleep(self._look_every_s)
            for name in self._due():
                found = asset_and_day(name)
                self._touched.pop(name, None)
                try:
                    await self._days.read({found} if found else set(), points=False)
                except Transient:
                    pass  # whoever asks for it adds it up
                except Exception as error:  # of one day, and not of the next
                    log.warning("a day of readings was not added up beforehand", day=name, error=str(error))

    async def _look_back(self) -> None:
        """What was stored while no feed was followed."""
        try:
            names = await self._days.store.doubted_days(MOST_WAITING)
        except Exception as error:  # whoever asks for them adds them up
            log.warning("days of before are not added up beforehand", error=str(error))
            return
        for name in sorted(names, key=_day, reverse=True):
            self._touched.setdefault(name, 0)

    def _due(self) -> list[str]:
        """Over, and nothing came for a while."""
        now_ms = self._now_ms()
        today, quiet_ms = utc_day(now_ms), now_ms - round(QUIET_S * 1000)
        named = ((name, at, asset_and_day(name)) for name, at in self._touched.items())
        return [name for name, at, found in named if found and found[1] < today and at <= quiet_ms]


def _day(name: str) -> str:
    """What the name of a day ends in."""
    return name[-len("2026-09-12") :]
