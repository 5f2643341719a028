"""The way of the goods as moments: steps that belong together for a reader, with the words for what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import groupby

from babel.dates import format_date, format_time

from services.portal.domain import plain
from services.portal.histories import Amount, History, Step
from services.portal.languages import Language
from services.portal.naming import name_of, near, short
from services.portal.readings import Temperatures, temperatures
from services.portal.sentences import N_, say

TITLES: Mapping[str, str] = {
    "harvest": N_("Picked"),
    "farm_input": N_("Orchard treated"),
    "inspection": N_("Inspected"),
    "certificate": N_("Certificate"),
    "hold": N_("Held back"),
    "pooling": N_("Deliveries pooled"),
    "transformation": N_("Sorted and graded"),
    "packing": N_("Packed"),
    "unpacking": N_("Unpacked"),
    "shipping": N_("Sent on its way"),
    "receiving": N_("Arrived"),
    "storing": N_("Stored"),
    "reading": N_("Temperature measured"),
    "sale": N_("Sold"),
    "return": N_("Returned"),
    "loss": N_("Loss recorded"),
    "destroying": N_("Destroyed"),
    "other": N_("Reported"),
}

OUTCOMES: Mapping[str, str] = {
    "conformant": N_("conforms"),
    "non_conformant": N_("does not conform"),
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reinstated": N_("reinstated"),
    "revoked": N_("revoked"),
    "expired": N_("expired"),
}

STANDINGS: Mapping[str, str] = {
    "void": N_("taken back"),
    "corrected": N_("corrected later"),
    "disputed": N_("disputed"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: one step, or several of one kind on one day at one place."""

    kind: str
    title: str
    when: str
    iso: str
    where: str
    region: str
    route: str
    who: str
    notes: tuple[str, ...]
    count: int
    carried: bool
    standing: str
    event_ids: tuple[str, ...]


def moments_of(history: History, language: Language, *, brief: bool) -> list[Moment]:
    """In order of time. `brief` makes one moment of a day's picking, however many orchards it was in."""
    return [_moment(group, history, language) for group in _groups(history.steps, brief)]


def _groups(steps: Sequence[Step], brief: bool) -> Iterator[Sequence[Step]]:
    """Neighbours in time of one kind, day, place and standing. Readings are one group while nothing else happens."""

    def same(step: Step) -> tuple[object, ...]:
        if step.kind == "reading":
            return ("reading", step.standing)
        place = "" if brief and step.kind == "harvest" else _place_key(step)
        return (step.kind, _local(step).date(), place, step.standing, step.carried)

    for _, group in groupby(sorted(steps, key=_order_of(brief)), same):
        yield list(group)


def _order_of(brief: bool) -> Callable[[Step], tuple[object, ...]]:
    """By time; in brief, a day's picking that stands comes together and first, before what was corrected of it, and
    both before what was made of it."""

    def order(step: Step) -> tuple[object, ...]:
        picked = brief and step.kind == "harvest"
        start = _local(step).date().toordinal()
        standing = (step.standing != "in_force", step.standing) if picked else (False, "")
        return (start, not picked, standing, step.time_ms, step.record_id)

    return order


def _place_key(step: Step) -> str:
    return step.read_point or step.biz_location


def _moment(steps: Sequence[Step], history: History, language: Language) -> Moment:
    first = steps[0]
    places = list(dict.fromkeys(key for step in steps if (key := _place_key(step))))
    regions = dict.fromkeys(near(history.places[key], language) for key in places if key in history.places)
    return Moment(
        kind=first.kind if first.kind in TITLES else "other",
        title=language.text(TITLES.get(first.kind, TITLES["other"])),
        when=_when(steps, language),
        iso=_local(first).isoformat(timespec="minutes"),
        where=name_of(places[0], history, language) if len(places) == 1 else "",
        region=(" · " if language.code == "en" else "、").join(text for text in regions if text),
        route=_route(first, history, language),
        who=name_of(first.capturer, history, language) if first.capturer in history.parties else "",
        notes=tuple(_notes(steps, history, language)),
        count=len(steps),
        carried=all(step.carried for step in steps),
        standing=language.text(STANDINGS.get(first.standing, "")),
        event_ids=tuple(step.event_id for step in steps),
    )


def _local(step: Step) -> datetime:
    sign = -1 if step.offset.startswith("-") else 1
    hours, _, minutes = step.offset[1:].partition(":")
    zone = timezone(sign * timedelta(hours=int(hours or 0), minutes=int(minutes or 0)))
    return datetime.fromtimestamp(step.time_ms / 1000, UTC).astimezone(zone)


def _when(steps: Sequence[Step], language: Language) -> str:
    first, last = _local(steps[0]), _local(steps[-1])
    if first.date() != last.date():
        return f"{day(first, language)} – {day(last, language)}"
    return f"{day(first, language)} {format_time(first, 'HH:mm', tzinfo=first.tzinfo)}"


def day(moment: datetime, language: Language) -> str:
    pattern = "y年M月d日" if language.code == "zh" else "d MMM y"
    return format_date(moment.date(), pattern, locale="zh_CN" if language.code == "zh" else "en")


def _route(step: Step, history: History, language: Language) -> str:
    start = next((end.id for end in step.sources if end.type == "location"), "")
    goal = next((end.id for end in step.destinations if end.type == "location"), "")
    if not goal or goal == step.read_point:
        return ""
    names = (name_of(start, history, language) if start else "", name_of(goal, history, language))
    return " → ".join(name for name in names if name)


def _notes(steps: Sequence[Step], history: History, language: Language) -> Iterator[str]:
    if len(steps) > 1 and steps[0].kind == "harvest":
        yield language.say(say(N_("{count} deliveries, {kg} kg together"), count=len(steps), kg=_kilograms(steps)))
    elif len(steps) > 1:
        yield language.say(say(N_("{count} reports"), count=len(steps)))
    if measured := temperatures(step.event for step in steps):
        yield _measured(measured, language)
    if len(steps) == 1:
        yield from _single_notes(steps[0], history, language)


def _kilograms(steps: Sequence[Step]) -> str:
    """Of what was brought in, as far as it was weighed in kilograms."""
    weighed = [amount for step in steps for amount in step.objects if amount.quantity and amount.uom == "KGM"]
    return plain(sum((Decimal(amount.quantity) for amount in weighed), Decimal(0)))


def _measured(measured: Temperatures, language: Language) -> str:
    if measured.least == measured.most:
        return f"{plain(measured.least)} °C"
    return language.say(say(N_("{least} to {most} °C"), least=plain(measured.least), most=plain(measured.most)))


def _single_notes(step: Step, history: History, language: Language) -> Iterator[str]:
    if step.kind in ("inspection", "certificate") and step.disposition in OUTCOMES:
        yield language.text(OUTCOMES[step.disposition])
    if step.kind in ("harvest", "pooling", "transformation", "packing"):
        amounts = [text for amount in (*step.objects, *step.outputs) if (text := _amount(amount))]
        if amounts:
            yield ", ".join(amounts[:4]) + (" …" if len(amounts) > 4 else "")
    for certificate in step.certificates[:3]:
        yield language.say(say(N_("certificate {name}"), name=short(certificate)))


def _amount(amount: Amount) -> str:
    if not amount.quantity:
        return ""
    unit = {"KGM": "kg", "GRM": "g", "TNE": "t"}.get(amount.uom, amount.uom)
    return f"{plain(Decimal(amount.quantity))} {unit}".strip()
