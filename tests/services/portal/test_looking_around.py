"""A report does not wait for services that do not answer: nothing is asked about it then."""

import asyncio
from typing import Any

import httpx
import pytest

from services.portal.reporting import looking_around
from services.portal.reporting.fields import nested
from tests.services.portal.test_forms import EVERY_FORM
from tests.services.portal.upstream import Behind

NAME = "5f0c2f3e-58f8-4c4e-9a43-3c4b3bd1d8a1"


@pytest.mark.parametrize("noun", ["deliveries", "packing", "sales"])
async def test_where_histories_hang_a_true_report_is_recorded(
    noun: str, program: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hanging(*_: Any, **__: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(looking_around, "LOOKS_S", 0.05)
    for name in ("named_by_others", "history"):
        monkeypatch.setattr(world.log, name, hanging)
    told = {**nested([*EVERY_FORM[noun].items()]), "at": "2026-09-12T06:30", "event_id": NAME}
    async with asyncio.timeout(20):
        sent = await program.post(f"/api/{noun}", json=told, headers={"Authorization": "Bearer operator.x.token"})
    assert sent.status_code == 201, sent.text
