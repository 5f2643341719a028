"""The gRPC side of a service: health, reflection, identity, error mapping, limits, graceful stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from runtime.auth import TokenVerifier
from runtime.grpc_interceptors import CallGuard, Identify
from wire.envelope import MAX_CALL_ITEMS

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""500 items of the usual 1 to 30 KiB; a larger call is answered RESOURCE_EXHAUSTED by gRPC itself."""

MAX_CONCURRENT_CALLS = 256
LONGEST_CALL_S = 30.0
STOP_GRACE_S = 8.0
HURRY_AFTER_S = 5.0

_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.so_reuseport", 0),  # a port in use is an error, not two servers that share it unknowingly
)


@dataclass(frozen=True, slots=True)
class Servicer:
    """A service's implementation, the generated function that adds it, and its full name for health and reflection."""

    implementation: Any
    add: Callable[[Any, grpc.aio.Server], None]
    full_name: str


class GrpcServer:
    """Started, then told when it is ready, then stopped: running calls get `STOP_GRACE_S` to finish."""

    def __init__(
        self,
        servicers: Sequence[Servicer],
        *,
        port: int,
        verifier: TokenVerifier,
        host: str = "0.0.0.0",  # noqa: S104
    ) -> None:
        self._server = grpc.aio.server(
            interceptors=(CallGuard(longest_s=LONGEST_CALL_S), Identify(verifier)),
            options=_OPTIONS,
            maximum_concurrent_rpcs=MAX_CONCURRENT_CALLS,
        )
        self._health = health.aio.HealthServicer()
        self._names = [servicer.full_name for servicer in servicers]
        for servicer in servicers:
            servicer.add(servicer.implementation, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        self.port = self._server.add_insecure_port(f"{host}:{port}")

    async def start(self, *, ready: bool = True) -> None:
        await self.say(ready=ready)
        await self._server.start()

    async def say(self, *, ready: bool) -> None:
        """What health checks answer, for the server and each service."""
        status = health_pb2.HealthCheckResponse.SERVING if ready else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in ("", *self._names):
            await self._health.set(name, status)

    async def stop(self, hurry: Callable[[], None] = lambda: None) -> None:
        """Takes no more calls. `hurry` is called where some still run near the end of the grace: make them answer."""
        await self._health.enter_graceful_shutdown()
        stopping = asyncio.create_task(self._server.stop(STOP_GRACE_S))
        await asyncio.wait({stopping}, timeout=HURRY_AFTER_S)
        if not stopping.done():
            hurry()
        await stopping


async def serve(
    servicers: Sequence[Servicer],
    *,
    port: int,
    verifier: TokenVerifier,
    stop: asyncio.Event,
    hurry: Callable[[], None] = lambda: None,
    host: str = "0.0.0.0",  # noqa: S104
) -> None:
    """Until `stop` is set; `hurry` as for `GrpcServer.stop`."""
    server = GrpcServer(servicers, port=port, verifier=verifier, host=host)
    await server.start()
    await stop.wait()
    await server.stop(hurry)


__all__ = ["MAX_CALL_ITEMS", "MAX_MESSAGE_BYTES", "GrpcServer", "Servicer", "serve"]
