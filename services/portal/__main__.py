"""Wires the portal and runs it: `python -m services.portal`."""

from __future__ import annotations

import asyncio
import os

from runtime import config, logs, process
from runtime.health import Health
from runtime.http_server import serve_http
from services.portal.app import Settings, build
from services.portal.config import PortalConfig
from services.portal.http.addresses import read_networks
from services.portal.http.probes import Probes
from services.portal.wiring import connected


async def run(settings: PortalConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises BrokerAway where no broker answers at the start."""
    health = Health()
    async with connected(settings, health) as upstream:
        app = build(upstream, _settings(settings))
        app.router.routes.extend(Probes(health).routes())
        await serve_http(app, host=settings.host, port=settings.http_port, stop=stop)


def _settings(settings: PortalConfig) -> Settings:
    return Settings(
        public_url=settings.public_url,
        session_key=settings.session_key.value.encode(),
        id_base=settings.id_base,
        requests_per_second=settings.requests_per_second,
        sign_ins_per_minute=settings.sign_ins_per_minute,
        trusted_proxies=read_networks(settings.trusted_proxies),
        place_headers=tuple(settings.place_headers.replace(",", " ").split()),
    )


if __name__ == "__main__":
    logs.configure("portal")
    process.run(lambda stop: run(config.read(PortalConfig, os.environ), stop))
