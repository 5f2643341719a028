"""Wires the identity service and runs it: `python -m services.identity`."""

from __future__ import annotations

import asyncio
import os
import time

from granian.constants import Interfaces
from granian.server.embed import Server

from runtime import config, logs, process
from services.identity.config import IdentityConfig
from services.identity.keys import SigningKey, admin_secret
from services.identity.sqlite import SqliteStore
from services.identity.web import Identity, application


async def run(settings: IdentityConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises ConfigError where others can read the key or the secret."""
    folder = settings.state_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = SqliteStore(folder / "identity.sqlite")
    identity = Identity(
        issuer=settings.issuer,
        admin_secret=admin_secret(folder / "admin.secret"),
        cards_key=settings.cards_key.value,
        keys=SigningKey(folder, store, now_s=_now_s),
        cards=store,
        grower_cards=store,
        now_s=_now_s,
        trouble=store.trouble,
    )
    app = application(identity)
    server = Server(app, settings.host, settings.http_port, interface=Interfaces.ASGI, log_enabled=False)
    serving, stopping = asyncio.create_task(server.serve()), asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.stop()  # type: ignore[no-untyped-call]
    await serving
    store.close()


def _now_s() -> int:
    return int(time.time())


if __name__ == "__main__":
    logs.configure("identity")
    process.run(lambda stop: run(config.read(IdentityConfig, os.environ), stop))
