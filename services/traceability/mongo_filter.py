"""An event query in the store's query language. Pure; `event_query` says what it means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from epcis.readings import readings_of
from services.traceability.event_query import EventQuery, KeyMatch, Range

Filter = dict[str, Any]


def filters_of(query: EventQuery) -> tuple[Filter, ...]:
    """Everything the query asks for, and only what comes after its position: what answers the first of them comes
    before what answers the next.

    As flat as can be: below `$and` and `$or` the one-machine store finds no index, and looks at every event.
    """
    times = {"time": query.event_time, "first.recorded": query.record_time}
    clauses = [*_names(query), *_words(query)]
    if query.after is None:
        return (_flat([*clauses, *_times(times)]),)
    field, ms = order_field(query), query.after.ms
    since_ms = max(ms + 1, times[field].from_ms or ms + 1)
    later = _flat([*clauses, *_times({**times, field: Range(since_ms, times[field].to_ms)})])
    if ms not in times.pop(field):
        return (later,)
    return _flat([*clauses, *_times(times), {field: ms, "_id": {"$gt": query.after.record_id}}]), later


def _flat(clauses: Iterable[Filter]) -> Filter:
    flat: Filter = {}
    beside = []
    for clause in clauses:
        if flat.keys().isdisjoint(clause):
            flat |= clause
        else:
            beside.append(clause)
    return {**flat, "$and": beside} if beside else flat


def order_field(query: EventQuery) -> str:
    """The field the answer is ordered by, before `_id`."""
    return "first.recorded" if query.by_record_time else "time"


def _words(query: EventQuery) -> Iterator[Filter]:
    wanted: tuple[tuple[str, Collection[str]], ...] = (
        ("type", query.event_types),
        ("action", query.actions),
        ("step", query.biz_steps),
        ("disposition", query.dispositions),
        ("read_point", query.read_points),
        ("biz_location", query.biz_locations),
    )
    for field, words in wanted:
        if words:
            yield {field: {"$in": sorted(words)}}


def _times(ranges: Mapping[str, Range]) -> Iterator[Filter]:
    for field, times in ranges.items():
        if not times.is_open:
            yield {field: _range(times)}


def _range(times: Range) -> Filter:
    bounds = (("$gte", times.from_ms), ("$lt", times.to_ms))
    return {operator: ms for operator, ms in bounds if ms is not None}


def _names(query: EventQuery) -> Iterator[Filter]:
    if query.event_ids:
        yield {"keys.k": {"$in": sorted(query.event_ids)}}
        yield {"keys": {"$elemMatch": {"k": {"$in": sorted(query.event_ids)}, "r": "event"}}}
    for match in query.matches:
        spelled = list(_spelled(match))
        if not match.prefixes:
            yield {"keys.k": {"$in": _keys(match)}}
        yield {"$or": spelled} if len(spelled) > 1 else spelled[0]


def _spelled(match: KeyMatch) -> Iterator[Filter]:
    scope = {"r": {"$in": sorted(match.roles)}, "c": True if match.is_class else {"$exists": False}}
    if match.keys or not match.prefixes:
        yield {"keys": {"$elemMatch": {"k": {"$in": _keys(match)}, **scope}}}
    for prefix in match.prefixes:
        # Anchored, so that the index is read from the prefix on and not from its beginning.
        yield {"keys": {"$elemMatch": {"k": {"$regex": "^" + re.escape(prefix)}, **scope}}}


def _keys(match: KeyMatch) -> list[str]:
    return sorted({*match.keys, *map(readings_of, match.keys)})
