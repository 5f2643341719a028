"""Which gRPC status each kind of trouble has: one table, used by the one interceptor that maps errors."""

from __future__ import annotations

import grpc

from wire.errors import (
    NotFound,
    Overloaded,
    Rejected,
    Transient,
    Unacknowledged,
    Unauthenticated,
    Unauthorised,
)

STATUS: tuple[tuple[type[Exception], grpc.StatusCode], ...] = (
    (Rejected, grpc.StatusCode.INVALID_ARGUMENT),
    (NotFound, grpc.StatusCode.NOT_FOUND),
    (Unauthenticated, grpc.StatusCode.UNAUTHENTICATED),
    (Unauthorised, grpc.StatusCode.PERMISSION_DENIED),
    (Overloaded, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (Transient, grpc.StatusCode.UNAVAILABLE),
)
"""The first row whose type fits decides; what fits none is a bug, INTERNAL."""


def status_of(error: BaseException) -> grpc.StatusCode | None:
    """None for a bug."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), None)


__all__ = [
    "STATUS",
    "NotFound",
    "Overloaded",
    "Rejected",
    "Transient",
    "Unacknowledged",
    "Unauthenticated",
    "Unauthorised",
    "status_of",
]
