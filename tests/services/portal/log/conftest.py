"""A station's program, and anybody's."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.services.portal.conftest import client
from tests.services.portal.upstream import Behind


@pytest_asyncio.fixture
async def api(world: Behind) -> AsyncIterator[httpx.AsyncClient]:
    async with client(world) as opened:
        opened.headers["authorization"] = "Bearer station-token"
        yield opened


@pytest_asyncio.fixture
async def public(world: Behind) -> AsyncIterator[httpx.AsyncClient]:
    async with client(world) as opened:
        yield opened
