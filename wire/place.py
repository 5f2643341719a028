"""Where a record lies in the log, for those who need not know the log."""

from __future__ import annotations

from typing import Protocol


class Place(Protocol):
    """`stream.receipts.Receipt`."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...

    @property
    def offset(self) -> int: ...
