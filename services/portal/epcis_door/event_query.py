"""The query string of `GET /epcis/events` (EPCIS 2.0, 8.2.7 and the REST binding) as one frozen value.

Owns which parameters exist, how each is read, and the sentence where one is wrong. Lists are separated by ``|``;
a parameter given twice means both. Which events match is `traceability`'s affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from epcis.events import milliseconds
from epcis.identifiers import canonical
from epcis.vocabulary import bare_word

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
DEFAULT_PER_PAGE = 30
MAX_PER_PAGE = 500
MAX_LIST = 100
_WHOLE = re.compile("[0-9]{1,9}")
_PASSED_ON = re.compile("[0-9]+|linkType|sig")
"""What a resolver passes on from a Digital Link that leads here: they are no criteria (ADR 0149)."""


class QueryParameterError(ValueError):
    """`parameter` is unknown or its value cannot be read; the message says what would be right."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class QueryTooLargeError(QueryParameterError):
    """More values in a list than the portal takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """All criteria hold together; an empty one is open. Times are milliseconds since 1970 UTC."""

    event_types: tuple[str, ...] = ()
    ge_event_time_ms: int | None = None
    lt_event_time_ms: int | None = None
    ge_record_time_ms: int | None = None
    lt_record_time_ms: int | None = None
    biz_steps: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    read_points: tuple[str, ...] = ()
    biz_locations: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    match_epc: tuple[str, ...] = ()
    match_any_epc: tuple[str, ...] = ()
    match_epc_class: tuple[str, ...] = ()
    match_any_epc_class: tuple[str, ...] = ()
    per_page: int = DEFAULT_PER_PAGE
    page_token: str = ""


def read_query(parameters: Iterable[tuple[str, str]]) -> EventQuery:
    """Raises QueryParameterError naming the first parameter that is unknown or wrong."""
    criteria: dict[str, Any] = {}
    for name, value in parameters:
        if _PASSED_ON.fullmatch(name):
            continue
        field, read = _parameter(name)
        given = read(name, value)
        criteria[field] = criteria.get(field, ()) + given if isinstance(given, tuple) else given
        if isinstance(given, tuple) and len(criteria[field]) > MAX_LIST:
            raise QueryTooLargeError(name, f"{name} has more than {MAX_LIST} values; ask in several queries.")
    return EventQuery(**criteria)


def _parameter(name: str) -> tuple[str, Callable[[str, str], Any]]:
    known = _PARAMETERS.get(name)
    if known is None:
        listed = ", ".join(_PARAMETERS)
        raise QueryParameterError(name, f"{name!r} is no query parameter here. Known are {listed}.")
    return known


def _members(name: str, value: str) -> tuple[str, ...]:
    members = tuple(member for member in value.split("|") if member)
    if not members:
        raise QueryParameterError(name, f"{name} has no value; leave it out or give one or more, separated by |.")
    return members


def _words(name: str, value: str) -> tuple[str, ...]:
    return tuple(bare_word(member) or member for member in _members(name, value))


def _keys(name: str, value: str) -> tuple[str, ...]:
    return tuple(canonical(member) for member in _members(name, value))


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, str], tuple[str, ...]]:
    def read(name: str, value: str) -> tuple[str, ...]:
        members = _members(name, value)
        for member in members:
            if member not in allowed:
                raise QueryParameterError(name, f"{name} is one of {', '.join(allowed)}; {member!r} is not.")
        return members

    return read


def _time(name: str, value: str) -> int:
    try:
        # A + that came unescaped is a space by the rules of query strings.
        return milliseconds(value.replace(" ", "+"))
    except ValueError:
        example = "2026-09-12T06:30:00+08:00"
        raise QueryParameterError(name, f"{name} is a time with its zone, such as {example}.") from None


def read_per_page(value: str, most: int = MAX_PER_PAGE) -> int:
    """At most `most`. Raises QueryParameterError."""
    if not _WHOLE.fullmatch(value) or int(value) < 1:
        raise QueryParameterError("perPage", f"perPage is a whole number from 1 to {most}.")
    return min(int(value), most)


def _per_page(name: str, value: str) -> int:
    return read_per_page(value)


def _text(name: str, value: str) -> str:
    return value


_PARAMETERS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "eventType": ("event_types", _one_of(EVENT_TYPES)),
    "GE_eventTime": ("ge_event_time_ms", _time),
    "LT_eventTime": ("lt_event_time_ms", _time),
    "GE_recordTime": ("ge_record_time_ms", _time),
    "LT_recordTime": ("lt_record_time_ms", _time),
    "EQ_action": ("actions", _one_of(ACTIONS)),
    "EQ_bizStep": ("biz_steps", _words),
    "EQ_disposition": ("dispositions", _words),
    "EQ_readPoint": ("read_points", _keys),
    "EQ_bizLocation": ("biz_locations", _keys),
    "EQ_eventID": ("event_ids", _members),
    "MATCH_epc": ("match_epc", _members),
    "MATCH_anyEPC": ("match_any_epc", _members),
    "MATCH_epcClass": ("match_epc_class", _members),
    "MATCH_anyEPCClass": ("match_any_epc_class", _members),
    "perPage": ("per_page", _per_page),
    "nextPageToken": ("page_token", _text),
}

PARAMETER_NAMES = tuple(_PARAMETERS)
