"""The kinds of trouble every process tells apart by type. Anything that is none of these is a bug.

`runtime.errors` turns them into gRPC status codes; `stream.guard` into dead letters and retries.
"""

from __future__ import annotations

from collections.abc import Sequence

from epcis.problems import Problem


class Rejected(ValueError):
    """Bad data: never right however often it is tried. The message is for the person who sent it."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotFound(LookupError):
    """Nothing of that name is known."""


class Unauthorised(PermissionError):
    """The caller is known, or public, and may not do this."""


class Unauthenticated(PermissionError):
    """A token was sent and it is not valid."""


class Transient(RuntimeError):
    """It may work when tried again: the broker or the store is away, a view is late."""


class Unacknowledged(Transient):
    """Unknown whether recorded. The item is RETRY; sending again is harmless."""


class Overloaded(Transient):
    """A bound on memory was reached; `retry_after_s` is a fair time to wait."""

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
