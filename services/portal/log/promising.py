"""What the log promises who has just reported: asked for once the report is recorded, and never waited for long.

A report is recorded with its receipt; the promise is more, and can be fetched later. So nothing that goes wrong here is
told, and a log that does not answer is left alone for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from epcis.event_id import record_id, recorded_bytes
from services.portal.log.ports import Log
from services.portal.ports import AWAY
from services.portal.signing_in.caller import Caller
from stream.receipts import Receipt
from wire.errors import NotFound

WAIT_S = 0.3
LEFT_ALONE_S = 5.0


class Promising:
    """`clock_s` only ever goes forward."""

    def __init__(self, *, log: Log, clock_s: Callable[[], float]) -> None:
        self._log = log
        self._clock_s = clock_s
        self._ask_from_s = float("-inf")

    async def of(self, event: Mapping[str, Any], receipt: Receipt, caller: Caller) -> str:
        """The signed promise; empty where it did not come in time. Raises nothing."""
        if self._clock_s() < self._ask_from_s:
            return ""
        recorded = record_id(recorded_bytes(event))
        try:
            (promise,) = await self._log.promises([(recorded, receipt)], token=caller.token, timeout_s=WAIT_S)
        except (*AWAY, NotFound):
            self._ask_from_s = self._clock_s() + LEFT_ALONE_S
            return ""
        return promise

    async def members(self, event: Mapping[str, Any], receipt: Receipt, caller: Caller) -> dict[str, str]:
        """For programs: the promise where it came, and where it and then the proof are to be had later."""
        promise = await self.of(event, receipt, caller)
        return ({"promise": promise} if promise else {}) | evidence_at(event["eventID"])


def evidence_at(event_id: str, record: str = "") -> dict[str, str]:
    """Where promise and proof of an event are to be had, once they are."""
    return {f"{what}_at": evidence_path(event_id, what, record) for what in ("promise", "proof")}


def evidence_path(event_id: str, what: str, record: str = "") -> str:
    """`what`: promise, or proof; `record`: the record id where it is not that of the first report under this id."""
    return f"/events/{quote(event_id, safe='')}/{what}" + (f"?record={record}" if record else "")
