"""One issuer for all services that are run inside the tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.identity.__main__ import run as run_identity
from services.identity.config import IdentityConfig
from tests.services.running import Site, free_port, running


@pytest_asyncio.fixture(scope="module")
async def site(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A place of the module's own on the real broker, with the topics of registry and capture."""
    folder: Path = tmp_path_factory.mktemp("site")
    url = f"http://127.0.0.1:{(port := free_port())}"
    async with running(run_identity, IdentityConfig(port, url, folder / "identity"), f"{url}/ready"):
        made = Site(kafka_bootstrap, f"t{folder.name}{port}", folder, url)
        await made.create_topics()
        yield made
