"""Wires the identity service and runs it: `python -m services.identity`."""

from __future__ import annotations

import asyncio
import os
import time

from runtime import config, logs, process
from runtime.http_server import serve_http
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
    await serve_http(app, host=settings.host, port=settings.http_port, stop=stop)
    store.close()


def _now_s() -> int:
    return int(time.time())


if __name__ == "__main__":
    logs.configure("identity")
    process.run(lambda stop: run(config.read(IdentityConfig, os.environ), stop))
