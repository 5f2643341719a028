"""What the portal asks of the log. The promised exceptions are those of `wire.errors`, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stream.receipts import Receipt


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest checkpoint, and verifier keys of signed notes, of which the first signs."""

    checkpoint: str
    keys: tuple[str, ...]


class Log(Protocol):
    async def promises(self, records: Sequence[tuple[str, Receipt]], *, token: str, timeout_s: float) -> Sequence[str]:
        """Signed notes for events by record id and where each lies, in their order.

        Raises NotFound where one does not lie there, Unauthorised where another reported it, Transient.
        """
        ...

    async def proof(self, record_id: str, *, token: str, timeout_s: float) -> str:
        """A tlog-proof. Raises NotFound until a checkpoint covers it, Unauthenticated, Transient."""
        ...

    async def head(self) -> LogHead:
        """Raises NotFound before anything was signed, Transient."""
        ...

    async def tile(self, path: str) -> bytes:
        """By its path as tlog-tiles has it behind "tile/". Raises NotFound where the log has none, Transient."""
        ...
