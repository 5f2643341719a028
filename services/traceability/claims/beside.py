"""Reads what a claim needs beside the history: a read for each fact, all at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from provenance.balances.balance import Balance
from provenance.balances.plot_yields import seasons_of
from provenance.graph.gaps import Gap
from provenance.histories.history import History
from provenance.payments.records import Payments
from provenance.rules.beside import Beside
from services.traceability.claims.plot_seasons import picks_of
from services.traceability.histories.telling import Question
from services.traceability.model import ReadModel
from services.traceability.payments.paying import payments_for
from services.traceability.store.numbers import is_lot
from wire.errors import Rejected


async def beside(history: History, model: ReadModel, *, with_payments: bool = True) -> Beside:
    """Raises `wire.errors.Transient` where the store does not answer."""
    picks, lots, cold, payments = await asyncio.gather(
        picks_of(seasons_of(history), model.plots),
        _own_lot(history, model),
        model.cold.facts(history),
        payments_for(history, model.payments) if with_payments else _no_payments(),
    )
    return Beside(plot_picks=picks, lot_balances=lots, cold=cold, payments=payments)


async def overdrawn(history: History, model: ReadModel) -> tuple[Gap, ...]:
    """Of a box: that more was taken of its lot than there was, which the reports about the box alone do not show."""
    known = {(gap.code, gap.key) for gap in history.gaps}
    gaps = [gap for lot in await _own_lots(history, model) for gap in lot.gaps if gap.key == lot.key]
    return tuple(gap for gap in gaps if gap.code == "more-than-there-was" and (gap.code, gap.key) not in known)


async def _no_payments() -> Payments:
    return Payments()


async def _own_lot(history: History, model: ReadModel) -> tuple[Balance, ...]:
    return tuple(
        balance
        for lot in await _own_lots(history, model)
        for balance in lot.balances
        if balance.key == lot.key and balance.kind != "lineage"
    )


async def _own_lots(history: History, model: ReadModel) -> list[History]:
    """Of a box: its lot with all the boxes of it, which where the box came from does not read."""
    product, mark, _ = history.key.partition("/21/")
    made_of = history.made_of.get(history.key, frozenset()) if mark else frozenset()
    found: list[History] = []
    for lot in sorted(key for key in made_of if key.startswith(product + "/") and is_lot(key)):
        with suppress(Rejected):  # too many reports to be read; what the box's own history says stands
            told, _kept = await model.histories.answer(Question((lot,), "back"))
            found.append(told.history)
    return found
