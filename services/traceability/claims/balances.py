"""Which balances a reader sees: how much somebody used and sold is trade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from epcis.events import Event
from provenance.access.authority import Principal
from provenance.access.readership import View, readable
from provenance.balances.plot_picks import PlotPicks, PlotSeason
from provenance.balances.tolerances import Weighed
from provenance.days import day_at
from provenance.histories.history import History
from provenance.registry.records import Registry


def sheet_seen_by(
    reader: Principal,
    sheet: Iterable[Weighed],
    history: History,
    beside: Mapping[PlotSeason, PlotPicks],
    registry: Registry,
    today: date,
) -> tuple[list[Weighed], int]:
    """Those of which the reader may read every report whole, and those that cannot be so, which the claim tells
    everybody; and how many more there are."""
    told = {step.event_id: (step.event, step.document.first.capturer) for step in history.steps}
    picked = {pick.event.event_id: (pick.event, "") for picks in beside.values() for pick in picks.picks}
    whole = {
        id_
        for id_, (event, capturer) in (picked | told).items()
        if _view(reader, event, capturer, registry, today) is View.WHOLE
    }
    everything = whole.issuperset(told)
    listed = list(sheet)
    shown = [one for one in listed if one.state == "breached" or _sees(one, whole, everything=everything)]
    return shown, len(listed) - len(shown)


def _sees(one: Weighed, whole: set[str], *, everything: bool) -> bool:
    """All that was brought in on the way is of every report of the history; it names those of a breach alone."""
    return everything if one.balance.kind == "lineage" else whole.issuperset(one.balance.event_ids)


def _view(reader: Principal, event: Event, capturer: str, registry: Registry, today: date) -> View:
    on = day_at(event.time_ms, event.offset)
    return readable(reader, event, capturer=capturer, registry=registry, on=on, today=today)
