"""What was picked on each plot in a season, kept while it is true, as histories are.

A pooled lot has hundreds of growers, and its claim asks about every plot of them; a delivery changes one plot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from provenance.balances.plot_picks import PlotPicks, PlotSeason, read_plot_picks
from provenance.graph.gathering import Gathering
from provenance.standing import MayDeclare
from provenance.weights import NetWeight
from services.traceability.histories.asked import Asked
from services.traceability.histories.cache import Answers, HistoryCache
from services.traceability.histories.following import Cache
from services.traceability.together import together

PlotCache = HistoryCache[PlotSeason, PlotPicks, PlotPicks]
Plots = Answers[PlotSeason, PlotPicks]

MOST_PLOTS = 500
"""Of one claim; of what comes from more plots the rest is not known."""
READS_AT_ONCE = 8
PICK_BYTES = 6_000
"""Measured: a pick with its event, parsed."""


def trace_plot(
    season: PlotSeason, asked: Asked, *, may_declare: MayDeclare, net_weight: NetWeight
) -> Gathering[PlotPicks]:
    return read_plot_picks(season, may_declare=asked.of(may_declare), net_weight=asked.of(net_weight))


def size_of_picks(found: PlotPicks) -> int:
    """Bytes of memory, about."""
    return 1_000 + PICK_BYTES * len(found.picks)


async def picks_of(seasons: Iterable[PlotSeason], plots: Plots) -> Mapping[PlotSeason, PlotPicks]:
    """Raises `wire.errors.Transient` where the store does not answer."""
    wanted = sorted(set(seasons), key=lambda season: (season.plot, season.year))

    async def one(season: PlotSeason) -> PlotPicks:
        return (await plots.answer(season))[0]

    found = await together(one, wanted[:MOST_PLOTS], at_once=READS_AT_ONCE)
    beyond = (PlotPicks(season, (), is_complete=False) for season in wanted[MOST_PLOTS:])
    return {picks.season: picks for picks in (*found, *beyond)}


class Caches:
    """Several caches that one feed keeps true."""

    def __init__(self, *caches: Cache) -> None:
        self._caches = caches

    def feed_begins(self) -> None:
        for cache in self._caches:
            cache.feed_begins()

    def feed_breaks(self) -> None:
        for cache in self._caches:
            cache.feed_breaks()

    def changed(self, keys: Collection[str]) -> None:
        for cache in self._caches:
            cache.changed(keys)
