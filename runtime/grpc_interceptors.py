"""What happens around every gRPC call: a deadline, who is calling, how an error becomes a status, what is counted."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from runtime import logs
from runtime.auth import TokenVerifier, become
from runtime.errors import Overloaded, status_of
from runtime.metrics import CALL_SECONDS, CALLS

log = logs.get(__name__)

Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]
Behaviour = Callable[[Any, Any], Awaitable[Any]]


class UnaryInterceptor(grpc.aio.ServerInterceptor):
    """Wraps the behaviour of unary methods; streams (health's Watch, reflection) pass as they are."""

    def __init__(self) -> None:
        self._wrapped: dict[str, tuple[Any, Any]] = {}

    async def intercept_service(self, continuation: Continuation, details: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(details)
        if handler is None or handler.unary_unary is None:
            return handler
        of, wrapped = self._wrapped.get(details.method, (None, None))
        if of is not handler:  # once a method, not once a call
            wrapped = self._wrap(handler, details.method)
            self._wrapped[details.method] = handler, wrapped
        return wrapped

    def _wrap(self, handler: Any, method: str) -> Any:
        return grpc.unary_unary_rpc_method_handler(
            self.around(handler.unary_unary, method),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def around(self, behaviour: Behaviour, method: str) -> Behaviour:
        raise NotImplementedError


class CallGuard(UnaryInterceptor):
    """Outermost: bounds the call's time, maps errors by `runtime.errors.STATUS`, counts."""

    def __init__(self, *, longest_s: float) -> None:
        super().__init__()
        self._longest_s = longest_s

    def around(self, behaviour: Behaviour, method: str) -> Behaviour:
        seconds = CALL_SECONDS.labels(method)

        async def guarded(request: Any, context: Any) -> Any:
            started = time.perf_counter()
            status = grpc.StatusCode.OK
            try:
                async with asyncio.timeout(self._allowed_s(context)):
                    return await behaviour(request, context)
            except Exception as error:
                status, message = _explained(error, method)
                _add_retry_after(context, error)
                await context.abort(status, message)
            finally:
                seconds.observe(time.perf_counter() - started)
                CALLS.labels(method, status.name).inc()

        return guarded

    def _allowed_s(self, context: Any) -> float:
        remaining = context.time_remaining()
        return self._longest_s if remaining is None else min(self._longest_s, remaining)


class Identify(UnaryInterceptor):
    """Innermost: `runtime.auth.current_principal()` answers for the call. Raises Unauthenticated for a bad token."""

    def __init__(self, verifier: TokenVerifier) -> None:
        super().__init__()
        self._verifier = verifier

    def around(self, behaviour: Behaviour, method: str) -> Behaviour:
        async def identified(request: Any, context: Any) -> Any:
            token = bearer_token(context.invocation_metadata())
            become(await self._verifier.principal(token), token)
            return await behaviour(request, context)

        return identified


def bearer_token(metadata: Any) -> str:
    """Empty where the call carries none."""
    for key, value in metadata or ():
        if key == "authorization" and value[:7].lower() == "bearer ":
            return str(value[7:]).strip()
    return ""


def _explained(error: Exception, method: str) -> tuple[grpc.StatusCode, str]:
    """The status and the sentence for the caller; a bug gets an id that is in the log with its traceback."""
    if isinstance(error, TimeoutError):
        return grpc.StatusCode.DEADLINE_EXCEEDED, "the answer was not ready in time"
    if (status := status_of(error)) is not None:
        return status, str(error)
    bug = secrets.token_hex(6)
    log.error("call failed", bug=bug, method=method, exc_info=error)
    return grpc.StatusCode.INTERNAL, f"a fault of ours, noted as {bug}"


def _add_retry_after(context: Any, error: Exception) -> None:
    if isinstance(error, Overloaded):
        context.set_trailing_metadata((("retry-after", str(error.retry_after_s)),))
