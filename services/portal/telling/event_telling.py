"""One event as a person reads it: what happened, when, where, why, who, to what, and what was said of the report since.

Pure: the stored reports under one event id and the names of what they name in, text out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from epcis.events import ErrorDeclaration, Event, Item
from epcis.vocabulary import bare_word
from provenance.days import CHINA
from provenance.step_kinds import kind_of
from services.portal.languages import Language
from services.portal.ports import StoredEvent
from services.portal.sentences import N_, say
from services.portal.telling.days import day
from services.portal.telling.event_findings import Line, Records, findings, named, plain_word
from services.portal.telling.histories import Amount
from services.portal.telling.naming import short
from services.portal.telling.step_words import LOADING, OUTCOMES, TITLES
from services.portal.weights import amount

MOST_ITEMS = 40

_ENDS: Mapping[str, str] = {
    "owning_party": N_("owner"),
    "possessing_party": N_("holder"),
    "location": N_("place"),
}
_DISPOSITIONS: Mapping[str, str] = {
    **OUTCOMES,
    "active": N_("newly made"),
    "in_progress": N_("on its way through"),
    "in_transit": N_("under way"),
    "returned": N_("returned"),
    "retail_sold": N_("sold"),
    "destroyed": N_("destroyed"),
    "unavailable": N_("held back"),
    "recalled": N_("recalled"),
    "available": N_("released"),
}
_REASONS: Mapping[str, str] = {
    "incorrect_data": N_("something in it is wrong"),
    "did_not_occur": N_("it did not happen"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """`key` leads to its history."""

    name: str
    code: str
    key: str
    amount: str


@dataclass(frozen=True, slots=True)
class Things:
    label: str
    things: tuple[Thing, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """That the report is wrong; `corrective` are ids of the events that say how it was."""

    sentence: str
    corrective: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldEvent:
    title: str
    event_id: str
    lines: tuple[Line, ...]
    things: tuple[Things, ...]
    declarations: tuple[Declaration, ...]
    conflicts: int
    is_partial: bool
    raw: tuple[str, ...]


def named_by(stored: Iterable[StoredEvent]) -> set[tuple[str, str]]:
    """(kind of record, key) of everything in these events that the registry may have a name for."""
    found: set[tuple[str, str]] = set()
    for one in stored:
        event = Event(orjson.loads(one.event))
        found |= {("site", place) for place in event.places} | ({("party", one.capturer)} if one.capturer else set())
        ends = (*event.sources, *event.destinations)
        found |= {("site" if kind == "location" else "party", id_) for kind, id_ in ends}
        found |= {("product", gtin) for item in _items(event) if (gtin := _gtin(item.key))}
        for field in ("suyuan:issuer", "suyuan:laboratory"):
            if isinstance(party := event.body.get(field), str):
                found.add(("party", party))
    return found


def tell_event(stored: Sequence[StoredEvent], records: Records, language: Language) -> ToldEvent:
    """`stored` are all reports under one event id, the earliest first, as the reader may see them."""
    read = [(one, Event(orjson.loads(one.event))) for one in stored]
    reports = [pair for pair in read if pair[1].error_declaration is None] or read
    one, event = reports[0]
    return ToldEvent(
        title=language.text(_title(event)),
        event_id=event.event_id,
        lines=tuple(line for line in _lines(one, event, records, language) if line.texts),
        things=tuple(_things(event, records, language)),
        declarations=tuple(
            _declaration(one.capturer, declared, records, language)
            for one, event in read
            if (declared := event.error_declaration) is not None
        ),
        conflicts=len(reports) - 1,
        is_partial=not one.capturer,
        raw=tuple(orjson.dumps(orjson.loads(one.event), option=orjson.OPT_INDENT_2).decode() for one in stored),
    )


def _title(event: Event) -> str:
    kind = kind_of(event)
    loaded = event.type in ("AggregationEvent", "AssociationEvent") and kind in LOADING
    return LOADING[kind] if loaded else TITLES.get(kind, TITLES["other"])


def _lines(one: StoredEvent, event: Event, records: Records, language: Language) -> Iterator[Line]:
    happened = datetime.fromisoformat(event.body["eventTime"])
    yield Line(language.text(N_("When")), (_moment(happened, language),))
    yield Line(language.text(N_("Where")), tuple(dict.fromkeys(_place(p, records, language) for p in _where(event))))
    yield Line(language.text(N_("Why")), tuple(_why(event, language)))
    reporter = (named(one.capturer, records, language),) if one.capturer else ()
    yield Line(language.text(N_("Reported by")), reporter)
    yield Line(language.text(N_("From")), tuple(_ends(event.sources, records, language)))
    yield Line(language.text(N_("To")), tuple(_ends(event.destinations, records, language)))
    yield Line(language.text(N_("Certificates")), tuple(short(id_) for id_ in event.certificates))
    yield from findings(event, records, language)
    yield Line(language.text(N_("Papers")), tuple(short(id_) for _, id_ in event.transactions))
    if one.record_time_ms:
        recorded = datetime.fromtimestamp(one.record_time_ms / 1000, UTC).astimezone(CHINA)
        yield Line(language.text(N_("Recorded")), (_moment(recorded, language),))


def _where(event: Event) -> Iterator[str]:
    yield from (place for place in (event.read_point, event.biz_location) if place)


def _moment(moment: datetime, language: Language) -> str:
    offset = f"{moment:%z}"
    beside = "" if offset == "+0800" else f" ({offset[:3]}:{offset[3:]})"
    return f"{day(moment, language)} {moment:%H:%M}{beside}"


def _why(event: Event, language: Language) -> Iterator[str]:
    if event.biz_step:
        yield language.text(_title(event)) if kind_of(event) in TITLES else plain_word(event.biz_step)
    if event.disposition:
        word = bare_word(event.disposition) or ""
        yield language.text(_DISPOSITIONS[word]) if word in _DISPOSITIONS else plain_word(word)


def _ends(ends: Iterable[tuple[str | None, str]], records: Records, language: Language) -> Iterator[str]:
    for kind, id_ in ends:
        yield f"{named(id_, records, language)} ({language.text(_ENDS.get(kind or '', kind or ''))})"


def _things(event: Event, records: Records, language: Language) -> Iterator[Things]:
    parent = (Item(event.parent),) if event.parent else ()
    for label, items in (
        (N_("What it is about"), event.objects),
        (N_("What went in"), event.inputs),
        (N_("What came out"), event.outputs),
        (N_("In or on"), parent),
        (N_("What is in it"), event.children),
    ):
        if items:
            shown = tuple(_thing(item, records, language) for item in items[:MOST_ITEMS])
            yield Things(language.text(label), shown, max(0, len(items) - MOST_ITEMS))


def _thing(item: Item, records: Records, language: Language) -> Thing:
    product = records.get(_gtin(item.key), {})
    name = language.pick(product.get("name_zh", ""), product.get("name_en", ""))
    quantity = "" if item.quantity is None else f"{item.quantity:f}"
    weighed = amount(Amount(key=item.key, quantity=quantity, uom=item.uom or ""), language)
    return Thing(name, short(item.key), item.key, weighed)


def _items(event: Event) -> Iterator[Item]:
    yield from (*event.objects, *event.children, *event.inputs, *event.outputs)


def _gtin(key: str) -> str:
    return key.split("/10/")[0].split("/21/")[0] if "/01/" in key else ""


def _place(key: str, records: Records, language: Language) -> str:
    """Its name, and the village where it has one."""
    record = records.get(key, {})
    village = language.pick(record.get("village", ""), record.get("village_en", ""))
    return " · ".join(dict.fromkeys(part for part in (named(key, records, language), village) if part))


def _declaration(party: str, declared: ErrorDeclaration, records: Records, language: Language) -> Declaration:
    when = datetime.fromtimestamp(declared.declared_ms / 1000, UTC).astimezone(CHINA)
    sentence = say(
        N_("{who} declared this report wrong on {when}: {reason}."),
        who=named(party, records, language) if party else language.text(N_("Its reporter, or another")),
        when=_moment(when, language),
        reason=language.text(_REASONS.get(bare_word(declared.reason) or "", _REASONS["incorrect_data"])),
    )
    return Declaration(language.say(sentence), declared.corrective_event_ids)
