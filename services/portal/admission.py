"""Admission by the portal's own registry view, so that a whole document is judged before any of it is published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import orjson

from epcis.problems import Problem, errors
from provenance.access.admission import Admitted, Refused, Report, admit, examine
from provenance.access.authority import Principal
from provenance.access.declaring import may_declare
from provenance.days import china_day
from provenance.registry.records import Registry

AT_ONCE = 50
"""Events judged, about 5 ms, before other requests get their turn."""


class LiveRegistry(Registry, Protocol):
    async def caught_up(self, timeout_s: float = 2.0) -> None:
        """Until the registry's present end is applied. Raises Transient."""


class RegistryAdmission:
    """The service that records an event decides again; what only it can know it may still reject."""

    def __init__(self, *, registry: LiveRegistry, now_ms: Callable[[], int]) -> None:
        self._registry = registry
        self._now_ms = now_ms

    def may_declare(self, party: str, on: date | None = None) -> bool:
        return may_declare(self._registry, party, on or china_day(self._now_ms()))

    async def refusals(
        self, bodies: Sequence[Mapping[str, Any]], principal: Principal, sent_time_ms: int
    ) -> Sequence[Sequence[Problem]]:
        refused: list[Sequence[Problem]] = []
        for number, body in enumerate(bodies):
            refused.append(await self._refusals(Report(orjson.dumps(body), sent_time_ms), principal))
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        return refused

    async def _refusals(self, report: Report, principal: Principal) -> Sequence[Problem]:
        found = self._judge(report, principal)
        if isinstance(found, Refused) and found.registry_may_be_late:
            await self._registry.caught_up()
            found = self._judge(report, principal)
        return errors(found.problems) if isinstance(found, Refused) else ()

    def _judge(self, report: Report, principal: Principal) -> Admitted | Refused:
        examined = examine(report, now_ms=self._now_ms(), elsewhere=lambda body: None, checks=lambda event, latest: ())
        return (
            examined if isinstance(examined, Refused) else admit(examined, principal=principal, registry=self._registry)
        )
