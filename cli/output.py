"""What commands print: JSON for programs, columns that line up for people, Chinese names included."""

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

Rows = Sequence[Sequence[str]]
_OPENING, _CLOSING = r"（“《\[", "，。；：、）”》！？"
"""Never last on a line, and never first."""


def print_json(value: Any) -> None:
    """One line, UTF-8 as it is: for programs."""
    print(json.dumps(value, ensure_ascii=False))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]], at_least: Sequence[int] = ()) -> None:
    """Columns two spaces apart, at least so wide; the last is not padded. In a terminal too narrow each row flows.

    Of what comes in parts only the first has a header.
    """
    table = [header, *rows] if header else list(rows)
    lines = aligned(table, at_least)
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    if columns and max(map(width, lines)) > columns:
        lines = [line for row in table for line in flowed(row, columns)]
    for line in lines:
        print(line)


def flowed(row: Sequence[str], columns: int) -> list[str]:
    """The cells of one row, as many on a line as it has room for; every line but the first is indented."""
    lines = [row[0]]
    for cell in filter(None, row[1:]):
        if width(lines[-1]) + 2 + width(cell) <= columns:
            lines[-1] += f"  {cell}"
        else:
            lines.append(f"    {cell}")
    return lines


def aligned(rows: Rows, at_least: Sequence[int] = ()) -> list[str]:
    """Each row as one line, every column as wide as its widest cell, and at least so wide."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    widths = list(map(max, widths, at_least)) if at_least else widths
    return ["  ".join(padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows]


def print_hanging(head: str, text: str) -> None:
    """A paragraph beside its heading; in a terminal too narrow for one line, its lines stand under its first."""
    columns = shutil.get_terminal_size().columns - width(head) - 1 if sys.stdout.isatty() else 0
    lines = wrapped(text, columns) if columns > 20 else [text]
    print(f"{head} {lines[0]}")
    for line in lines[1:]:
        print(f"{'':{width(head)}} {line}")


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns, broken at spaces; Chinese may break anywhere."""
    lines, line = [], ""
    for part in re.findall(rf"[{_OPENING}]*(?:[^\s\u2e80-\uffef]+|[\u2e80-\uffef])[{_CLOSING}]*\s*", text):
        if line and width((line + part).rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += part
    return [*lines, line.rstrip()]


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


def padded(cell: str, size: int) -> str:
    """To so many columns at least."""
    return cell + " " * (size - width(cell))
