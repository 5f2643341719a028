"""What is stored under one event id: the report, who declared it wrong, and what is in force in its place (rule 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from epcis.events import Event
from provenance.days import china_day
from provenance.standing import First, Reported, Standing, standings
from services.portal.ports import Admission, StoredEvent


@dataclass(frozen=True, slots=True)
class Declared:
    """That a report is wrong: who said so, when (milliseconds), why (bare CBV word), and what is right instead."""

    party: str
    declared_ms: int
    reason: str
    corrective_event_ids: tuple[str, ...]
    counts: bool


_ANY_TIME = "1970-01-01T00:00:00.000+00:00"

Documents = Sequence[tuple[StoredEvent, Event]]
"""All that is stored under an event id, or under some that lead to one another; the earliest of each id first."""


def original_of(documents: Documents) -> tuple[StoredEvent, Event] | None:
    """The report that declarations are about; None while only they have arrived."""
    return next(((one, event) for one, event in documents if event.error_declaration is None), None)


def word_counts(documents: Documents, party: str, admission: Admission, on: date | None = None) -> bool:
    """Whether its declaration of a day, or of now, counts (rule 4): the reporter's, an inspector's, the operator's."""
    original = original_of(documents)
    capturer = original[0].capturer if original else ""
    return bool(party) and (party == capturer or admission.may_declare(party, on))


def declarations(documents: Documents, admission: Admission) -> tuple[Declared, ...]:
    """In the order they were made."""
    found = [
        Declared(
            one.capturer,
            declared.declared_ms,
            declared.reason or "",
            declared.corrective_event_ids,
            word_counts(documents, one.capturer, admission, china_day(one.record_time_ms)),
        )
        for one, event in documents
        if (declared := event.error_declaration) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.declared_ms, one.party, one.corrective_event_ids)))


def standings_of(
    documents: Iterable[tuple[StoredEvent, Event]], admission: Admission, taken_back: str = ""
) -> dict[str, Standing]:
    """By event id, as they are, or would be if the report of this id were taken back by whoever may.

    Where a reader may not see who reported, nobody's word is taken to be the reporter's.
    """
    reported = [
        Reported(
            one.record_id,
            event,
            one.content_hash,
            First(one.record_time_ms, "", 0, 0, one.capturer or f"unseen {one.record_id}"),
        )
        for one, event in documents
    ]
    if taken_back:
        reported += [_taken_back(one) for one in reported if one.event.event_id == taken_back]
    return standings(reported, may_declare=admission.may_declare)


def _taken_back(one: Reported) -> Reported:
    """What its reporter would declare of it."""
    said = Event({"eventID": one.event.event_id, "errorDeclaration": {"declarationTime": _ANY_TIME}})
    return Reported(f"taken back {one.record_id}", said, b"", one.first)
