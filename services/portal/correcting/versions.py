"""The versions of one report: what it corrects, what corrects it, and so on; and which of them count (rule 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from epcis.events import Event, Item
from provenance.days import CHINA
from provenance.quality.conformity import Compared
from provenance.quality.inspections import read_measured
from provenance.quality.measured_words import measured_words
from provenance.standing import Standing
from services.portal.correcting.declarations import Documents, standings_of
from services.portal.languages import Language
from services.portal.ports import Admission, Histories, StoredEvent
from services.portal.reporting.typed import plain
from services.portal.reporting.understood import both_units
from services.portal.signing_in.caller import Caller
from services.portal.telling.days import day
from services.portal.telling.naming import short
from stream.receipts import Receipt

MOST_FOLLOWED = 20
"""Corrections of corrections."""
MOST_ITEMS = 3
MOST_ASKED = 500
"""Ids of one call; the service takes 1,000."""


@dataclass(frozen=True, slots=True)
class Version:
    """One report of several; None for what was named as right and has not arrived."""

    event_id: str
    event: Event | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    histories: Histories
    admission: Admission

    async def documents(self, event_id: str, after: Sequence[Receipt], caller: Caller) -> Documents:
        """All under this id, under those its corrections name and those that it was to correct, and so on."""
        found: dict[str, tuple[StoredEvent, Event]] = {}
        asked, left = {event_id}, [event_id]
        for _ in range(MOST_FOLLOWED):
            stored: list[StoredEvent] = []
            for at in range(0, len(left), MOST_ASKED):
                part = left[at : at + MOST_ASKED]
                stored += await self.histories.versions(part, after=after, token=caller.token)
            documents = {one.record_id: (one, Event(orjson.loads(one.event))) for one in stored}
            named = {id_ for _, event in documents.values() for id_ in _named(event)}
            found, left = found | documents, sorted(named - asked)
            asked |= named
            if not left:
                break
        return list(found.values())

    def standings(self, documents: Documents, taken_back: str = "") -> Mapping[str, Standing]:
        """By event id, as they are, or would be if the report of this id were taken back by whoever may."""
        return standings_of(documents, self.admission, taken_back)


def _named(event: Event) -> tuple[str, ...]:
    """The report, and where it is declared wrong what is right instead."""
    declaration = event.error_declaration
    return (event.event_id, *(declaration.corrective_event_ids if declaration else ()))


def counting(standings: Mapping[str, Standing], event_id: str) -> tuple[Version, ...]:
    """The reports that count: this one, or those in its place; nothing where it is not known what became of it."""
    known = {id_: standing.document.event for id_, standing in standings.items()}
    return tuple(Version(id_, known.get(id_)) for id_ in (standings[event_id].counting if standings else ()))


def told(version: Version, language: Language) -> str:
    """When it happened and how much it was of what; the end of its number where no more is known."""
    event = version.event
    if event is None:
        return version.event_id[-17:]
    when = datetime.fromtimestamp(event.time_ms / 1000, UTC).astimezone(CHINA)
    items = (*event.outputs, *event.objects, *event.children)
    amounts = [*(amount(item, language) for item in items[:MOST_ITEMS]), *measured(event, language)]
    return " · ".join([f"{day(when, language)} {when:%H:%M}", *amounts, *(["…"] if len(items) > MOST_ITEMS else [])])


def measured(event: Event, language: Language) -> list[str]:
    """The values of an inspection; not a logger's, which are many."""
    values = read_measured(event) if event.biz_step == "inspecting" else ()
    words = (measured_words(Compared(one, "no_limit")) for one in values)
    return [language.pick(one.zh, one.en) for one in words]


def amount(item: Item, language: Language) -> str:
    """Of what, and how much where that is said."""
    if item.quantity is None:
        return short(item.key)
    if item.uom == "KGM":
        return f"{short(item.key)} {both_units(item.quantity, language)}"
    return f"{short(item.key)} {plain(item.quantity)} {item.uom or ''}".rstrip()
