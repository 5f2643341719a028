"""Identifiers of a simulated world: GS1 keys on the demonstration prefix 952, private URIs for growers and plots."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from epcis.check_digits import check_digit
from epcis.identifiers import Giai, Gln, Gtin, Lgtin, Pgln, Sgtin, Sscc

PREFIX = "9520001"


@dataclass
class Numbers:
    """Counts up in each kind; event ids are UUIDs drawn from the seed."""

    random: Random
    private: str = "https://suyuan.example"
    _next: dict[str, int] = field(default_factory=dict)

    def event_id(self) -> str:
        return f"urn:uuid:{UUID(int=self.random.getrandbits(128), version=4)}"

    def gtin(self) -> str:
        return Gtin(_checked(f"0{PREFIX}{self._count('gtin'):05}")).digital_link()

    def lot(self, product: str, name: str = "") -> str:
        return Lgtin(_gtin(product), name or f"L{self._count('lot'):06}").digital_link()

    def serial(self, product: str) -> str:
        return Sgtin(_gtin(product), f"S{self._count('serial'):07}").digital_link()

    def pallet(self) -> str:
        return Sscc(_checked(f"0{PREFIX}{self._count('pallet'):09}")).digital_link()

    def place(self) -> str:
        return Gln(_checked(f"{PREFIX}{self._count('place'):05}")).digital_link()

    def party(self) -> str:
        return Pgln(_checked(f"{PREFIX}{self._count('party') + 90000:05}")).digital_link()

    def asset(self, name: str) -> str:
        return Giai(f"{PREFIX}{name}{self._count('asset'):04}").digital_link()

    def grower(self) -> str:
        return f"{self.private}/grower/{self._opaque()}"

    def plot(self) -> str:
        return f"{self.private}/plot/{self._opaque()}"

    def parcel(self, county: str) -> str:
        """承包地块编码: the county's six digits and thirteen more."""
        return f"{county}{self._count('parcel'):013d}"

    def point(self) -> tuple[float, float]:
        """Degrees north and east of Xi county, some two kilometres from all others."""
        row, column = divmod(int(self._count("point")) - 1, 20)
        return round(36.5 + 0.02 * row, 4), round(110.7 + 0.02 * column, 4)

    def _opaque(self) -> str:
        return f"{self.random.getrandbits(48):012x}"

    def _count(self, kind: str) -> int:
        self._next[kind] = self._next.get(kind, 0) + 1
        return self._next[kind]


def _gtin(product: str) -> Gtin:
    return Gtin(product.rsplit("/", 1)[-1])


def _checked(digits: str) -> str:
    return digits + check_digit(digits)
