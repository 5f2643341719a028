"""What a claim rests on that no event of the thing's own history says: read beside it, for this claim alone.

A field for each such fact, empty where nothing was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provenance.balances.balance import Balance
from provenance.balances.plot_picks import PlotPicks, PlotSeason
from provenance.cold_chain.facts import ColdFacts
from provenance.payments.records import Payments


@dataclass(frozen=True, slots=True)
class Beside:
    """Facts read for one claim; each rule takes its own.

    `plot_picks` are all picks on the plots of the history, `lot_balances` those of a box's own lot with all its boxes.
    """

    plot_picks: Mapping[PlotSeason, PlotPicks] = field(default_factory=dict)
    lot_balances: tuple[Balance, ...] = ()
    cold: ColdFacts = field(default_factory=ColdFacts)
    payments: Payments = field(default_factory=Payments)


NOTHING = Beside()
