"""What a plot can bear in a season: its area times what the production standard believes of trees of that age.

All that was picked on it counts, in whichever lots. What bears one fruit cannot bear another: the parts that each took
of its own yield are one plot together at most. The area is the one registered on the first day of the season, so
that more area on paper does not help the season that has begun; of a plot registered later, the first there is. What
was first proposed when the season had begun bears nothing picked before that day (ADR 0100).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from provenance.access.acting import with_whole
from provenance.balances.balance import Balance
from provenance.balances.plot_picks import PlotPicks, PlotSeason
from provenance.histories.harvest_days import begun_on
from provenance.histories.history import History, Pick
from provenance.histories.picked import picks_of
from provenance.quantities import Kilograms, known
from provenance.registry.plot_changes import next_season
from provenance.registry.records import ProductionStandard, Registry, Site
from provenance.weights import gtin_of


@dataclass(frozen=True, slots=True)
class Season:
    """From a day to a day, exclusive: what is picked before a season begins is of the one before."""

    begins: date
    ends: date

    @classmethod
    def of(cls, on: date, standard: ProductionStandard) -> Season:
        """Of a season within a year, that year; one over New Year goes from its first day to the next one."""
        crosses = standard.season_from > standard.season_to
        first = standard.season_from if crosses else "01-01"
        year = on.year if on >= _day(on.year, first) else on.year - 1
        return cls(_day(year, first), _day(year + 1, first))

    def first_day(self, standard: ProductionStandard) -> date:
        return _day(self.begins.year, standard.season_from or "01-01")


def _day(year: int, month_and_day: str) -> date:
    """29 February is the last of the month in other years."""
    month, day = (int(part) for part in month_and_day.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month + 1, 1) - timedelta(days=1)


def plot_balances(
    history: History, read: Mapping[PlotSeason, PlotPicks], registry: Registry, otherwise: ProductionStandard | None
) -> tuple[Balance, ...]:
    """Of each plot and season that fruit of this history comes from, for which a yield is set.

    `otherwise` is the standard of fruit whose product has none.
    """
    land = _Land(registry, otherwise)
    found: dict[tuple[str, str, date], Balance] = {}
    on_plots: dict[str, list[Pick]] = {}
    for pick in (pick for pick, _ in picks_of(history) if pick.plot):
        on_plots.setdefault(_plot(pick, registry), []).append(pick)
    for plot, picks in on_plots.items():
        for pick in picks:
            crop = land.crop(pick)
            if crop is not None and crop.standard.yields:
                key = plot, crop.standard.id, crop.season.begins
                if key not in found:
                    found[key] = land.balance(plot, pick, crop, picks, read)
    return tuple(balance for _, balance in sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Crop:
    """Fruit of one production standard, in one season."""

    standard: ProductionStandard
    season: Season

    @property
    def first_day(self) -> date:
        return self.season.first_day(self.standard)

    def is_of(self, pick: Pick) -> bool:
        return self.season.begins <= begun_on(pick) < self.season.ends

    def believed(self, site: Site | None) -> Fraction | None:
        """Kilograms of a plot that bears nothing else; None where area or age is not registered. Trees younger than
        every step bear nothing believable."""
        if site is None or site.area_mu is None or site.bearing_since is None:
            return None
        age = self.season.begins.year - site.bearing_since
        steps = [step for step in self.standard.yields if step.from_age_years <= age]
        most = max(steps, key=lambda step: step.from_age_years, default=None)
        return Fraction(site.area_mu) * Fraction(most.kg_per_mu) if most else Fraction(0)


@dataclass(frozen=True, slots=True)
class _Land:
    """What plots can bear, by the registry; `otherwise` is the standard of fruit whose product has none."""

    registry: Registry
    otherwise: ProductionStandard | None

    def crop(self, pick: Pick) -> _Crop | None:
        """None where its product has no standard."""
        standard = _standard(pick, self.registry, self.otherwise)
        return _Crop(standard, Season.of(begun_on(pick), standard)) if standard else None

    def balance(
        self, plot: str, pick: Pick, crop: _Crop, own: Iterable[Pick], read: Mapping[PlotSeason, PlotPicks]
    ) -> Balance:
        beside = read.get(PlotSeason.of(pick.plot, begun_on(pick)))
        there = (one for one in (beside.picks if beside else ()) if _plot(one, self.registry) == plot)
        grown = [one for one in {one.event.event_id: one for one in (*own, *there)}.values() if crop.is_of(one)]
        kinds = [(one, self.crop(one)) for one in grown]
        picks = [one for one, kind in kinds if kind is None or kind.standard.id == crop.standard.id]
        site = _registered(plot, (crop.first_day, min(map(begun_on, picks))), self.registry)
        early = _before_proposed(site, picks, crop.first_day)
        # Of fruit for which no yield is set nobody knows whose place it takes.
        bearing = [(one, kind) for one, kind in kinds if kind is not None and kind.standard.yields and not early]
        others = [(one, kind) for one, kind in bearing if kind.standard.id != crop.standard.id]
        believed = Fraction(0) if early else crop.believed(site)
        instead = known(self._instead(other, kind, plot, believed) for other, kind in others)
        counted = [*(early or picks), *(other for other, _ in others)]
        went = known(one.kilograms for one in early or picks) + instead
        weighed = all(one.kilograms is not None for one in counted) and (beside is None or beside.is_complete)
        return Balance(
            kind="plot",
            key=plot,
            since_ms=min(one.event.time_ms for one in early or picks),
            # Where some of it was not weighed, the rest may still be more than the plot can bear.
            there_kg=believed if weighed or believed is None or went > believed else None,
            went_kg=went,
            instead_kg=instead,
            event_ids=tuple(sorted(one.event.event_id for one in counted)),
            product=pick.event.objects[0].key if pick.event.objects else "",
            proposed_on=site.proposed_on if site is not None and early else None,
        )

    def _instead(self, other: Pick, kind: _Crop, plot: str, believed: Fraction | None) -> Kilograms:
        """How much of a crop has no place where this was picked: the part of what the plot can bear of it. Where the
        plot cannot bear it at all, kilogram for kilogram."""
        alone = kind.believed(_registered(plot, (kind.first_day, begun_on(other)), self.registry))
        return None if other.kilograms is None else other.kilograms * (believed / alone if believed and alone else 1)


def _before_proposed(site: Site | None, picks: Sequence[Pick], first_day: date) -> list[Pick]:
    """Those that are told of a plot nobody had heard of when its season began."""
    if site is None or site.proposed_on is None or site.proposed_on <= first_day:
        return []
    return [one for one in picks if begun_on(one) < site.proposed_on]


@dataclass(frozen=True, slots=True)
class Regrown:
    """A plot of which more is registered than counts in the season it was picked in; areas in 亩."""

    counts: Site
    registered: Site


def regrown(plot: str, history: History, registry: Registry, today: date) -> Regrown | None:
    """Where it was made larger since its season began; None where it was not. In the season to come, too, it says who
    meant it to bear more."""
    picks = [pick for pick, _ in picks_of(history) if pick.plot and _plot(pick, registry) == plot]
    standard = next(filter(None, (_standard(pick, registry, None) for pick in picks)), None)
    first = min(map(begun_on, picks), default=None)
    if first is None:
        return None
    begins = Season.of(first, standard).first_day(standard) if standard else first
    counts = _registered(plot, (begins, first), registry)
    since = (registry.site(id_, on) for on in (first, today, next_season(today)) for id_ in with_whole(plot))
    larger = next((site for site in since if site and counts and (site.area_mu or 0) > (counts.area_mu or 0)), None)
    return Regrown(counts, larger) if counts and counts.area_mu and larger else None


def seasons_of(history: History) -> set[PlotSeason]:
    """All plots and years of which the other picks are to be read beside a history."""
    return {PlotSeason.of(pick.plot, begun_on(pick)) for pick, _ in picks_of(history) if pick.plot}


def _plot(pick: Pick, registry: Registry) -> str:
    """A part of a GLN that is registered in its own right is a plot; else the whole is, whichever part is named."""
    whole = with_whole(pick.plot)[-1]
    return pick.plot if registry.site(pick.plot, begun_on(pick)) is not None else whole


def _standard(pick: Pick, registry: Registry, otherwise: ProductionStandard | None) -> ProductionStandard | None:
    on = begun_on(pick)
    gtins = filter(None, (gtin_of(item.key) for item in pick.event.objects))
    products = filter(None, (registry.product(gtin, on) for gtin in gtins))
    ids = (product.production_standard for product in products if product.production_standard)
    return next(filter(None, (registry.production_standard(id_, on) for id_ in ids)), otherwise)


def _registered(plot: str, days: Iterable[date], registry: Registry) -> Site | None:
    found = (registry.site(id_, on) for on in days for id_ in with_whole(plot))
    return next((site for site in found if site is not None), None)
