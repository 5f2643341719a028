"""What a history asks for the sake of temperatures: the loggers joined to its rooms, and a few readings to be told.

All readings are read for a claim only, by asset and day (`asset_days`): there may be ten thousand on one truck.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from epcis.events import joined_to
from epcis.readings import readings_on
from provenance.cold_chain.rooms import FOREVER
from provenance.days import DAY_MS, utc_day
from provenance.graph.evidence import Evidence
from provenance.graph.whereabouts import above

MOST_TOLD = 4
"""Days of containers of which a few readings are told as steps."""


def cold_keys(evidence: Evidence, keys: Collection[str], things: Collection[str]) -> Iterator[str]:
    """Names under which the loggers of the rooms of these things are found, and a few readings on what they were in."""
    spans = _spans(evidence, keys)
    for key in {*keys, *(container for _, _, container in spans)}:
        places = {place for document in evidence.naming.get(key, ()) for place in document.event.places}
        yield from (joined_to(place) for place in places if not place.startswith("geo:"))
    yield from islice(dict.fromkeys(_told(evidence, sorted(things), spans)), MOST_TOLD)


def told_readings(evidence: Evidence, keys: Collection[str]) -> Iterator[str]:
    """Names under which a few readings on what these were in are found, and nothing for a verdict."""
    yield from islice(dict.fromkeys(_told(evidence, (), _spans(evidence, keys))), MOST_TOLD)


def _spans(evidence: Evidence, keys: Collection[str]) -> list[tuple[int, int, str]]:
    return sorted({(s, u or FOREVER, c) for key in keys for _, c, s, u in above(key, evidence.containment)})


def _told(evidence: Evidence, things: Collection[str], spans: Collection[tuple[int, int, str]]) -> Iterator[str]:
    """The first day and the next of the latest containers, and the first of the things themselves."""
    for since_ms, until_ms, container in sorted(spans, reverse=True)[:MOST_TOLD]:
        first, last = utc_day(since_ms), utc_day(min(until_ms, since_ms + DAY_MS))
        yield from (readings_on(container, day) for day in dict.fromkeys((first, last)))
    for thing in list(things)[:2]:
        named = evidence.naming.get(thing)
        if named:
            yield readings_on(thing, utc_day(named[0].event.time_ms))
