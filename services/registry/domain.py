"""Which put may stand: versions replace each other by name, and only those who keep a kind of record write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from epcis.problems import Problem
from provenance.authority import Principal
from provenance.readership import REGISTRY_KEEPERS
from provenance.registry import Party, Record
from provenance.registry_values import KIND_OF
from services.registry.rules import problems_of
from services.registry.writers import may_write

Versions = Sequence[Record]
"""Of one record, the highest first."""


@dataclass(frozen=True, slots=True)
class New:
    """A version to be written."""

    record: Record


@dataclass(frozen=True, slots=True)
class Present:
    """The same version with the same content is there: a put that was sent again."""

    version: int


@dataclass(frozen=True, slots=True)
class Wrong:
    problems: tuple[Problem, ...]


class Drafts:
    """What is registered, by `registered(kind, id)`, and on top of it what was accepted earlier in the same call."""

    def __init__(self, registered: Callable[[str, str], Versions]) -> None:
        self._registered = registered
        self._added: dict[tuple[str, str], tuple[Record, ...]] = {}

    def of(self, kind: str, id: str) -> Versions:
        return (*self._added.get((kind, id), ()), *self._registered(kind, id))

    def known(self, kind: str, id: str) -> bool:
        return bool(self.of(kind, id))

    def add(self, record: Record) -> None:
        key = (KIND_OF[type(record)], record.id)
        self._added[key] = (record, *self._added.get(key, ()))


def decide(record: Record, *, principal: Principal, drafts: Drafts) -> New | Present | Wrong:
    """What becomes of one record put by `principal`, whose name it will carry."""
    kind = KIND_OF[type(record)]
    if not may_write(principal, record, drafts.of):
        sentence = (
            f"none of your roles ({', '.join(sorted(principal.roles))}) may write this {kind.replace('_', ' ')} so"
        )
        return Wrong((Problem("", "may-not-write", sentence),))
    record = replace(record, author=principal.party)
    versions = drafts.of(kind, record.id)
    if any(_same(record, other) for other in versions):
        return Present(record.version)
    if (conflict := _conflict(record, versions)) is not None:
        return Wrong((conflict,))
    problems = problems_of(record, drafts.known)
    return Wrong(tuple(problems)) if problems else New(record)


def _same(put: Record, there: Record) -> bool:
    return replace(put, author=there.author) == there


def _conflict(record: Record, versions: Versions) -> Problem | None:
    last = versions[0].version if versions else 0
    if record.version == last + 1:
        return None
    stands = f"it is at version {last}" if last else "it is not registered yet"
    sentence = f"{stands}, so the next is version {last + 1}; this one says {record.version}: read it again"
    return Problem("/version", "version-conflict", sentence)


def may_erase(principal: Principal, party: str) -> bool:
    """Whoever keeps the registry, and the person itself."""
    return bool(principal.party) and (principal.party == party or bool(principal.roles & REGISTRY_KEEPERS))


def without_personal_data(versions: Versions) -> tuple[Record, ...]:
    """The versions that have a personal part, each as it is to stand from now on."""
    parties = (version for version in versions if isinstance(version, Party))
    return tuple(replace(p, personal_name="", phone="") for p in parties if p.personal_name or p.phone)


def as_on(versions: Versions, day: date) -> Record | None:
    """The record of a day: the highest version valid on it."""
    return next((r for r in versions if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)), None)
