"""What was measured, as rows: printed for people, kept as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = str | float | None


@dataclass(slots=True)
class Table:
    """`rows` have the columns' cells in order; None where there is nothing to say."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        if len(cells) != len(self.columns):
            raise ValueError(f"{self.title}: {len(cells)} cells for {len(self.columns)} columns")
        self.rows.append(cells)

    def text(self) -> str:
        """Columns as wide as they must be: words to the left, numbers to the right."""
        shown = [tuple(self.columns), *(tuple(map(_shown, row)) for row in self.rows)]
        widths = [max(len(row[n]) for row in shown) for n in range(len(self.columns))]
        lines = [
            "  ".join(_placed(cell, width, n) for n, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in shown
        ]
        rule = "-" * max(map(len, lines))
        return "\n".join([self.title, rule, lines[0], rule, *lines[1:], *(f"  {note}" for note in self.notes)])

    def as_json(self) -> Mapping[str, object]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": self.notes}


def _placed(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def _shown(cell: Cell) -> str:
    if cell is None or cell != cell:
        return "-"
    if isinstance(cell, str):
        return cell
    return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"
