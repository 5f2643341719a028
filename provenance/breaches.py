"""Where what is reported of items cannot be so: one item of two lots, more taken out of a lot than there was."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from provenance import gaps
from provenance.evidence import Evidence
from provenance.gaps import Gap
from provenance.masses import Masses


def breaches(keys: Collection[str], evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """Of the things of a history; a contradiction is told with either lot."""
    for item, claims in evidence.item_lots.contradictions.items():
        lots = tuple(claim.lot for claim in claims)
        if item in keys or not set(lots).isdisjoint(keys):
            yield gaps.two_lots(item, lots, (claim.document.event.event_id for claim in claims))
    for lot in keys:
        came_in, took = masses.inflow.get(lot), [run for run in evidence.runs.using(lot) if run.serialising]
        if took and came_in is not None and masses.taken(lot) > came_in:
            yield gaps.more_than_there_was(lot, (id_ for run in took for id_ in run.event_ids))
