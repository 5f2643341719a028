"""What commands print: JSON for programs, columns that line up for people, Chinese names included."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

Rows = Sequence[Sequence[str]]


def print_json(value: Any) -> None:
    """One line, UTF-8 as it is: for programs."""
    print(json.dumps(value, ensure_ascii=False))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns two spaces apart; the last is not padded."""
    for line in aligned([header, *rows]):
        print(line)


def aligned(rows: Rows) -> list[str]:
    """Each row as one line, every column as wide as its widest cell."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows]


def width(text: str) -> int:
    """Columns a terminal gives the text: a Chinese character takes two, a combining mark none."""
    return sum(_columns(character) for character in text)


def print_progress(text: str) -> None:
    """A line that the next one overwrites, on the error stream, and only where a person is looking."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def end_progress() -> None:
    print_progress("")


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pad(cell: str, size: int) -> str:
    return cell + " " * (size - width(cell))
