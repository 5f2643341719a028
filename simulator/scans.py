"""A season of labels looked up, honest ones and copies, from a seed: what warnings about scans are measured with.

Hours count from the season's first. `python -m simulator.scans_report` prints what is found in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from provenance.scans.cells import Cell
from provenance.scans.scan import DAY_HOURS, Scan
from provenance.scans.warnings import Box
from simulator.scans_people import CAPITAL, ORIGIN, Household, People, Phone, Phones


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of those who make, sell, buy and give; shares from 0 to 1, and means."""

    season_days: int = 60  # in which boxes are packed
    staff_looks: float = 0.3  # at the packing house, and again at the warehouse
    shop_looks: float = 0.8  # by staff and by who passes a box on the shelf
    online: float = 0.5  # sold as a parcel to anywhere; else in a shop of the province
    sale_reported: float = 0.7
    visitor: float = 0.05  # takes a box bought in a shop home to another province
    family_looks: float = 0.4  # a household looks at all
    member_looks: float = 0.3  # each more of them does too
    looks_again: float = 0.2  # a phone on a later day, and again
    gift: float = 0.15  # given on, most of them to another province
    gift_away: float = 0.6
    regift: float = 0.05  # of gifts
    photo: float = 0.005  # a household sends a picture of the label to a friend, who looks too


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """`labels` of which each is put on `copies` more boxes, sold over `days`, anywhere or all in one town."""

    labels: int
    copies: int
    days: int = 30
    one_town: bool = False


CLONES = (
    Copied(labels=20, copies=50),
    Copied(labels=1000, copies=3),
    Copied(labels=20, copies=50, one_town=True),
    Copied(labels=1000, copies=3, one_town=True),
)


@dataclass(frozen=True, slots=True)
class LabelLife:
    """`scans` in order of time, the same once; `copied` and the hour the first copy is sold, None for honest labels."""

    scans: list[Scan]
    box: Box
    copied: Copied | None = None
    first_copy_hour: int | None = None


@dataclass(slots=True)
class Season:
    """`lives` yields every label's, each time the same from the same seed."""

    seed: int = 0
    honest: int = 20_000
    clones: tuple[Copied, ...] = CLONES
    habits: Habits = Habits()
    phones: Phones = Phones()  # noqa: RUF009  # frozen

    def lives(self) -> Iterator[LabelLife]:
        random = Random(self.seed)  # noqa: S311  # repeatable, and nothing secret
        lives = _Lives(random, People(random, self.phones), self.habits)
        for number in range(self.honest):
            yield lives.honest(f"H{number}")
        for kind, copied in enumerate(self.clones):
            for number in range(copied.labels):
                yield lives.cloned(f"C{kind}-{number}", copied)


class _Lives:
    def __init__(self, random: Random, people: People, habits: Habits) -> None:
        self._random, self._people, self._habits = random, people, habits
        self._scans: list[Scan] = []

        self._packers = people.household(6, city=CAPITAL, home=ORIGIN)
        self._warehouse = people.household(4, city=CAPITAL)
        self._shops = [people.household(8, city=CAPITAL) for _ in range(30)]
        self._channel = frozenset(Cell.at(shop.home) for shop in self._shops)

    def honest(self, label: str) -> LabelLife:
        box, _ = self._made_and_sold(label)
        return LabelLife(self._told(), box)

    def cloned(self, label: str, copied: Copied) -> LabelLife:
        random = self._random
        box, hour = self._made_and_sold(label)
        town = self._people.city() if copied.one_town else None
        sold = [hour + 1 + int(random.uniform(2, copied.days) * DAY_HOURS) for _ in range(copied.copies)]
        for at in sold:
            self._kept_or_given(label, at, town)
        return LabelLife(self._told(), box, copied, min(sold))

    def _made_and_sold(self, label: str) -> tuple[Box, int]:
        """The true box, with its buyers' looks; and the hour of its sale."""
        random, habits = self._random, self._habits
        hour = int(random.uniform(0, habits.season_days) * DAY_HOURS)
        self._staff(label, hour, self._packers, habits.staff_looks)
        self._staff(label, hour + 24, self._warehouse, habits.staff_looks)
        online = random.random() < habits.online
        if online:
            sold, shop = hour + 36, self._warehouse
            self._kept_or_given(label, sold + random.randint(24, 96), None)
        else:
            shelf, shop = hour + random.randint(36, 120), random.choice(self._shops)
            sold = shelf + int(random.expovariate(1 / (4 * DAY_HOURS)))
            self._staff(label, (shelf + sold) // 2, shop, habits.shop_looks)
            self._kept_or_given(label, sold + random.randint(0, 6), shop.city, visitor=habits.visitor)
        reported = sold if random.random() < habits.sale_reported else None
        sites = frozenset(Cell.at(place.home) for place in (self._packers, self._warehouse, shop))
        return Box(sold_hour=reported, sites=sites, channels=None if online else self._channel), sold

    def _staff(self, label: str, hour: int, place: Household, mean: float) -> None:
        while self._random.random() < mean / (1 + mean):
            self._scans += self._people.look(label, hour + self._random.randrange(8), place, self._one_of(place))

    def _kept_or_given(self, label: str, hour: int, city: int | None, *, visitor: float = 0.0) -> None:
        random, habits = self._random, self._habits
        far = random.random() < visitor
        buyers = self._people.household(random.randint(1, 6), city=None if far else city)
        self._family(label, hour + (12 if far else 0), buyers)
        given = random.random() < habits.gift
        while given:
            hour += int(random.uniform(1, 14) * DAY_HOURS)
            away = random.random() < habits.gift_away
            buyers = self._people.household(random.randint(1, 6), city=None if away else buyers.city)
            self._family(label, hour, buyers)
            given = random.random() < habits.regift

    def _family(self, label: str, hour: int, household: Household) -> None:
        random, habits = self._random, self._habits
        if random.random() >= habits.family_looks:
            return
        first, *others = household.phones
        for phone in (first, *(one for one in others if random.random() < habits.member_looks)):
            at = hour + random.randrange(12)
            self._scans += self._people.look(label, at, household, phone)
            while random.random() < habits.looks_again:
                at += DAY_HOURS + int(random.expovariate(1 / (4 * DAY_HOURS)))
                self._scans += self._people.look(label, at, household, phone)
        if random.random() < habits.photo:
            friend = self._people.household(1)
            self._scans += self._people.look(label, hour + random.randrange(24), friend, friend.phones[0])

    def _one_of(self, household: Household) -> Phone:
        return self._random.choice(household.phones)

    def _told(self) -> list[Scan]:
        """All since the last label, each once, in order of time."""
        found, self._scans = sorted(dict.fromkeys(self._scans), key=lambda scan: scan.hour), []
        return found
