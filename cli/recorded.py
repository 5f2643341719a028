"""The report that a receipt is of, as it lies in the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cli.broker import explained
from cli.failures import NO, Failure
from cli.language import joined, say

if TYPE_CHECKING:
    from stream.receipts import Receipt

_RECEIPT = re.compile(r"([A-Za-z0-9._-]+)[:/]([0-9]+)[:/]([0-9]+)")


def receipt_in(text: str) -> tuple[str, int, int] | None:
    """topic:partition:offset, as receipts are printed; None where it is none."""
    found = _RECEIPT.fullmatch(text.strip())
    return (found[1], int(found[2]), int(found[3])) if found else None


def event_at(place: tuple[str, int, int], bootstrap: str) -> str:
    """The id of the one event recorded there. Raises Failure."""
    from stream.receipts import Receipt

    receipt = Receipt(*place)
    with explained(bootstrap):
        ids = _ids(receipt, bootstrap)
    if not ids:
        raise Failure(say("nothing is recorded at {receipt}", receipt=":".join(map(str, place))), NO)
    if len(ids) != 1:
        said = "{receipt} is of {count} reports: say which, by its event id: {ids}"
        raise Failure(say(said, receipt=":".join(map(str, place)), count=len(ids), ids=joined(ids)), NO)
    return ids[0]


def _ids(receipt: Receipt, bootstrap: str) -> list[str]:
    from orjson import loads

    from stream.log_reader import end_offsets, read_log
    from wire.envelope import decode

    of = receipt.topic_partition
    if end_offsets(bootstrap, [receipt.topic]).get(of, 0) <= receipt.offset:
        return []
    records = read_log(bootstrap, {of: receipt.offset + 1}, {of: receipt.offset})
    return [str(loads(one.event)["eventID"]) for record in records for one in decode(record.value or b"")]
