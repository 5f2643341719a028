"""An event query in the store's query language. Pure; `events.query` says what it means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from epcis.readings import readings_of
from services.traceability.events.query import EventQuery, KeyMatch, Range
from services.traceability.store.numbers import MILESTONE

Filter = dict[str, Any]


def filters_of(query: EventQuery) -> tuple[Filter, ...]:
    """Everything the query asks for, and only what comes after its position: what answers the first of them comes
    before what answers the next.

    Flat, and first what an index finds: below `$and` and `$or` the one-machine store finds no index, and of several it
    takes the first.
    """
    times = {"time": query.event_time, "first.recorded": query.record_time}
    field, after = order_field(query), query.after
    if after is None:
        return (_all(query, times),)
    since_ms = max(after.ms + 1, times[field].from_ms or after.ms + 1)
    later = _all(query, times | {field: Range(since_ms, times[field].to_ms)})
    if after.ms not in times.pop(field):
        return (later,)
    at_that = {field: after.ms, "_id": {"$gt": after.record_id}}
    return {**_indexed(query), **at_that, **_all(query, times)}, later


def _all(query: EventQuery, times: Mapping[str, Range]) -> Filter:
    first = order_field(query)
    ranges = {field: _range(times[field]) for field in sorted(times, key=first.__ne__) if not times[field].is_open}
    return {**_indexed(query), **ranges, **dict(_words(query)), **_named(query)}


def milestones_of(query: EventQuery, since_ms: int | None) -> Filter:
    """Those of the query's time that stand after a moment; no words: they are where windows end, not what is found."""
    after = query.times.from_ms if since_ms is None else since_ms + 1
    times = Range(after, query.times.to_ms)
    return {"keys.k": MILESTONE, **({} if times.is_open else {order_field(query): _range(times)})}


def order_field(query: EventQuery) -> str:
    """The field the answer is ordered by, before `_id`."""
    return "first.recorded" if query.by_record_time else "time"


def _words(query: EventQuery) -> Iterator[tuple[str, Filter]]:
    wanted: tuple[tuple[str, Collection[str]], ...] = (
        ("type", query.event_types),
        ("action", query.actions),
        ("step", query.biz_steps),
        ("disposition", query.dispositions),
        ("read_point", query.read_points),
        ("biz_location", query.biz_locations),
    )
    yield from ((field, {"$in": sorted(words)}) for field, words in wanted if words)


def _range(times: Range) -> Filter:
    bounds = (("$gte", times.from_ms), ("$lt", times.to_ms))
    return {operator: ms for operator, ms in bounds if ms is not None}


def _indexed(query: EventQuery) -> Filter:
    """Some names of which there is one in all that is asked for."""
    named = [query.event_ids] if query.event_ids else [_keys(m) for m in query.matches if not m.prefixes]
    return {"keys.k": {"$in": sorted(named[0])}} if named else {}


def _named(query: EventQuery) -> Filter:
    entries: list[Filter] = [{"k": {"$in": sorted(query.event_ids)}, "r": "event"}] if query.event_ids else []
    entries += map(_entry, query.matches)
    found = [{"$elemMatch": entry} for entry in entries]
    return {"keys": {"$all": found} if len(found) > 1 else found[0]} if found else {}


def _entry(match: KeyMatch) -> Filter:
    # Anchored, so that an index is read from the prefix on and not from its beginning.
    prefixes = [re.compile("^" + re.escape(prefix)) for prefix in match.prefixes]
    scope = {"r": {"$in": sorted(match.roles)}, "c": True if match.is_class else {"$exists": False}}
    return {"k": {"$in": [*sorted(_keys(match)), *prefixes]}, **scope}


def _keys(match: KeyMatch) -> set[str]:
    return {*match.keys, *map(readings_of, match.keys)}
