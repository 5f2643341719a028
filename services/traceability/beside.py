"""Reads what a claim needs beside the history: a read for each fact, all at once."""

from __future__ import annotations

import asyncio

from provenance.balance import Balance
from provenance.beside import Beside
from provenance.history import History
from provenance.plot_yields import seasons_of
from services.traceability.model import ReadModel
from services.traceability.numbers import is_lot
from services.traceability.paying import payments_for
from services.traceability.plot_seasons import picks_of
from services.traceability.telling import Question
from wire.errors import Rejected


async def beside(history: History, model: ReadModel) -> Beside:
    """Raises `wire.errors.Transient` where the store does not answer."""
    picks, lots, cold, payments = await asyncio.gather(
        picks_of(seasons_of(history), model.plots),
        _own_lot(history, model),
        model.cold.facts(history),
        payments_for(history, model.payments),
    )
    return Beside(plot_picks=picks, lot_balances=lots, cold=cold, payments=payments)


async def _own_lot(history: History, model: ReadModel) -> tuple[Balance, ...]:
    """Of a box: its lot with all the boxes of it, which where the box came from does not read."""
    product, mark, _ = history.key.partition("/21/")
    made_of = history.made_of.get(history.key, frozenset()) if mark else frozenset()
    lots = [key for key in made_of if key.startswith(product + "/") and is_lot(key)]
    found: list[Balance] = []
    for lot in lots:
        try:
            told, _kept = await model.histories.answer(Question((lot,), "back"))
        except Rejected:
            continue  # too many reports to be read; the balances of the box's own history stand
        found += (balance for balance in told.history.balances if balance.key == lot and balance.kind != "lineage")
    return tuple(found)
