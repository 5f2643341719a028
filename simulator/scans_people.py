"""People who look labels up: their phones, addresses and places, as an edge sees them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.scan import DAY_HOURS, KEY_BYTES, Scan, tag_of
from simulator.scans_provinces import CITIES

ORIGIN, CAPITAL = Point(36.7, 110.9), 3  # Xi county, and Taiyuan among the cities
_MODELS = 60
_NAT_NETWORKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """How phones come to us: shares from 0 to 1."""

    mobile: float = 0.5  # on a carrier's network behind its NAT, not on an address of the household's own
    nat_elsewhere: float = 0.03  # a carrier's way out lies in another province
    consent: float = 0.15  # tells its cell
    edge_knows: float = 0.8  # else the edge knows the city of the address
    two_browsers: float = 0.3  # looks now with the messenger's browser, now with another
    reload: float = 0.4  # a browser that stores nothing asks again within the hour


@dataclass(frozen=True, slots=True)
class Phone:
    model: int
    browsers: int


@dataclass(frozen=True, slots=True)
class Household:
    """Also the staff of a shop: who share a place and an address."""

    city: int
    home: Point
    network: str
    phones: tuple[Phone, ...]


class People:
    """Households, and what a look of one of their phones leaves behind."""

    def __init__(self, random: Random, phones: Phones) -> None:
        self._random, self._phones = random, phones
        self._keys: list[bytes] = []

    def city(self) -> int:
        return self._random.choices(range(len(CITIES)), weights=[millions for _, _, millions in CITIES])[0]

    def household(self, size: int, *, city: int | None = None, home: Point | None = None) -> Household:
        """Somewhere in the province of `city`, which is anywhere where not given."""
        random, where = self._random, self.city() if city is None else city
        middle = CITIES[where][1]
        point = home or Point(middle.latitude + random.gauss(0, 0.6), middle.longitude + random.gauss(0, 0.7))
        network = f"{random.randint(36, 49)}.{random.randrange(256)}.{random.randrange(256)}.7"
        return Household(where, point, network, tuple(self._phone() for _ in range(size)))

    def look(self, label: str, hour: int, household: Household, phone: Phone) -> list[Scan]:
        """One look, which may be two requests of the same hour."""
        random, shares = self._random, self._phones
        city, address = household.city, household.network
        if random.random() < shares.mobile:
            city = self.city() if random.random() < shares.nat_elsewhere else city
            address = f"10.{city}.{random.randrange(_NAT_NETWORKS)}.{random.randrange(256)}"
        user_agent = f"model-{phone.model} browser-{random.randrange(phone.browsers)}"
        tag = tag_of(self._key(hour // DAY_HOURS), label=label, address=address, user_agent=user_agent)
        scan = Scan(label, hour, tag, self._cell(household, city))
        return [scan, scan] if random.random() < shares.reload else [scan]

    def _cell(self, household: Household, city: int) -> Cell | None:
        if self._random.random() < self._phones.consent:
            return Cell.at(household.home)
        return Cell.at(CITIES[city][1]) if self._random.random() < self._phones.edge_knows else None

    def _phone(self) -> Phone:
        two = self._random.random() < self._phones.two_browsers
        return Phone(min(int(self._random.expovariate(0.1)), _MODELS), 2 if two else 1)

    def _key(self, day: int) -> bytes:
        while len(self._keys) <= day:
            self._keys.append(self._random.randbytes(KEY_BYTES))
        return self._keys[day]
