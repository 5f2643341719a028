"""The balances of a history: of each run, each lot, each lot at each site, and of all that came to be a thing.

Said as reported, whether it can be so or not. How much more is believed, and what it does to a label, is
`provenance.balances.tolerances`; what a plot can bear is `provenance.balances.plot_yields`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction

from provenance.balances.away import Away
from provenance.balances.balance import NONE, Balance, told_in_order
from provenance.balances.site_accounts import SiteAccounts
from provenance.graph.draws import DrawKind
from provenance.graph.effects import effect
from provenance.graph.evidence import Evidence
from provenance.graph.masses import Masses
from provenance.graph.runs import Run
from provenance.graph.whereabouts import returns
from provenance.quantities import Kilograms, known, over, summed, total

OPEN_AT_MOST_MS = 48 * 3_600_000
"""A run that nobody closes is over this long after its first event, so that none is provisional for ever."""


def balances(key: str, keys: Collection[str], evidence: Evidence, masses: Masses) -> tuple[Balance, ...]:
    """Of a thing and all it was made of, `keys`; in an order of their own, whatever the order of the reports."""
    runs = {run.id: run for thing in keys for run in evidence.runs.making(thing) if not run.serialising}
    of_runs = [_run(run, masses) for run in runs.values() if run.inputs]
    lots = [thing for thing in keys if masses.is_lot(thing)]
    of_lots = [found for lot in lots if (found := lot_balance(lot, evidence, masses))]
    accounts = SiteAccounts(evidence, masses)
    at_sites = [found for lot in lots for found in accounts.of(lot)]
    lineage = [_lineage(key, keys, (*of_runs, *of_lots), masses)] if runs else []
    return tuple(sorted((*of_runs, *of_lots, *at_sites, *lineage), key=told_in_order))


def _run(run: Run, masses: Masses) -> Balance:
    put_in, came_out = masses.put_in(run), masses.came_out(run) or known(masses.made(run).values())
    until = _provisional_until(run)
    is_over = until is None and put_in is not None and masses.came_out(run) is not None
    return Balance(
        kind="run",
        key=run.id,
        since_ms=min(document.event.time_ms for document in run.documents),
        there_kg=put_in,
        weighed_kg=known(masses.used(run).values()),
        went_kg=came_out,
        lost_kg=over(put_in or NONE, came_out) if is_over else NONE,
        provisional_until_ms=until,
        event_ids=tuple(sorted(set(run.event_ids))),
        product=min((item.key for item in run.outputs), default=""),
    )


def _provisional_until(run: Run) -> int | None:
    """None where it is over: it has no transformation id, or one of its events says so."""
    if not run.may_go_on:
        return None
    return min(document.event.time_ms for document in run.documents) + OPEN_AT_MOST_MS


def lot_balance(lot: str, evidence: Evidence, masses: Masses) -> Balance | None:
    """Used, labelled, sold and lost, against what there was, wherever; what came back may be sold again, not used."""
    drawn: defaultdict[DrawKind, list[Kilograms]] = defaultdict(list)
    ids: set[str] = set()
    for draw in masses.draws.of(lot):
        drawn[draw.kind].append(draw.kilograms)
        ids.update(draw.event_ids)
    if not ids:
        return None
    sold = over(known(drawn["sold"]), _sold_again(lot, evidence, masses))
    return Balance(
        kind="lot",
        key=lot,
        there_kg=masses.inflow.get(lot),
        weighed_kg=summed([_at_least(run, kg, masses) for run, kg in masses.parts(lot)]),
        went_kg=known((*drawn["used"], *drawn["labelled"], sold)),
        used_kg=total(drawn["used"]),
        lost_kg=known(drawn["lost"]),
        event_ids=tuple(sorted(ids)),
        product=lot,
    )


def _at_least(run: Run | None, kg: Kilograms, masses: Masses) -> Fraction:
    """What nobody weighed as it came out of a run is an equal part of what was weighed as it went in."""
    if kg is not None or run is None:
        return kg or NONE
    made = masses.made(run).values()
    unweighed = sum(1 for one in made if one is None)
    return over(known(masses.used(run).values()), known(made)) / unweighed


def _sold_again(lot: str, evidence: Evidence, masses: Masses) -> Fraction:
    """What was sold a second time after it had come back, and of that no more than had been sold by then.

    Only a sale takes of what came back: packed again it would be new goods, and nobody can see that it is the same.
    """
    away, back, again = Away(), NONE, NONE
    named = evidence.naming.get(lot, ())
    for document in named if any(returns(document.event) for document in named) else ():
        event, done = document.event, effect(document.event)
        kg = known(map(masses.weight, event.items_by_key.get(lot, ())))
        if done == "returned":
            back += away.comes_back(kg)
        elif done == "sold":
            away.sold(kg)
            of_it = min(kg, back)
            back, again = back - of_it, again + of_it
    return again


def _lineage(key: str, keys: Collection[str], steps: Iterable[Balance], masses: Masses) -> Balance:
    """All that was brought in on the way, and what came of it: that, and whatever more any step made of it.

    Each step may be within what scales differ by, and all together are not.
    """
    begun = [kg for thing in keys for _, kg in masses.begun(thing)]
    brought, weighed = total(begun), known(begun)
    more = [step for step in steps if step.beyond_kg]
    is_sure = all(step.there_kg is not None for step in more)
    ends = [step.provisional_until_ms for step in more if step.provisional_until_ms is not None]
    return Balance(
        kind="lineage",
        key=key,
        there_kg=(brought or None) if is_sure else None,
        weighed_kg=weighed,
        went_kg=known((weighed, *(step.beyond_kg for step in more))),
        provisional_until_ms=max(ends, default=None),
        event_ids=tuple(sorted({id_ for step in more for id_ in step.event_ids})),
        product=key,
    )
