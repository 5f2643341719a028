"""An EPCIS event query (EPCIS 2.0, 8.2.7.1) as a value: the criteria, the order of the answer, and the page token.

Owns what matches. `mongo.filter` says the same in the store's language; the contract suite holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from epcis.events import Event, Role
from epcis.readings import plain
from epcis.vocabulary import bare_word
from services.traceability.events.key_patterns import keys_of
from services.traceability.store.names import Name, names

MAX_PER_PAGE = 1000
DEFAULT_PER_PAGE = 30
MOST_PAGE_BYTES = 8 << 20
"""Of events in one answer, well below what a message holds; a page may be shorter than asked (EPCIS 2.0, 8.2.7.1)."""

_TOKEN = re.compile(r"-?[0-9]{1,18}\.[0-9a-f]{64}")
"""Its milliseconds fit into 64 bits, as the store has them."""

Match = Literal["MATCH_epc", "MATCH_anyEPC", "MATCH_epcClass", "MATCH_anyEPCClass"]

_CONTENT: tuple[Role, ...] = ("object", "child")
_ANY: tuple[Role, ...] = ("object", "child", "in", "out", "parent")

MATCHES: dict[Match, tuple[tuple[Role, ...], bool]] = {
    "MATCH_epc": (_CONTENT, False),
    "MATCH_anyEPC": (_ANY, False),
    "MATCH_epcClass": (_CONTENT, True),
    "MATCH_anyEPCClass": (_ANY, True),
}
"""Parameter to the roles it looks at, and whether it looks at classes (quantity lists) or at instances."""


class QueryError(ValueError):
    """The query cannot be answered as asked; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class KeyMatch:
    """Holds when the event names, in one of `roles`, one of the keys or a key that begins with one of the prefixes."""

    roles: frozenset[Role]
    is_class: bool
    keys: frozenset[str]
    prefixes: tuple[str, ...] = ()

    def names(self, name: Name) -> bool:
        in_scope = name.role in self.roles and name.is_class == self.is_class
        return in_scope and (plain(name.key) in self.keys or name.key.startswith(self.prefixes or ("\0",)))


@dataclass(frozen=True, slots=True)
class Range:
    """Milliseconds since 1970 UTC, from inclusive, to exclusive; None is open."""

    from_ms: int | None = None
    to_ms: int | None = None

    def __contains__(self, ms: int) -> bool:
        return (self.from_ms is None or self.from_ms <= ms) and (self.to_ms is None or ms < self.to_ms)

    @property
    def is_open(self) -> bool:
        return self.from_ms is None and self.to_ms is None


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """The last event of a page: its time in the order of the answer, and its record id, which settles ties."""

    ms: int
    record_id: str

    @property
    def token(self) -> str:
        return f"{self.ms}.{self.record_id}"

    @classmethod
    def of_token(cls, token: str) -> Position:
        """Raises QueryError."""
        ms, _, record_id = token.partition(".")
        if _TOKEN.fullmatch(token):
            return cls(int(ms), record_id)
        raise QueryError("page_token: this is no token of an earlier answer; leave it out to begin at the first page")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """All criteria hold together; an empty set is open. Words are bare, places and ids canonical."""

    event_types: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    biz_steps: frozenset[str] = frozenset()
    dispositions: frozenset[str] = frozenset()
    read_points: frozenset[str] = frozenset()
    biz_locations: frozenset[str] = frozenset()
    event_ids: frozenset[str] = frozenset()
    event_time: Range = field(default_factory=Range)
    record_time: Range = field(default_factory=Range)
    matches: tuple[KeyMatch, ...] = ()
    per_page: int = DEFAULT_PER_PAGE
    after: Position | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.per_page <= MAX_PER_PAGE:
            raise QueryError(f"per_page: {self.per_page} is not between 1 and {MAX_PER_PAGE}")

    @property
    def by_record_time(self) -> bool:
        """Whoever asks for what arrived lately reads on in the order of arrival; everybody else by event time."""
        return not self.record_time.is_open

    @property
    def times(self) -> Range:
        """Of the time that the answer is ordered by."""
        return self.record_time if self.by_record_time else self.event_time

    def within(self, times: Range) -> EventQuery:
        """The same of that part of the time."""
        return replace(self, record_time=times) if self.by_record_time else replace(self, event_time=times)

    @property
    def names_something(self) -> bool:
        """Whether an index of names finds what it asks for; what begins with something no index of every store does."""
        return bool(self.event_ids) or any(not match.prefixes for match in self.matches)

    def accepts(self, event: Event, record_time_ms: int) -> bool:
        """Whether the event matches, wherever the page stands."""
        words = (
            (self.event_types, event.type),
            (self.actions, event.action),
            (self.biz_steps, event.biz_step),
            (self.dispositions, event.disposition),
            (self.read_points, event.read_point),
            (self.biz_locations, event.biz_location),
            (self.event_ids, event.event_id),
        )
        if any(wanted and word not in wanted for wanted, word in words):
            return False
        if event.time_ms not in self.event_time or record_time_ms not in self.record_time:
            return False
        named = names(event.body)
        return all(any(match.names(name) for name in named) for match in self.matches)


def match(parameter: Match, patterns: Iterable[str]) -> KeyMatch:
    """One MATCH_ parameter, its patterns as `key_patterns` reads them. Raises QueryError for a ``*`` it cannot read."""
    roles, is_class = MATCHES[parameter]
    keys: set[str] = set()
    prefixes: list[str] = []
    for pattern in patterns:
        found = keys_of(pattern, is_class)
        if found is None:
            raise QueryError(f"{parameter}: {pattern!r} has a * that is not at the end; only a final * is understood")
        keys.update(found[0])
        prefixes.extend(found[1])
    return KeyMatch(frozenset(roles), is_class, frozenset(keys), tuple(prefixes))


def words(values: Iterable[str]) -> frozenset[str]:
    """CBV words in any spelling, as bare words."""
    return frozenset(bare_word(value) or value for value in values)
