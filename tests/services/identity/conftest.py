"""The real identity service, running in this process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from runtime.config import Secret
from services.identity.__main__ import run
from services.identity.config import IdentityConfig
from tests.services.running import free_port, until_answering

CARDS_KEY = "what the portal makes growers' cards with"


@dataclass(frozen=True)
class RunningIdentity:
    url: str
    folder: Path
    http: httpx.AsyncClient

    @property
    def secret(self) -> str:
        return (self.folder / "admin.secret").read_text()

    async def post(self, path: str, **asked: Any) -> httpx.Response:
        return await self.http.post(self.url + path, json=asked)

    async def as_admin(self, path: str, **asked: Any) -> dict[str, Any]:
        answer = await self.post(path, admin=self.secret, **asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest_asyncio.fixture
async def identity(tmp_path: Path) -> AsyncIterator[RunningIdentity]:
    port, stop = free_port(), asyncio.Event()
    url = f"http://127.0.0.1:{port}"
    settings = IdentityConfig(port, url, tmp_path / "identity", cards_key=Secret(CARDS_KEY))
    service = asyncio.create_task(run(settings, stop))
    async with httpx.AsyncClient() as http:
        await until_answering(f"{url}/ready", service)
        yield RunningIdentity(url, tmp_path / "identity", http)
    stop.set()
    await service
