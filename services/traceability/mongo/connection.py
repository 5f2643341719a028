"""The way to the store over the MongoDB protocol: how it is reached, and what its troubles mean.

Every write is `w=majority, j=True`, every read majority on the primary, whatever the URL says. motor and pymongo are
known here and in the other files of this name alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ReadPreference
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, ConnectionFailure, ExecutionTimeout, OperationFailure, WriteConcernError

from services.traceability.store.documents import Document
from wire.errors import Transient

Client = AsyncIOMotorClient[Document]
Database = AsyncIOMotorDatabase[Document]
Shared = AsyncIOMotorCollection[Document]
"""A collection, as the event loop uses it."""
InThread = Collection[Document]
"""The same, as a thread does that may wait."""
Value = TypeVar("Value")

KEYS_A_FIND = 32
"""`$in` of many keys costs more than its parts on the one-machine store: 32 take 7 ms, 100 take 40."""

EVENTS_AN_INSERT = 200
"""From there on an insert costs hardly less for each event, and the store waits longer for the first."""

PATIENCE = {"max_time_ms": 5_000}
"""For what somebody waits for; whoever gives up would otherwise leave the store walking through all events."""

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


def connect(url: str) -> Client:
    """A client that waits 2 s for a server, not the driver's 30.

    It repeats no write by itself: a compare-and-set whose answer was lost would find its own advance and call it
    another's. The guard asks what became of it, and tries again.
    """
    return AsyncIOMotorClient(
        url,
        retryWrites=False,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        read_preference=ReadPreference.PRIMARY,
        serverSelectionTimeoutMS=2000,
        connectTimeoutMS=2000,
        socketTimeoutMS=20000,
        tz_aware=True,
    )


def repeats(error: BulkWriteError) -> list[int]:
    """Positions of the events that were there. Raises Transient where the rest is not known to be durable."""
    problems = error.details["writeErrors"]
    codes = {problem["code"] for problem in problems} - {DUPLICATE}
    if codes - PASSING:
        raise error
    if codes or error.details["writeConcernErrors"]:
        raise Transient(f"the store did not take every event: {error.details}") from error
    return [problem["index"] for problem in problems]


def chunks(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))
