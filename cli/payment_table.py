"""A table of payments, as a station's spreadsheet saves it: read as a whole, or one sentence with line and column."""

from __future__ import annotations

import csv
import io
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cli.failures import NO, Failure
from cli.files import read_bytes
from provenance.payment_reading import InvalidPayment, payment_of

NEEDED = ("payer", "payee", "lot", "kilograms", "yuan", "kind", "paid_on")
OPTIONAL = ("method", "deducted", "deducted_for", "id")
_NAMESPACE = uuid.UUID("6b8ff4d7-6f0f-5c5e-8a67-2d0f0a1c6b11")


def read_table(name: str) -> list[dict[str, Any]]:
    """A line without an id gets one made of what it says: sending the table again is harmless. Raises Failure."""
    try:
        text = read_bytes(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(f"{name}: save the table as UTF-8; byte {error.start} is none of it", NO) from error
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not rows:
        raise Failure(f"{name}: the table is empty; its first line names the columns {', '.join(NEEDED)}", NO)
    header = [cell.strip() for cell in rows[0]]
    _check_header(name, header)
    return list(_records(name, header, rows[1:]))


def _check_header(name: str, header: list[str]) -> None:
    missing = [column for column in NEEDED if column not in header]
    if missing:
        raise Failure(f"{name}: line 1 names no column {missing[0]}; it needs {', '.join(NEEDED)}", NO)
    strange = [column for column in header if column not in (*NEEDED, *OPTIONAL)]
    if strange:
        raise Failure(f"{name}: line 1: {strange[0]!r} is no column; there are {', '.join((*NEEDED, *OPTIONAL))}", NO)
    if len(set(header)) < len(header):
        raise Failure(f"{name}: line 1 names a column twice", NO)


def _records(name: str, header: list[str], rows: list[list[str]]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for line, row in enumerate(rows, 2):
        if len(row) != len(header):
            message = f"line {line} has {len(row)} cells and line 1 names {len(header)}; are its columns shifted?"
            raise Failure(f"{name}: {message}", NO)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        said = "\x1f".join(cells[column] for column in NEEDED)
        seen[said] += 1
        record = _record(cells, f"{said}\x1f{seen[said]}")
        try:
            payment_of(record)
        except InvalidPayment as error:
            first = error.problems[0]
            column = _COLUMN.get(first.pointer.split("/")[1], first.pointer.split("/")[1])
            raise Failure(f"{name}: line {line}, column {column}: {first.message}; nothing was sent", NO) from error
        yield record


_COLUMN: Mapping[str, str] = {"deliveries": "lot or kilograms", "deductions": "deducted"}


def _record(cells: Mapping[str, str], said: str) -> dict[str, Any]:
    deducted = cells.get("deducted", "")
    return {
        "id": cells.get("id") or str(uuid.uuid5(_NAMESPACE, said)),
        "payer": cells["payer"],
        "payee": cells["payee"],
        "kind": cells["kind"],
        "yuan": cells["yuan"],
        "paid_on": cells["paid_on"],
        "method": cells.get("method", ""),
        "deliveries": [{"key": cells["lot"], "kilograms": cells["kilograms"]}] if cells["lot"] else [],
        "deductions": [{"yuan": deducted, "reason": cells.get("deducted_for", "")}] if deducted else [],
    }
