"""An order's labels as CSV (RFC 4180) for label programs that draw their own: UTF-8 with its mark, so that spreadsheets
read the Chinese."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from provenance.label_link import short_code_for_people
from services.portal.labels.wording import Words

OWN = ("link", "gtin", "lot", "roll", "serial")
SAID = ("product_zh", "product_en", "brand_zh", "brand_en", "badge_zh", "badge_en", "net")
"""The same on every label, by the names of `Words`."""
_ROWS_A_PIECE = 200


def rows(words: Words, labels: Sequence[Mapping[str, str]], first: int) -> Iterator[bytes]:
    """The header, then a row for each label; `first` is the number of the first in its order."""
    own = (*OWN, "secret") if "secret" in labels[0] else OWN
    yield "\ufeff".encode() + _written([("number", "short_code", *own, *SAID)])
    said = tuple(getattr(words, name) for name in SAID)
    for start in range(0, len(labels), _ROWS_A_PIECE):
        piece = enumerate(labels[start : start + _ROWS_A_PIECE], start=first + start)
        yield _written([(str(number), *_own(label, own), *said) for number, label in piece])


def _own(label: Mapping[str, str], names: Sequence[str]) -> tuple[str, ...]:
    return short_code_for_people(label["short_code"]), *(label.get(name, "") for name in names)


def _written(table: Sequence[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode()
