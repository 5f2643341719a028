"""Which put may stand: versions replace each other by name, and only those who keep a kind of record write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from epcis.problems import Problem
from provenance.access.authority import Principal
from provenance.access.readership import REGISTRY_KEEPERS
from provenance.registry.plot_changes import within_season
from provenance.registry.reading import RegistryReading, targets_of
from provenance.registry.records import Brand, Party, Proposal, Record, Site
from provenance.registry.values import KIND_OF
from services.registry.one_brand import listed_elsewhere
from services.registry.rules import problems_of
from services.registry.writers import may_write

ENROLLED = ("party", "site", "mandate", "beneficiary")
"""Kinds that one party proposes and another approves: of parties the growers, of sites the plots."""

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
    """What is registered, by `registered(kind, id)`, and on top of it what was accepted earlier in the same call.

    `linked(kind, target)` are the ids of registered records that name `target`.
    """

    def __init__(
        self,
        registered: Callable[[str, str], Versions],
        linked: Callable[[str, str], Sequence[str]] = lambda kind, target: (),
    ) -> None:
        self._registered = registered
        self._linked = linked
        self._added: dict[tuple[str, str], tuple[Record, ...]] = {}
        self.registry = RegistryReading(lambda kind, id_: tuple(self.of(kind, id_)), self.linked)

    def of(self, kind: str, id: str) -> Versions:
        return (*self._added.get((kind, id), ()), *self._registered(kind, id))

    def known(self, kind: str, id: str) -> bool:
        return bool(self.of(kind, id))

    def linked(self, kind: str, target: str) -> tuple[str, ...]:
        added = {id_ for (named, id_), records in self._added.items() if named == kind and _names(records, target)}
        return tuple(sorted({*self._linked(kind, target), *added}))

    def add(self, record: Record) -> None:
        key = (KIND_OF[type(record)], record.id)
        self._added[key] = (record, *self._added.get(key, ()))


def _names(records: Versions, target: str) -> bool:
    return any(target in targets_of(record) for record in records)


def decide(record: Record, *, principal: Principal, drafts: Drafts, today: date) -> New | Present | Wrong:
    """What becomes of one record put by `principal`, whose name it will carry."""
    kind = KIND_OF[type(record)]
    if not may_write(principal, record, drafts.of):
        sentence = (
            f"none of your roles ({', '.join(sorted(principal.roles))}) may write this {kind.replace('_', ' ')} so"
            + ("; propose it, and another party approves it" if kind in ENROLLED else "")
        )
        return Wrong((Problem("", "may-not-write", sentence),))
    record = replace(record, author=principal.party, approved_by="")
    if isinstance(record, Site):
        record = since(record, None, drafts)
    versions = drafts.of(kind, record.id)
    if any(_same(record, other) for other in versions):
        return Present(record.version)
    if (moved_on := conflict(record, versions)) is not None:
        return Wrong((moved_on,))
    problems = wrong_in(record, versions, drafts, today)
    return Wrong(problems) if problems else New(record)


def wrong_in(record: Record, versions: Versions, drafts: Drafts, today: date) -> tuple[Problem, ...]:
    """Why a record may not be in force from today's knowledge, whoever wrote it."""
    problems = problems_of(record, drafts.known)
    if problems:
        return tuple(problems)
    early = within_season(record, versions, today) if isinstance(record, Site) else ()
    taken = listed_elsewhere(record, versions, drafts.of, drafts.linked) if isinstance(record, Brand) else ()
    return (*early, *taken)


def since(record: Site, proposed_on: date | None, drafts: Drafts) -> Site:
    """The plot with the day its first version was proposed. One registered again after its end is new."""
    there = newest_site(record.id, drafts)
    if there is not None and (there.valid_to is None or record.valid_from <= there.valid_to):
        proposed_on = there.proposed_on
    return replace(record, proposed_on=proposed_on if record.kind == "plot" else None)


def newest_site(id: str, drafts: Drafts) -> Site | None:
    there = next(iter(drafts.of("site", id)), None)
    return there if isinstance(there, Site) else None


def _same(put: Record, there: Record) -> bool:
    return replace(put, author=there.author, approved_by=there.approved_by) == there


def conflict(record: Record, versions: Versions) -> Problem | None:
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
    """The versions that have a personal part, in themselves or proposed, each as it is to stand from now on."""
    bare = ((version, without_person(version)) for version in versions)
    return tuple(erased for version, erased in bare if erased != version)


def without_person(record: Record) -> Record:
    """The record without a person's name and telephone number, in itself or proposed."""
    match record:
        case Party():
            return replace(record, personal_name="", phone="")
        case Proposal():
            return replace(record, proposed=without_person(record.proposed))
    return record
