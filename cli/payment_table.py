"""A table of payments, as a station's spreadsheet saves it: read as a whole, or one sentence with line and column."""

from __future__ import annotations

import csv
import io
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cli.failures import NO, Failure
from cli.files import read_bytes, text_of
from cli.language import N_, again, say
from cli.said_elsewhere import PAYMENTS
from provenance.payments.reading import InvalidPayment, payment_of

NEEDED = ("payer", "payee", "lot", "kilograms", "yuan", "kind", "paid_on")
OPTIONAL = ("method", "deducted", "deducted_for", "id")
InFull = Callable[[dict[str, Any]], dict[str, Any]]
_NAMESPACE = uuid.UUID("6b8ff4d7-6f0f-5c5e-8a67-2d0f0a1c6b11")


def as_it_is(record: dict[str, Any]) -> dict[str, Any]:
    """Where every code in the table is written out."""
    return record


def read_table(name: str, in_full: InFull = as_it_is) -> list[dict[str, Any]]:
    """`in_full` makes keys of the codes of a record, whatever their spelling; it raises Failure.

    A line without an id gets one made of what it says: sending the table again is harmless. Raises Failure."""
    text = text_of(name, read_bytes(name))
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not rows:
        said = "{file}: the table is empty; its first line names the columns {columns}"
        raise Failure(say(said, file=name, columns=", ".join(NEEDED)), NO)
    header = [cell.strip() for cell in rows[0]]
    _check_header(name, header)
    return list(_records(name, header, rows[1:], in_full))


def _check_header(name: str, header: list[str]) -> None:
    missing = [column for column in NEEDED if column not in header]
    if missing:
        said = "{file}: line 1 names no column {column}; it needs {columns}"
        raise Failure(say(said, file=name, column=missing[0], columns=", ".join(NEEDED)), NO)
    strange = [column for column in header if column not in (*NEEDED, *OPTIONAL)]
    if strange:
        said = "{file}: line 1: {column} is no column; there are {columns}"
        raise Failure(say(said, file=name, column=repr(strange[0]), columns=", ".join((*NEEDED, *OPTIONAL))), NO)
    if len(set(header)) < len(header):
        raise Failure(say("{file}: line 1 names a column twice", file=name), NO)


def _records(name: str, header: list[str], rows: list[list[str]], in_full: InFull) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for line, row in enumerate(rows, 2):
        if len(row) != len(header):
            counts = {"line": line, "cells": len(row), "names": len(header)}
            message = "{file}: line {line} has {cells} cells and line 1 names {names}; are its columns shifted?"
            raise Failure(say(message, file=name, **counts), NO)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        said = "\x1f".join(cells[column] for column in NEEDED)
        seen[said] += 1
        try:
            record = in_full(_record(cells, f"{said}\x1f{seen[said]}"))
            payment_of(record)
        except Failure as failure:
            said = say("{file}: line {line}: {why}; nothing was sent", file=name, line=line, why=failure)
            raise Failure(said, failure.exit_code) from failure
        except InvalidPayment as error:
            first = error.problems[0]
            column = say(_COLUMN.get(field := first.pointer.split("/")[1], field))
            where = {"file": name, "line": line, "column": column, "why": again(first.message, PAYMENTS)}
            raise Failure(say("{file}: line {line}, column {column}: {why}; nothing was sent", **where), NO) from error
        yield record


_COLUMN: Mapping[str, str] = {"deliveries": N_("lot or kilograms"), "deductions": "deducted"}


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
