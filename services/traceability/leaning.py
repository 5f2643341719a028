"""Reads a certificate, and what leaned on it, out of the store: in the order of making, a page at a time.

A page follows some of the things that were made under the certificate, each by its own forward history (which is kept
while it is true), so the first page costs the same however many there are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from epcis.events import Role
from provenance.certificate_numbers import tidied
from provenance.certificates import Certificate, read_certificates
from provenance.days import china_day, china_midnight
from provenance.dependents import leaning, stands
from provenance.registry import Registry
from provenance.standing import MayDeclare, Reported, standings
from provenance.steps import certified
from services.traceability.event_query import EventQuery, KeyMatch, Position, Range
from services.traceability.numbers import of_certificate
from services.traceability.ports import EventStore, StoredEvent
from services.traceability.telling import Told
from wire.errors import Rejected

MOST_OF_A_NUMBER = 20
MOST_STEPS = 3_000
"""Steps that the ways of one page may have in all; then it ends early."""
PER_READ = 50

Forward = Callable[[str], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Way:
    """Something made under the certificate, when, and its forward history; None where that is too much."""

    seed: str
    made_ms: int
    told: Told | None


@dataclass(frozen=True, slots=True)
class Ways:
    ways: tuple[Way, ...]
    next: Position | None


async def find_certificates(
    codes: Sequence[str], store: EventStore, may_declare: MayDeclare
) -> tuple[Certificate, ...]:
    """Those of any of these ids, else those that bear one of them as their number."""
    found = await _read(codes, store, may_declare)
    if found:
        return found
    listed = [await store.making(of_certificate(tidied(code)), MOST_OF_A_NUMBER) for code in codes]
    return await _read([key for outlines in listed for one in outlines for key in one.made], store, may_declare)


async def _read(ids: Sequence[str], store: EventStore, may_declare: MayDeclare) -> tuple[Certificate, ...]:
    wanted = set(ids)
    events = await store.naming([certified(id_) for id_ in wanted]) if wanted else ()
    reported = await _with_declarations(events, store)
    in_force = [s.document for s in standings(reported, may_declare=may_declare).values() if s.in_force]
    return tuple(found for found in read_certificates(in_force) if found.id in wanted)


async def _with_declarations(events: Sequence[StoredEvent], store: EventStore) -> list[Reported]:
    """With all that says of them, or of what they were corrected to, that it is wrong."""
    known = {event.record_id: event for event in events}
    asked: set[str] = set()
    while wanted := {id_ for event in known.values() for id_ in _ids_in(event)} - asked:
        asked |= wanted
        known |= {event.record_id: event for event in await store.naming(wanted)}
    return [Reported(e.record_id, e.parsed, e.content_hash, e.first) for e in known.values()]


def _ids_in(event: StoredEvent) -> Iterator[str]:
    yield event.parsed.event_id
    if event.parsed.error_declaration:
        yield from event.parsed.error_declaration.corrective_event_ids


async def ways(
    certificate: Certificate,
    *,
    store: EventStore,
    forward: Forward,
    registry: Registry,
    most: int,
    after: Position | None,
) -> Ways:
    """The next things made under it, `most` at most, whole events at a time."""
    sites = _sites(certificate, registry)
    found: list[Way] = []
    steps, position = 0, after
    async for event in _events(certificate, sites, store, after):
        seeds = leaning(event.parsed, certificate, sites)
        if seeds and (len(found) >= most or steps >= MOST_STEPS):
            return Ways(tuple(found), position)
        position = Position(event.parsed.time_ms, event.record_id)
        for seed in seeds:
            way = await _way(seed, event.parsed.time_ms, forward)
            if way.told is None or stands(seed, way.told.history):
                steps += len(way.told.history.steps) if way.told else 0
                found.append(way)
    return Ways(tuple(found), None)


async def _way(seed: str, made_ms: int, forward: Forward) -> Way:
    try:
        return Way(seed, made_ms, await forward(seed))
    except Rejected:
        return Way(seed, made_ms, None)


def _scope(certificate: Certificate) -> frozenset[str]:
    """Of all its issues: one for fewer things unmakes nothing that leaned on those before."""
    return frozenset(id_ for issue in certificate.issues for id_ in issue.scope)


def _sites(certificate: Certificate, registry: Registry) -> Mapping[str, frozenset[str]]:
    """The places of each party in its scopes."""
    days = {issue.valid_from for issue in certificate.issues if issue.valid_from}
    days |= {issue.last_day for issue in certificate.issues if issue.last_day}
    days |= {china_day(change.time_ms) for change in certificate.states}
    found = {
        id_: frozenset(site.id for day in days for site in registry.sites_of(id_, day)) for id_ in _scope(certificate)
    }
    return {id_: sites for id_, sites in found.items() if sites}


async def _events(
    certificate: Certificate, sites: Mapping[str, frozenset[str]], store: EventStore, after: Position | None
) -> AsyncIterator[StoredEvent]:
    """Those that may make something under it, in the order of time: the queries of `_queries` merged."""
    while True:
        pages = await asyncio.gather(*(store.query(query) for query in _queries(certificate, sites, after)))
        ends = [page.next for page in pages if page.next is not None]
        last = min(ends, default=None)
        merged = {_position(event): event for page in pages for event in page.events}
        for position in sorted(merged):
            if last is None or position <= last:
                yield merged[position]
        if last is None:
            return
        after = last


def _position(event: StoredEvent) -> Position:
    return Position(event.parsed.time_ms, event.record_id)


_MADE: frozenset[Role] = frozenset({"object", "out"})
_MAKING = (
    EventQuery(event_types=frozenset({"TransformationEvent"})),
    EventQuery(event_types=frozenset({"ObjectEvent"}), actions=frozenset({"ADD"})),
)


def _queries(
    certificate: Certificate, sites: Mapping[str, frozenset[str]], after: Position | None
) -> Iterator[EventQuery]:
    """What names it; and what makes something at a place, of a product, or a lot that it is for. Of a lot it may have
    been written when that was made."""
    days, ever = _days(certificate), Range()
    scope = _scope(certificate)
    gtins = tuple(f"{id_}/" for id_ in sorted(scope) if _is_gtin(id_))
    things = frozenset(id_ for id_ in scope if "/01/" in id_ and not _is_gtin(id_))
    yield _query(_named("certificate", [certificate.id]), days, after, EventQuery())
    for making in _MAKING:
        yield _query(_named("site", scope.union(*sites.values())), days, after, making)
        for is_class in (True, False):
            if gtins:
                yield _query(KeyMatch(_MADE, is_class, frozenset(), gtins), days, after, making)
            if things:
                yield _query(KeyMatch(_MADE, is_class, things), ever, after, making)
        if things:
            yield _query(_named("lot", things), ever, after, making)


def _named(role: Role, keys: Collection[str]) -> KeyMatch:
    return KeyMatch(frozenset({role}), is_class=False, keys=frozenset(keys))


def _query(match: KeyMatch, times: Range, after: Position | None, making: EventQuery) -> EventQuery:
    return replace(making, event_time=times, matches=(match,), per_page=PER_READ, after=after)


def _days(certificate: Certificate) -> Range:
    """From the first day of any issue until after the last of any; days are China's."""
    firsts = [issue.valid_from for issue in certificate.issues]
    ends = [issue.valid_to for issue in certificate.issues]
    return Range(
        china_midnight(min(filter(None, firsts))) if all(firsts) else None,
        china_midnight(max(filter(None, ends))) if all(ends) else None,
    )


def _is_gtin(id_: str) -> bool:
    _, mark, rest = id_.partition("/01/")
    return bool(mark) and "/" not in rest
