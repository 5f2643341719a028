"""What a set of reports amounts to: which event counts, which is void, where they contradict each other.

Rules 3 and 4 of the architecture as a pure function of the set: any order and any number of repeats give the same
answer. Under one event id, documents of one content are repeats; of several contents the one reported first is
effective and the others are conflicts, to be shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from epcis.events import Event
from provenance.cycles import components
from provenance.days import china_day

State = Literal["in_force", "void", "corrected", "disputed"]
MayDeclare = Callable[[str, date], bool]
"""Whether this party was an inspector or the operator, who may declare anybody's report wrong, on a day (China)."""


class First(NamedTuple):
    """When and where a document was first recorded, and by whom; the least of all its copies."""

    record_time_ms: int
    topic: str
    partition: int
    offset: int
    capturer: str

    @property
    def day(self) -> date:
        """In China: of it the registry is asked who the capturer was."""
        return china_day(self.record_time_ms)


@dataclass(frozen=True, slots=True)
class Reported:
    """One stored document. `record_id` is the SHA-256 of its bytes, `content_hash` that of its CBV pre-hash."""

    record_id: str
    event: Event
    content_hash: bytes
    first: First


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one event id. `document` is the effective one, or a declaration where there is no original.

    `corrected_by` are the reports in force in its place. `conflicting` are documents of which only one can be right:
    several contents under the id, or declarations that put different reports into its place. `declared_by` are those
    whose declarations count. `counting` are the reports that count now: itself, what is in its place, or of a
    correction that was taken back what counts in the place of what it was to correct.
    """

    event_id: str
    document: Reported
    state: State
    conflicting: tuple[str, ...] = ()
    corrected_by: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    declared_by: frozenset[str] = frozenset()
    counting: tuple[str, ...] = ()

    @property
    def in_force(self) -> bool:
        """Disputed reports are in force: nobody entitled to has taken them back."""
        return self.state in ("in_force", "disputed")

    @property
    def counts_again(self) -> bool:
        """It was corrected, and all that was to replace it was taken back."""
        return self.in_force and bool(self.declared_by)


def nobody(_party: str, _on: date) -> bool:
    return False


def standings(reported: Iterable[Reported], *, may_declare: MayDeclare = nobody) -> dict[str, Standing]:
    """The standing of every event id among the documents. Ids named but not among them count as in force."""
    by_id: defaultdict[str, dict[str, Reported]] = defaultdict(dict)
    for document in reported:
        _keep_earliest(by_id[document.event.event_id], document)
    declared = {id_: declarations(documents.values(), may_declare) for id_, documents in by_id.items()}
    counting = {id_: tuple(counting.values()) for id_, (_, counting) in declared.items() if counting}
    instead = _instead(counting)
    held = _held(counting, instead)
    found = {id_: _standing(id_, by_id[id_], *declared[id_], instead, held) for id_ in by_id}
    return _with_corrected(found)


Declarations = tuple[bool, Mapping[str, frozenset[str]]]
"""Whether some declaration does not count, and the corrective ids of each that does, by its record id."""
Instead = Mapping[str, frozenset[str]]
"""What is in force in the place of each declared id: itself where no declaration stands, nothing where it was taken
back, else what its corrections came to."""


def _keep_earliest(documents: dict[str, Reported], document: Reported) -> None:
    known = documents.get(document.record_id)
    if known is None or document.first < known.first:
        documents[document.record_id] = document


def declarations(documents: Iterable[Reported], may_declare: MayDeclare) -> Declarations:
    """Of the documents of one event id."""
    original = _original(documents)
    counting: dict[str, frozenset[str]] = {}
    disputed = False
    for document in documents:
        declaration = document.event.error_declaration
        if declaration is None:
            continue
        first = document.first
        if original is None or first.capturer == original.first.capturer or may_declare(first.capturer, first.day):
            counting[document.record_id] = frozenset(declaration.corrective_event_ids)
        else:
            disputed = True
    return disputed, counting


def _original(documents: Iterable[Reported]) -> Reported | None:
    undeclared = [d for d in documents if d.event.error_declaration is None]
    return min(undeclared, key=_recorded, default=None) if len(undeclared) != 1 else undeclared[0]


def _recorded(document: Reported) -> tuple[First, str]:
    return document.first, document.record_id


def _instead(declarations: Mapping[str, Sequence[frozenset[str]]]) -> Instead:
    """A declaration stands that names nothing, or something with anything in force in its place (docs/adr/0081).
    Cycles void their members."""
    names = {id_: [n for named in listed for n in named if n in declarations] for id_, listed in declarations.items()}
    instead: dict[str, frozenset[str]] = {}
    for members in components(sorted(names), lambda id_: names[id_]):
        circular = len(members) > 1 or members[0] in names[members[0]]
        named = {n for member in members for listed in declarations[member] for n in listed}
        after = _after(named.difference(members), instead)
        void = circular or after or not all(declarations[members[0]])
        instead |= {member: after if void else frozenset({member}) for member in members}
    return instead


def _held(declarations: Mapping[str, Sequence[frozenset[str]]], instead: Instead) -> Instead:
    """What counts now for each id: what is in force in its place, else what counts for those it was to correct."""
    before: defaultdict[str, list[str]] = defaultdict(list)
    for id_, listed in declarations.items():
        for named in frozenset().union(*listed):
            before[named].append(id_)
    held: dict[str, frozenset[str]] = {}
    for members in components(sorted({*before, *declarations}), lambda id_: before.get(id_, ())):
        earlier = {one for member in members for one in before.get(member, ())}.difference(members)
        left = frozenset().union(*(held[one] for one in earlier))
        held |= {member: instead.get(member, frozenset({member})) or left for member in members}
    return held


def _after(ids: Iterable[str], instead: Instead) -> frozenset[str]:
    """What is in force in the place of these; ids of which nothing is known count as in force."""
    return frozenset().union(*(instead.get(id_, {id_}) for id_ in ids))


def _standing(
    id_: str,
    documents: Mapping[str, Reported],
    disputed: bool,
    counting: Mapping[str, frozenset[str]],
    instead: Instead,
    held: Instead,
) -> Standing:
    original = _original(documents.values())
    shown = original or min(documents.values(), key=_recorded)
    if id_ not in held and len(documents) == 1:  # nearly all: nobody says anything against it
        return Standing(id_, shown, _state(False, True, disputed), counting=(id_,))
    after = instead.get(id_, frozenset({id_}))
    void = id_ not in after
    return Standing(
        id_,
        shown,
        _state(void, bool(after), disputed),
        tuple(sorted({*_several_contents(documents.values()), *_rival_corrections(counting, instead)})),
        tuple(sorted(after)) if void else (),
        declared_by=frozenset(documents[record_id].first.capturer for record_id in counting),
        counting=tuple(sorted(held[id_])) if id_ in held else (id_,),
    )


def _several_contents(documents: Iterable[Reported]) -> Iterable[str]:
    undeclared = [d for d in documents if d.event.error_declaration is None]
    return [d.record_id for d in undeclared] if len({d.content_hash for d in undeclared}) > 1 else ()


def _rival_corrections(counting: Mapping[str, frozenset[str]], instead: Instead) -> Iterable[str]:
    """Two corrections of one report, made without knowing of each other: both count, as if it had happened twice."""
    after = {record: found for record, named in counting.items() if (found := _after(named, instead))}
    return after if len(set(after.values())) > 1 else ()


def _state(void: bool, corrected: bool, disputed: bool) -> State:
    if void:
        return "corrected" if corrected else "void"
    return "disputed" if disputed else "in_force"


def _with_corrected(found: dict[str, Standing]) -> dict[str, Standing]:
    corrects: defaultdict[str, set[str]] = defaultdict(set)
    for standing in found.values():
        for id_ in standing.corrected_by:
            corrects[id_].add(standing.event_id)
    for id_ in corrects.keys() & found.keys():
        found[id_] = replace(found[id_], corrects=tuple(sorted(corrects[id_])))
    return found
