"""Channels to other services, with the limits and keepalive the servers expect, and the caller's token passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import grpc

from runtime.auth import current_token

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
DEFAULT_TIMEOUT_S = 10.0

_OPTIONS: Sequence[tuple[str, int | str]] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.lb_policy_name", "round_robin"),  # over all addresses of a name: a cluster has one for each replica
)


def channel(target: str, *, token: Callable[[], str] = current_token) -> grpc.aio.Channel:
    """A channel to `host:port`. Each call carries `token()` as bearer and a deadline, 10 s unless it names its own."""
    return grpc.aio.insecure_channel(target, options=_OPTIONS, interceptors=(_Outgoing(token),))


class _Outgoing(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc, type-arg, unused-ignore]
    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    async def intercept_unary_unary(self, continuation: Any, details: grpc.aio.ClientCallDetails, request: Any) -> Any:
        return await continuation(_with_token_and_deadline(details, self._token()), request)


def _with_token_and_deadline(details: grpc.aio.ClientCallDetails, token: str) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    if token and metadata.get("authorization") is None:
        metadata.add("authorization", f"Bearer {token}")
    return grpc.aio.ClientCallDetails(
        method=details.method,
        timeout=DEFAULT_TIMEOUT_S if details.timeout is None else details.timeout,
        metadata=metadata,
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
    )
