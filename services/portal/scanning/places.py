"""The coarse cell a look-up comes from, as an edge in front of us tells it.

A header is believed only of a connection from a trusted proxy, for anybody can write one: the proxy must set it on
every request, or take away what a caller wrote.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from provenance.registry.records import Point
from provenance.scans.cells import Cell, CellError
from services.portal.http.addresses import Addresses


class Places:
    """`headers` are one with a cell (H3, resolution 4) or `latitude,longitude` in it, or one for each of the two."""

    def __init__(self, headers: Sequence[str], *, addresses: Addresses) -> None:
        self._headers = tuple(headers)
        self._addresses = addresses

    def of(self, request: Request) -> Cell | None:
        """None where nobody told it, or nobody who is believed."""
        if not self._headers or not self._addresses.from_proxy(request.scope):
            return None
        return read_place(",".join(request.headers.get(name, "") for name in self._headers))


def read_place(text: str) -> Cell | None:
    """None where it is neither a cell nor two numbers that are a place."""
    latitude, comma, longitude = text.strip().partition(",")
    try:
        return Cell.at(_point(float(latitude), float(longitude))) if comma else Cell(latitude)
    except (CellError, ValueError):
        return None


def _point(latitude: float, longitude: float) -> Point:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # and no NaN
        raise ValueError("no place on earth")
    return Point(latitude, longitude)
