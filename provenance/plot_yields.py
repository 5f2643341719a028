"""What a plot can bear in a season: its area times what the production standard believes of trees of that age.

All that was picked on it counts, in whichever lots. The area is the one registered on the first day of the season, so
that more area on paper does not help the season that has begun; of a plot registered later, the first there is. What
was first proposed when the season had begun bears nothing picked before that day (ADR 0100).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from provenance.acting import with_whole
from provenance.balance import Balance
from provenance.harvest_days import begun_on
from provenance.history import History, Pick
from provenance.picked import picks_of
from provenance.plot_changes import next_season
from provenance.plot_picks import PlotPicks, PlotSeason
from provenance.quantities import known
from provenance.registry import ProductionStandard, Registry, Site
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
    found: dict[tuple[str, str, date], Balance] = {}
    on_plots: dict[str, list[Pick]] = {}
    for pick in (pick for pick, _ in picks_of(history) if pick.plot):
        on_plots.setdefault(_plot(pick, registry), []).append(pick)
    for plot, picks in on_plots.items():
        for pick in picks:
            standard = _standard(pick, registry, otherwise)
            if standard is not None and standard.yields:
                season = Season.of(begun_on(pick), standard)
                key = plot, standard.id, season.begins
                if key not in found:
                    found[key] = _balance(plot, pick, season, standard, picks, read, registry, otherwise)
    return tuple(balance for _, balance in sorted(found.items()))


def _balance(
    plot: str,
    pick: Pick,
    season: Season,
    standard: ProductionStandard,
    own: Sequence[Pick],
    read: Mapping[PlotSeason, PlotPicks],
    registry: Registry,
    otherwise: ProductionStandard | None,
) -> Balance:
    beside = read.get(PlotSeason.of(pick.plot, begun_on(pick)))
    there = (one for one in (beside.picks if beside else ()) if _plot(one, registry) == plot)
    all_ = {one.event.event_id: one for one in (*own, *there)}
    picks = [one for one in all_.values() if _is_of(one, season, standard, registry, otherwise)]
    site = _registered(plot, (season.first_day(standard), min(map(begun_on, picks))), registry)
    early = _before_proposed(site, picks, season.first_day(standard))
    picks = early or picks
    weighed = all(one.kilograms is not None for one in picks) and (beside is None or beside.is_complete)
    picked = known(one.kilograms for one in picks)
    believed = Fraction(0) if early else _believed(site, season, standard)
    first = min(picks, key=lambda one: (one.event.time_ms, one.event.event_id)).event
    return Balance(
        kind="plot",
        key=plot,
        since_ms=first.time_ms,
        # Where some of it was not weighed, the rest may still be more than the plot can bear.
        there_kg=believed if weighed or believed is None or picked > believed else None,
        went_kg=picked,
        event_ids=tuple(sorted(one.event.event_id for one in picks)),
        product=pick.event.objects[0].key if pick.event.objects else "",
        proposed_on=site.proposed_on if site is not None and early else None,
    )


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


def _is_of(
    pick: Pick, season: Season, standard: ProductionStandard, registry: Registry, otherwise: ProductionStandard | None
) -> bool:
    """Another kind of fruit from between the trees has a standard of its own."""
    if not season.begins <= begun_on(pick) < season.ends:
        return False
    own = _standard(pick, registry, otherwise)
    return own is None or own.id == standard.id


def _standard(pick: Pick, registry: Registry, otherwise: ProductionStandard | None) -> ProductionStandard | None:
    on = begun_on(pick)
    gtins = filter(None, (gtin_of(item.key) for item in pick.event.objects))
    products = filter(None, (registry.product(gtin, on) for gtin in gtins))
    ids = (product.production_standard for product in products if product.production_standard)
    return next(filter(None, (registry.production_standard(id_, on) for id_ in ids)), otherwise)


def _believed(site: Site | None, season: Season, standard: ProductionStandard) -> Fraction | None:
    """Kilograms; None where area or age is not registered. Trees younger than every step bear nothing believable."""
    if site is None or site.area_mu is None or site.bearing_since is None:
        return None
    age = season.begins.year - site.bearing_since
    steps = [step for step in standard.yields if step.from_age_years <= age]
    most = max(steps, key=lambda step: step.from_age_years, default=None)
    return Fraction(site.area_mu) * Fraction(most.kg_per_mu) if most else Fraction(0)


def _registered(plot: str, days: Iterable[date], registry: Registry) -> Site | None:
    found = (registry.site(id_, on) for on in days for id_ in with_whole(plot))
    return next((site for site in found if site is not None), None)
