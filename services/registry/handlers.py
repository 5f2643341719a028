"""Records put, got and listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain

from epcis.identifiers import canonical
from epcis.problems import Problem
from provenance.access.authority import Principal
from provenance.access.readership import record_view
from provenance.registry.reading import proposal_about, targets_of, valid_on
from provenance.registry.records import Record
from provenance.registry.values import KINDS, InvalidRecord
from services.registry.domain import Drafts, New, Present, Wrong, decide, may_erase, without_personal_data
from services.registry.paging import in_parts, paged
from services.registry.ports import View, Writer
from wire.errors import NotFound, Rejected, Transient, Unauthorised
from wire.place import Place

MOST_A_PAGE = 1000
_WITH_OTHERS = Wrong((Problem("", "with-others", "not written, because another record of the same call is wrong"),))


@dataclass(frozen=True, slots=True)
class Put:
    """What became of one record: written or there already (`place`), refused (`problems`), or unknown (neither)."""

    version: int = 0
    place: Place | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    records: tuple[Record, ...]
    next_after: str


async def put_records(
    wanted: Sequence[Record | InvalidRecord],
    *,
    principal: Principal,
    view: View,
    writer: Writer,
    today: date,
    all_or_none: bool = False,
) -> list[Put]:
    """One answer for each, in order, when this process's own view has applied them.

    Raises Transient where the view cannot be brought to the topic's present end: then nothing was written.
    """
    async with writer.turn():
        await view.caught_up()
        drafts = Drafts(view.versions, view.linked)
        decided = [_decided(record, principal, drafts, today) for record in wanted]
        if all_or_none and any(isinstance(one, Wrong) for one in decided):
            return [_answer(one if isinstance(one, Wrong) else _WITH_OTHERS, None) for one in decided]
        new = [one.record for one in decided if isinstance(one, New)]
        places = iter(await _written(new, view=view, writer=writer))
        return [_answer(one, next(places) if isinstance(one, New) else view.last_applied()) for one in decided]


def _decided(
    record: Record | InvalidRecord, principal: Principal, drafts: Drafts, today: date
) -> New | Present | Wrong:
    """Later records of a call see the earlier ones: a party and its site may come together."""
    if isinstance(record, InvalidRecord):
        return Wrong(tuple(record.problems))
    decision = decide(record, principal=principal, drafts=drafts, today=today)
    if isinstance(decision, New):
        drafts.add(decision.record)
    return decision


async def _written(records: Sequence[Record], *, view: View, writer: Writer) -> Sequence[Place | None]:
    """A place for each; None where it is not known whether it was written, or not applied here yet."""
    if not records:
        return ()
    try:
        places = await writer.write(records)
        await view.applied(places[-1])
    except Transient:
        return [None] * len(records)
    return places


def _answer(decision: New | Present | Wrong, place: Place | None) -> Put:
    match decision:
        case New(record):
            return Put(record.version if place else 0, place)
        case Present(version):
            return Put(version, place)
        case Wrong(problems):
            return Put(problems=problems)


async def erase_personal_data(party: str, *, principal: Principal, view: View, writer: Writer) -> tuple[Place, int]:
    """Where the last change lies, and how many versions had something to erase; applied here when it returns.

    Raises Unauthorised, NotFound, or Transient where it is not known to be done: to be asked again.
    """
    if not may_erase(principal, party):
        raise Unauthorised(f"only those who keep the registry, and {party} itself, may erase its personal data")
    async with writer.turn():
        await view.caught_up()
        proposals = (view.versions("proposal", id) for id in view.linked("proposal", proposal_about("party", party)))
        versions = [*view.versions("party", party), *chain.from_iterable(proposals)]
        if not versions:
            raise NotFound(f"no party {party} is registered")
        erased = without_personal_data(versions)
        if not erased:
            return view.last_applied(), 0
        place = await writer.rewrite(erased)
        await view.applied(place)
        return place, len(erased)


async def get_record(
    kind: str, id: str, *, on: date, after: Sequence[Place], principal: Principal, view: View
) -> Record:
    """Raises NotFound, also for what this caller may not see, Rejected for an unknown kind, or Transient."""
    await _ready(kind, after, view)
    record = valid_on(view.versions(kind, id), on)
    seen = None if record is None else record_view(principal, record)
    if seen is None:
        raise NotFound(f"no {kind.replace('_', ' ')} {id} is registered on {on}")
    return seen


async def list_records(
    kind: str,
    *,
    on: date | None,
    naming: str = "",
    after_id: str,
    most: int,
    after: Sequence[Place],
    principal: Principal,
    view: View,
) -> Page:
    """At most `most` (0: 100) records in id order that this caller may see, of those that name `naming` where it is
    given, and the id to go on after, empty at the end; a page may have fewer (`paged`). `on` None: of each the newest
    version, in force or not. Raises as above."""
    await _ready(kind, after, view)
    target = canonical(naming)

    def shown(id_: str) -> Record | None:
        versions = view.versions(kind, id_)
        record = next(iter(versions), None) if on is None else valid_on(versions, on)
        names_it = record is not None and (not naming or target in targets_of(record))
        return record_view(principal, record) if record is not None and names_it else None

    read = partial(view.linked_after, kind, target) if naming else partial(view.ids_after, kind)
    records, next_after = paged(in_parts(read, after_id), shown, min(most or 100, MOST_A_PAGE), after_id)
    return Page(tuple(records), next_after)


async def _ready(kind: str, after: Sequence[Place], view: View) -> None:
    if kind not in KINDS:
        raise Rejected(f"{kind!r} is no kind of record; there are {', '.join(KINDS)}")
    for place in after:
        await view.applied(place)
