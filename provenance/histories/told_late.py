"""What was told of a harvest long after it: nobody could look while the fruit was there.

Late telling alone is no failure: books are typed in when the season is over. It is shown, and how long fruit keeps
before it is packed is asked of it as of any other (`kept_fruit`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from provenance.days import DAY_MS
from provenance.graph import gaps
from provenance.graph.evidence import Evidence
from provenance.graph.gaps import Gap
from provenance.graph.masses import Masses
from provenance.standing import Reported

LATE_DAYS = 90
"""A harvest is over and its books are done by then."""


def told_late(keys: Collection[str], evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """One of each lot, with the same reports and days: it is one thing to know of the goods."""
    late = {key: found for key in keys if (found := list(_late(key, evidence, masses)))}
    reports = [document for found in late.values() for document in found]
    most = max(map(_days, reports), default=0)
    for lot in late:
        yield gaps.told_late(lot, most, (document.event.event_id for document in reports))


def _late(lot: str, evidence: Evidence, masses: Masses) -> Iterator[Reported]:
    begun = {event.event_id for event, _ in masses.begun(lot)}
    if begun:
        named = evidence.naming.get(lot, ())
        yield from (d for d in named if d.event.event_id in begun and _days(d) > LATE_DAYS)


def _days(document: Reported) -> int:
    return (document.first.record_time_ms - document.event.time_ms) // DAY_MS
