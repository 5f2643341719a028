"""What goes wrong over the MongoDB protocol, in the port's terms: away for a while, a repeat, or a bug of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    WriteConcernError,
)

from wire.errors import Transient

DUPLICATE = 11000

PASSING = frozenset({6, 7, 43, 89, 91, 112, 136, 189, 246, 262, 286, 9001, 10107, 11600, 11602, 13435, 13436})
"""Error codes of a server that is unreachable, ending, stepping down, in conflict or late. Any other is a bug."""


@contextmanager
def unavailable() -> Iterator[None]:
    """What the driver raises for a store that is away, or cannot promise durability, becomes the port's exception."""
    try:
        yield
    except (ConnectionFailure, WriteConcernError, ExecutionTimeout) as error:
        raise Transient(f"the store did not answer: {error}") from error
    except OperationFailure as error:
        if error.code not in PASSING:
            raise
        raise Transient(f"the store did not answer: {error}") from error


def repeats(error: BulkWriteError) -> list[int]:
    """Positions of the events that were there. Raises Transient where the rest is not known to be durable."""
    problems = error.details["writeErrors"]
    codes = {problem["code"] for problem in problems} - {DUPLICATE}
    if codes - PASSING:
        raise error
    if codes or error.details["writeConcernErrors"]:
        raise Transient(f"the store did not take every event: {error.details}") from error
    return [problem["index"] for problem in problems]
