"""Coarse cells of the earth, some 45 km wide: as much of a place as a look-up may tell.

H3's hexagons at resolution 4 (1,770 km² on average), as the library of that name makes and measures them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import h3

from provenance.registry.ground import distance_m
from provenance.registry.records import Point

RESOLUTION = 4


class CellError(ValueError):
    """The text names no cell."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """`index` as H3 writes it, fifteen letters of hex. Raises CellError."""

    index: str

    def __post_init__(self) -> None:
        if not _is_cell(self.index):
            raise CellError(f"a cell is written '84409a1ffffffff', not {self.index[:20]!r}")

    def __str__(self) -> str:
        return self.index

    @classmethod
    def at(cls, point: Point) -> Cell:
        return cls(h3.latlng_to_cell(point.latitude, point.longitude, RESOLUTION))

    @property
    def middle(self) -> Point:
        return Point(*h3.cell_to_latlng(self.index))


@lru_cache(maxsize=65_536)
def least_km(one: Cell, other: Cell) -> float:
    """Kilometres that lie between the two at least, wherever in them somebody was."""
    return max(0.0, distance_m(one.middle, other.middle) / 1000 - radius_km(one) - radius_km(other))


@lru_cache(maxsize=4_096)
def radius_km(cell: Cell) -> float:
    """From its middle to its farthest corner."""
    corners = (Point(*corner) for corner in h3.cell_to_boundary(cell.index))
    return max(distance_m(cell.middle, corner) for corner in corners) / 1000


@lru_cache(maxsize=4_096)
def _is_cell(index: str) -> bool:
    known = bool(h3.is_valid_cell(index) and h3.get_resolution(index) == RESOLUTION)
    # In the one spelling it has: H3 reads capitals and leading zeros too.
    return known and bool(h3.int_to_str(h3.str_to_int(index)) == index)
