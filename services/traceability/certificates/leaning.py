"""Reads a certificate, and what leaned on it, out of the store: in the order of making, a page at a time.

A page follows some of the things that were made under the certificate, each by its own forward history (which is kept
while it is true), so the first page costs the same however many there are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from provenance.certificates.dependents import leaning, stands
from provenance.certificates.numbers import tidied
from provenance.certificates.reading import read_certificates
from provenance.certificates.states import Certificate
from provenance.days import china_day, china_midnight
from provenance.graph.crowds import MOST_CERTIFYING, bounded
from provenance.graph.gathering import FOREVER_MS, During, Gathering, Known, Wanted
from provenance.registry.records import Registry
from provenance.standing import MayDeclare, Reported, standings
from provenance.steps import CERTIFIED, certified
from services.traceability.events.in_time import in_time, merged, position
from services.traceability.events.query import Position
from services.traceability.histories.building import build
from services.traceability.histories.telling import Told
from services.traceability.ports import EventStore, StoredEvent
from services.traceability.store.numbers import of_certificate, of_items, of_product
from services.traceability.together import together
from wire.errors import Rejected

MOST_OF_A_NUMBER = 20
"""Certificates that bear it, of each reporter in turn: whoever reads a certificate may report others of its number."""
MOST_STEPS = 3_000
"""Steps that the ways of one page may have in all; then it ends early."""
_TOLD = re.compile("[0-9]{1,6}")

AT_ONCE = 8
"""Things that are followed together: each waits for the store most of the time."""

Value = TypeVar("Value")

Forward = Callable[[str], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Way:
    """Something made under the certificate, when, and its forward history; None where that is too much."""

    seed: str
    made_ms: int
    told: Told | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: `told` of the things are told that the event there made, and all that was made before."""

    event: Position
    told: int

    @property
    def token(self) -> str:
        return f"{self.event.token}.{self.told}"

    @classmethod
    def of_token(cls, token: str) -> Place:
        """Raises QueryError."""
        event, _, told = token.rpartition(".")
        return cls(Position.of_token(event if _TOLD.fullmatch(told) else ""), int(told))


@dataclass(frozen=True, slots=True)
class Ways:
    ways: tuple[Way, ...]
    next: Place | None


async def find_certificates(
    codes: Sequence[str], store: EventStore, may_declare: MayDeclare
) -> tuple[Certificate, ...]:
    """Those of any of these ids, else those that bear one of them as their number."""
    found = await _read(codes, store, may_declare)
    if found:
        return found
    numbers = frozenset(During(of_certificate(tidied(code))) for code in codes)
    return await _read(_in_turn(await store.gathered(Wanted(frozenset(), first=numbers))), store, may_declare)


def _in_turn(events: Iterable[StoredEvent]) -> Sequence[str]:
    """MOST_OF_A_NUMBER of them: the first that each reporter told of, then the second of each."""
    told: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for one in sorted(events, key=lambda one: (one.first, one.record_id)):
        for key in one.parsed.certificates:
            if key not in turns:
                turns[key] = told[one.first.capturer]
                told[one.first.capturer] += 1
    return sorted(turns, key=turns.__getitem__)[:MOST_OF_A_NUMBER]


async def _read(ids: Sequence[str], store: EventStore, may_declare: MayDeclare) -> tuple[Certificate, ...]:
    wanted = set(ids)
    reported = await build(_reported([certified(id_) for id_ in sorted(wanted)], may_declare), store.gathered, {})
    in_force = [s.document for s in standings(reported, may_declare=may_declare).values() if s.in_force]
    return tuple(found for found in read_certificates(in_force) if found.id in wanted)


def _reported(keys: Collection[str], may_declare: MayDeclare) -> Gathering[Collection[Reported]]:
    """With all that says of them, or of what they were corrected to, that it is wrong. Of what is too much what a
    history reads of it (docs/adr/0126): nobody keeps an issuer's word from being read by telling much himself."""

    def read(known: Known) -> Gathering[Collection[Reported]]:
        yield from known.ask(keys)
        yield from known.settle()
        while rest := [part for part, more in known.left.items() if _is_few(part, more)]:
            yield from known.ask_rest(rest)
            yield from known.settle()
        return known.documents.values()

    return (yield from bounded(read, Known(may_declare)))


def _is_few(part: During, more: int) -> bool:
    return part.key.startswith(CERTIFIED) and more <= MOST_CERTIFYING


async def ways(
    certificate: Certificate,
    *,
    store: EventStore,
    forward: Forward,
    registry: Registry,
    most: int,
    after: Place | None,
    now_ms: int,
) -> Ways:
    """The next things made under it, `most` at most: a page may end within what one event made."""
    found: list[Way] = []
    steps, told = 0, after
    making = _making(certificate, _sites(certificate, registry), store, after, now_ms)
    while some := await _next(making, max(1, min(AT_ONCE, most - len(found)))):
        if len(found) >= most:
            return Ways(tuple(found), told)
        followed = await together(partial(_way, forward=forward), some, at_once=AT_ONCE)
        for made, way in zip(some, followed, strict=True):
            if steps >= MOST_STEPS:
                return Ways(tuple(found), told)
            told = made.place
            if way.told:
                steps += len(way.told.history.steps)
            if way.told is None or stands(way.seed, way.told.history):
                found.append(way)
    return Ways(tuple(found), None)


@dataclass(frozen=True, slots=True)
class _Made:
    """A thing, when it was made, and where a page ends that tells it last."""

    seed: str
    made_ms: int
    place: Place


async def _making(
    certificate: Certificate,
    sites: Mapping[str, frozenset[str]],
    store: EventStore,
    after: Place | None,
    now_ms: int,
) -> AsyncIterator[_Made]:
    """Each thing made under it, beginning with what is left of the event where a page ended."""
    since = Position(after.event.ms, "") if after else None
    async for event in _events(certificate, sites, store, since, now_ms):
        here = position(event)
        if after and here < after.event:
            continue
        told = after.told if after and here == after.event else 0
        for number, seed in enumerate(leaning(event.parsed, certificate, sites)[told:], start=told + 1):
            yield _Made(seed, event.parsed.time_ms, Place(here, number))


async def _next(of: AsyncIterator[Value], most: int) -> list[Value]:
    found: list[Value] = []
    while len(found) < most:
        try:
            found.append(await anext(of))
        except StopAsyncIteration:
            break
    return found


async def _way(made: _Made, *, forward: Forward) -> Way:
    try:
        return Way(made.seed, made.made_ms, await forward(made.seed))
    except Rejected:
        return Way(made.seed, made.made_ms, None)


def _scope(certificate: Certificate) -> frozenset[str]:
    """Of all its issues: one for fewer things unmakes nothing that leaned on those before."""
    return frozenset(id_ for issue in certificate.issues for id_ in issue.scope)


def _sites(certificate: Certificate, registry: Registry) -> Mapping[str, frozenset[str]]:
    """The places of each party in its scopes."""
    days = {issue.valid_from for issue in certificate.issues if issue.valid_from}
    days |= {issue.last_day for issue in certificate.issues if issue.last_day}
    days |= {china_day(change.time_ms) for change in certificate.told}
    found = {
        id_: frozenset(site.id for day in days for site in registry.sites_of(id_, day)) for id_ in _scope(certificate)
    }
    return {id_: sites for id_, sites in found.items() if sites}


def _events(
    certificate: Certificate,
    sites: Mapping[str, frozenset[str]],
    store: EventStore,
    after: Position | None,
    now_ms: int,
) -> AsyncIterator[StoredEvent]:
    """Those that may make something under it, and others, in the order of time: what names it, or a place in its scope;
    and what makes a product, or a lot that it is for. Of a lot it may have been written when that was made."""
    since_ms, until_ms = _times(certificate)
    scope = _scope(certificate)
    products = {name for id_ in scope if _is_gtin(id_) for name in (of_product(id_), of_items(id_))}
    things = frozenset(id_ for id_ in scope if "/01/" in id_ and not _is_gtin(id_))
    named = scope.union([certificate.id], products, *sites.values())
    reading = partial(in_time, store=store, after=after, now_ms=now_ms)
    streams = [reading(named, since_ms, until_ms)]
    if things:
        streams += [reading(things, -FOREVER_MS, since_ms), reading(things, until_ms, FOREVER_MS)]
    return merged(streams)


def _times(certificate: Certificate) -> tuple[int, int]:
    """From the first moment it may have been good until after the last; days are China's."""
    firsts = [issue.valid_from for issue in certificate.issues]
    ends = [issue.valid_to for issue in certificate.issues]
    begins_ms = china_midnight(min(filter(None, firsts))) if all(firsts) else -FOREVER_MS
    ends_ms = china_midnight(max(filter(None, ends))) if all(ends) else FOREVER_MS
    return max(begins_ms, min(change.time_ms for change in certificate.told)), ends_ms


def _is_gtin(id_: str) -> bool:
    _, mark, rest = id_.partition("/01/")
    return bool(mark) and "/" not in rest
