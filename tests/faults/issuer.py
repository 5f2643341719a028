"""The issuer of the system's tokens, as a process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from deploy.local.ports import free_port
from tests.faults.kept import Kept
from tests.faults.waiting import until

PARTY = "https://id.gs1.org/417/9521234000006"


class Issuer:
    def __init__(self, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._state = folder / "identity"
        settings = {
            "SUYUAN_HTTP_PORT": str(port),
            "SUYUAN_ISSUER": self.url,
            "SUYUAN_STATE_FOLDER": str(self._state),
        }
        self.process = Kept("identity", "services.identity", settings, logs=folder)

    async def token(self) -> str:
        """For one who may report for anybody, for a day."""
        given: list[str] = []

        async def answers() -> bool:
            given.extend(await self._asked())
            return bool(given)

        await until(answers, "a token given")
        return given[0]

    async def _asked(self) -> list[str]:
        """Nothing while the issuer is not up."""
        try:
            secret = await asyncio.to_thread((self._state / "admin.secret").read_text)
            asked = {"admin": secret, "party": PARTY, "roles": ["importer"], "hours": 24}
            async with httpx.AsyncClient() as client:
                answer = await client.post(f"{self.url}/token", json=asked)
        except (OSError, httpx.HTTPError):
            return []
        return [str(answer.json()["token"])]
