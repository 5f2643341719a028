"""Receipts in addresses: `topic:partition:offset`, so that a program reads what it has just written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from services.portal.http.problems import HttpProblem
from stream.receipts import Receipt

MOST = 50
_RECEIPT = re.compile(r"([A-Za-z0-9._-]{1,200}):([0-9]{1,9}):([0-9]{1,18})")


def read_receipts(texts: Sequence[str]) -> tuple[Receipt, ...]:
    """Raises HttpProblem for one that is none."""
    found = [_RECEIPT.fullmatch(text) for text in texts[: MOST + 1]]
    if len(found) > MOST or not all(found):
        sentence = f"after is topic:partition:offset as in a receipt, at most {MOST} times."
        raise HttpProblem(400, "QueryParameterException", sentence, parameter="after")
    return tuple(Receipt(match[1], int(match[2]), int(match[3])) for match in found if match)


def written_receipts(receipts: Iterable[Receipt]) -> str:
    """As a query, to be read by `read_receipts`."""
    return urlencode([("after", f"{each.topic}:{each.partition}:{each.offset}") for each in receipts])
