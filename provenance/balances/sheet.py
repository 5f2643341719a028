"""Every balance that a claim rests on, each with whether it can be so: of the history, its plots, and a box's lot."""

from __future__ import annotations

from datetime import date

from provenance.balances.balance import Balance, told_in_order
from provenance.balances.plot_yields import plot_balances
from provenance.balances.tolerances import Weighed, standard_of, weighed
from provenance.histories.history import History
from provenance.registry.records import Registry
from provenance.rules.beside import Beside


def balance_sheet(
    history: History, beside: Beside, registry: Registry, now_ms: int, today: date
) -> tuple[Weighed, ...]:
    """In an order of their own. Of a lot whose boxes were read beside, what they took of it counts."""
    otherwise = standard_of(history.key, registry, today)
    found: dict[object, Balance] = {}
    plots = plot_balances(history, beside.plot_picks, registry, otherwise)
    for balance in (*history.balances, *plots, *beside.lot_balances):
        found[balance.kind, balance.key, balance.site, balance.since_ms] = balance
    listed = sorted(found.values(), key=told_in_order)
    return tuple(weighed(balance, registry, now_ms, today, history.key) for balance in listed)
