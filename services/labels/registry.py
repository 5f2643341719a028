"""What of the registry decides about labels, from this process's own copy of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from provenance.access.authority import mandated
from provenance.days import china_day
from provenance.registry.records import Brand
from services.labels.access import LABEL
from stream.registry_view import RegistryView

Found = TypeVar("Found")


class ViewedRegister:
    """`services.labels.access.Register`. A copy that is late refuses nobody: it is asked again at the topic's end."""

    def __init__(self, view: RegistryView, *, now_ms: Callable[[], int]) -> None:
        self._view, self._now_ms = view, now_ms

    async def brand(self, id: str, gtin: str) -> Brand | None:
        """Raises Transient."""
        return await self._sure(partial(self._brand, id, f"https://id.gs1.org/01/{gtin}"))

    async def mandated(self, owner: str, party: str) -> bool:
        """Raises Transient."""
        # Labels are of a lot, not of a place: a mandate for some sites gives none of them.
        actions, today = frozenset({LABEL}), china_day(self._now_ms())
        return await self._sure(partial(mandated, owner, party, actions, "", self._view, today))

    def _brand(self, id: str, product: str) -> Brand | None:
        today = china_day(self._now_ms())
        return self._view.brand(id, today) if id else next(iter(self._view.brands_of(product, today)), None)

    async def _sure(self, look: Callable[[], Found]) -> Found:
        if found := look():
            return found
        await self._view.caught_up()
        return look()
