"""What a claim is judged on: a history, the registry of each day, the brand, and the present moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property, partial
from typing import TypeVar

from epcis.events import Event
from provenance.access.acting import with_whole
from provenance.certificates.issuers import verified
from provenance.certificates.states import Certificate
from provenance.days import day_of
from provenance.histories.history import History, Pick, Step
from provenance.histories.picked import picks_of, untold
from provenance.registry.records import Brand, Party, Product, ProductionStandard, Record, Registry, Site
from provenance.rules.beside import NOTHING, Beside
from provenance.short_names import Words, short
from provenance.weights import gtin_of

Kept = TypeVar("Kept", bound=Record)

GrowerName = Callable[[Party], str]
"""The name of a grower as the reader may have it, "" where only the code may be said."""


def nameless(_grower: Party) -> str:
    """What the public is told."""
    return ""


@dataclass(frozen=True)
class Case:
    """`now` has an offset; days are those of the event's own offset, or of `now`'s."""

    history: History
    registry: Registry
    brand: Brand
    now: datetime
    grower_name: GrowerName = nameless
    beside: Beside = NOTHING

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def now_ms(self) -> int:
        return round(self.now.timestamp() * 1000)

    def county_code(self, on: date) -> str:
        """The brand's county, by the code it had on a day."""
        then = self.registry.brand(self.brand.id, on)
        return then.county_code if then else self.brand.county_code

    def county_names(self) -> tuple[str, str]:
        county = self.county_words(self.brand.county_code)
        return county.zh, county.en

    def county_words(self, code: str) -> Words:
        county = self.registry.county(code, self.today)
        return Words(county.name_zh, county.name_en or county.name_zh) if county else Words(code, code)

    def plot_words(self, pick: Pick) -> Words:
        """The plot by its code and name, with the lot picked there."""
        code, lots = short(pick.plot), ", ".join(short(item.key) for item in pick.event.objects)
        plot = self.site(pick.plot, day_of(pick.event))
        zh, en = (plot.name_zh, plot.name_en or plot.name_zh) if plot else ("", "")
        of_zh, of_en = "，".join(filter(None, (zh, f"批次{lots}"))), ", ".join(filter(None, (en, f"lot {lots}")))
        return Words(f"地块{code}（{of_zh}）", f"plot {code} ({of_en})")

    def grower_words(self, pick: Pick, grower: str) -> Words:
        """The grower by the code, and by name where the reader may have it, with the plot and the lot."""
        party = self.registry.party(grower, day_of(pick.event))
        name = self.grower_name(party) if party else ""
        plot = self.plot_words(pick)
        zh, en = (f"{name}，", f"{name}, ") if name else ("", "")
        return Words(f"种植户{short(grower)}（{zh}{plot.zh}）", f"grower {short(grower)} ({en}{plot.en})")

    def site(self, place: str, on: date) -> Site | None:
        """The site registered on a day under this id, or under the GLN it is a part of."""
        found = (self.registry.site(id_, on) for id_ in with_whole(place)) if place else ()
        return next((site for site in found if site is not None), None)

    def picks(self) -> Iterator[tuple[Pick, Fraction]]:
        """Every pick with the fraction of the whole it accounts for, 0 where nobody weighed it."""
        return picks_of(self.history)

    @cached_property
    def untold(self) -> tuple[str, ...]:
        """Lots it was made of that nobody reported picking."""
        return untold(self.history)

    @cached_property
    def product(self) -> Product | None:
        """The product judged, as `registered` has it; None for a pallet and for what is not registered."""
        gtin = gtin_of(self.history.key)
        return self.registered(partial(self.registry.product, gtin)) if gtin else None

    @property
    def production_standard(self) -> ProductionStandard | None:
        """What is asked of it, as `registered` has it; a rule that judges a day asks the registry for that day's."""
        id_ = self.product.production_standard if self.product else ""
        return self.registered(partial(self.registry.production_standard, id_)) if id_ else None

    def registered(self, read: Callable[[date], Kept | None]) -> Kept | None:
        """A record as of today; of what has ended since, as of the day on which the goods were made."""
        made = [day_of(step.event) for key in self._itself for step in self.making(key)]
        return next(filter(None, map(read, (self.today, *sorted(made)[:1]))), None)

    @property
    def _itself(self) -> tuple[str, ...]:
        """The thing, and the lot it is a piece of."""
        key = self.history.key
        return tuple(filter(None, (key, self.history.lot_of.get(key))))

    @cached_property
    def disputed(self) -> frozenset[str]:
        """Ids of the reports that somebody who had to do with the goods calls wrong, and may not take back."""
        return frozenset(step.event_id for step in self.history.steps if step.disputed)

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        """Of the history, as the registry lets them count."""
        return tuple(verified(certificate, self.registry) for certificate in self.history.certificates)

    def making(self, key: str) -> list[Step]:
        """Steps in force that brought a thing into being."""
        return self._making.get(key, [])

    def until_used(self, key: str) -> int:
        """When a thing was first used to make another, in milliseconds; now where it is none's input."""
        return min(self._used.get(key, self.now_ms), self.now_ms)

    @cached_property
    def _used(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for step in self.history.steps:
            if step.in_force and not step.carried:
                for key in step.event.input_keys:
                    found[key] = min(found.get(key, step.event.time_ms), step.event.time_ms)
        return found

    @cached_property
    def _making(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self.history.steps:
            if step.in_force and not step.carried:
                for key in _made(step.event):
                    found.setdefault(key, []).append(step)
        return found


def grower_of(pick: Pick, registry: Registry) -> str:
    """Whose the fruit is: as reported, else whoever the plot was registered to that day; "" where nobody knows."""
    sites = (registry.site(id_, day_of(pick.event)) for id_ in with_whole(pick.plot)) if pick.plot else ()
    return pick.grower or next((site.party for site in sites if site), "")


def _made(event: Event) -> set[str]:
    made = event.outputs if event.type == "TransformationEvent" else event.objects if event.action == "ADD" else ()
    return {item.key for item in made}
