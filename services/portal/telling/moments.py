"""The way of the goods as moments: steps that belong together for a reader, with the words for what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby

from babel.dates import format_date, format_time

from services.portal.languages import Language
from services.portal.reporting.typed import plain
from services.portal.sentences import N_, say
from services.portal.telling.histories import Amount, History, Step
from services.portal.telling.naming import name_of, near, short
from services.portal.telling.readings import Temperatures, temperatures
from services.portal.weights import amount, together

TITLES: Mapping[str, str] = {
    "harvest": N_("Picked"),
    "farm_input": N_("Orchard treated"),
    "inspection": N_("Inspected"),
    "certificate": N_("Certificate"),
    "sampling": N_("Sample taken"),
    "hold": N_("Held back"),
    "recall": N_("Recalled"),
    "release": N_("Released"),
    "pooling": N_("Deliveries pooled"),
    "transformation": N_("Sorted and graded"),
    "packing": N_("Packed"),
    "labelling": N_("Labelled"),
    "unpacking": N_("Unpacked"),
    "shipping": N_("Sent on its way"),
    "receiving": N_("Arrived"),
    "storing": N_("Stored"),
    "stock_take": N_("Stock taken"),
    "reading": N_("Temperature measured"),
    "sale": N_("Sold"),
    "return": N_("Returned"),
    "loss": N_("Loss recorded"),
    "destroying": N_("Destroyed"),
    "other": N_("Reported"),
}

LOADING: Mapping[str, str] = {"packing": N_("Loaded"), "unpacking": N_("Unloaded")}
"""What is put on a pallet or into a truck is not packed: it is the same box afterwards."""

OUTCOMES: Mapping[str, str] = {
    "conformant": N_("conforms"),
    "non_conformant": N_("does not conform"),
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reinstated": N_("reinstated"),
    "revoked": N_("revoked"),
    "expired": N_("expired"),
}

WORDS_OF_VALIDITY: Mapping[str, str] = {
    "valid": N_("valid"),
    "not_begun": N_("not valid yet"),
    "expired": N_("expired"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "not_issued": N_("not issued"),
    "unverified": N_("not verified"),
}
"""Of a certificate today."""

_WORK = ("transformation", "pooling", "packing")
MOST_NAMED = 5
"""Lots of one stay."""

STANDINGS: Mapping[str, str] = {
    "void": N_("taken back"),
    "corrected": N_("corrected later"),
    "disputed": N_("disputed"),
}


Group = Sequence[Step]
"""Steps of one kind on one day at one place."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: a group of steps, or in brief all groups of a stay at one place."""

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
    """In order of time. `brief` makes one moment of a day's picking, however many orchards it was in, and one of what
    was done at one place until the goods left it."""
    groups = list(_groups(history.steps, brief))
    stays = _stays(groups) if brief else ([group] for group in groups)
    return [_moment(stay, history, language) for stay in stays]


def _stays(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    """Groups at one place one after another; readings without a place belong to where the goods were."""
    stay: list[Group] = []
    for group in groups:
        if stay and not _is_same_stay(stay, group):
            yield stay
            stay = []
        stay.append(group)
    if stay:
        yield stay


def _is_same_stay(stay: Sequence[Group], group: Group) -> bool:
    before, now = stay[0][0], group[0]
    apart = "harvest" in (before.kind, now.kind) or before.standing != now.standing
    here = {_place_key(part[0]) for part in stay} - {""}
    return not apart and (not _place_key(now) if now.kind == "reading" else _place_key(now) in here)


def _groups(steps: Sequence[Step], brief: bool) -> Iterator[Group]:
    """Neighbours in time of one kind, day, place and standing; versions of one report are never one. Readings are one
    group while nothing else happens."""
    instead = Counter(id_ for step in steps for id_ in step.counting_event_ids)

    def same(step: Step) -> tuple[object, ...]:
        if step.kind == "reading":
            return ("reading", step.standing)
        place = "" if brief and step.kind == "harvest" else _place_key(step)
        version = step.event_id if any(instead[id_] > 1 for id_ in step.counting_event_ids) else ""
        return (step.kind, _local(step).date(), place, step.standing, step.counts_again, version, step.carried)

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


def _moment(stay: Sequence[Group], history: History, language: Language) -> Moment:
    first, steps = stay[0][0], [step for group in stay for step in group]
    places = list(dict.fromkeys(key for step in steps if (key := _place_key(step))))
    regions = dict.fromkeys(near(history.places[key], language) for key in places if key in history.places)
    titles = dict.fromkeys(_title(group[0]) for group in stay if len(stay) == 1 or group[0].kind != "reading")
    separator = " · " if language.code == "en" else "、"
    return Moment(
        kind=_telling(stay),
        title=separator.join(language.text(title) for title in titles) or language.text(_title(first)),
        when=_when(steps, language),
        iso=_local(first).isoformat(timespec="minutes"),
        where=name_of(places[0], history, language) if len(places) == 1 else "",
        region=separator.join(text for text in regions if text),
        route=_route(first, history, language) if len(stay) == 1 else "",
        who=name_of(first.capturer, history, language) if first.capturer in history.parties else "",
        notes=tuple(dict.fromkeys(_stay_notes(stay, history, language))),
        count=len(steps),
        carried=all(step.carried for step in steps),
        standing=language.text(STANDINGS.get(first.standing, "")),
        event_ids=tuple(step.event_id for step in steps),
    )


def _title(step: Step) -> str:
    if step.event_type in ("AggregationEvent", "AssociationEvent") and step.kind in LOADING:
        return LOADING[step.kind]
    return TITLES.get(step.kind, TITLES["other"])


def _telling(stay: Sequence[Group]) -> str:
    """The kind that marks the line: a stay that ends in a sale is one."""
    kinds = [group[0].kind for group in stay]
    first = kinds[0] if kinds[0] in TITLES else "other"
    return next((kind for kind in ("sale", "destroying", "loss") if kind in kinds), first)


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


def local_day(step: Step, language: Language) -> str:
    """The day on the reporter's clock."""
    return day(_local(step), language)


def _route(step: Step, history: History, language: Language) -> str:
    start = next((end.id for end in step.sources if end.type == "location"), "")
    goal = next((end.id for end in step.destinations if end.type == "location"), "")
    if not goal or goal == step.read_point:
        return ""
    names = (name_of(start, history, language) if start else "", name_of(goal, history, language))
    return " → ".join(name for name in names if name)


def _stay_notes(stay: Sequence[Group], history: History, language: Language) -> Iterator[str]:
    """Where several things were done at one place, a weight says what it is of."""
    for group in stay:
        what = language.text(_title(group[0])) if len(stay) > 1 and group[0].kind in _WORK else ""
        for note in _notes(group, history, language):
            yield language.say(say(N_("{what}: {note}"), what=what, note=note)) if what else note


def _notes(steps: Group, history: History, language: Language) -> Iterator[str]:
    if steps[0].counts_again:
        yield language.text(N_("counts again: what was to replace it was taken back"))
    if instead := _instead(steps, history, language):
        yield instead
        return
    if len(steps) > 1 and steps[0].kind == "harvest":
        brought = together((amount for step in steps for amount in step.objects), language)
        yield language.say(say(N_("{count} deliveries, {weight} together"), count=len(steps), weight=brought or "?"))
    elif len(steps) > 1 and (worked := [*_worked(steps, language)]):
        yield from worked
    elif len(steps) > 1:
        yield language.say(say(N_("{count} reports"), count=len(steps)))
    if measured := temperatures(step.event for step in steps):
        yield _measured(measured, language)
    if len(steps) == 1:
        yield from _single_notes(steps[0], history, language)


_INSTEAD: Mapping[tuple[str, bool], str] = {
    ("corrected", True): N_("first reported: {before}; corrected to {after}"),
    ("corrected", False): N_("first reported: {before}; it does not count"),
    ("void", True): N_("reported: {before}; taken back, and {after} counts instead"),
    ("void", False): N_("taken back; another report counts instead"),
}
"""By its standing, and whether what counts instead has a weight in this history."""


def _instead(steps: Group, history: History, language: Language) -> str:
    """What was reported, and what counts in its place where that is in this history; empty where nothing is to say."""
    standing, later = steps[0].standing, {id_ for step in steps for id_ in step.counting_event_ids}
    counting = [step for step in history.steps if step.event_id in later]
    before, after = (together((one for step in part for one in _made(step)), language) for part in (steps, counting))
    if not (later if standing == "void" else standing == "corrected" and (before or steps[0].kind == "harvest")):
        return ""
    return language.say(say(_INSTEAD[standing, bool(before and after)], before=before or "?", after=after))


def _made(step: Step) -> Sequence[Amount]:
    """What came of it: of a run, what it made; else what it is about."""
    return step.outputs or step.objects


def _worked(steps: Iterable[Step], language: Language) -> Iterator[str]:
    """What went into the runs, and what came out: of each lot by its name where they are few."""
    made: dict[str, list[Step]] = {}
    for step in steps:
        if step.kind in _WORK:
            made.setdefault(", ".join(sorted({short(one.key) for one in step.outputs})), []).append(step)
    if not 1 < len(made) <= MOST_NAMED or "" in made:
        yield from filter(None, [_in_and_out([one for listed in made.values() for one in listed], language)])
        return
    for lot, listed in made.items():
        if said := _in_and_out(listed, language):
            yield language.say(say(N_("{what}: {note}"), what=lot, note=said))


def _in_and_out(listed: Sequence[Step], language: Language) -> str:
    used = together((amount for step in listed for amount in step.inputs), language)
    made = together((amount for step in listed for amount in step.outputs), language)
    if used and made and used != made:
        return language.say(say(N_("{used} went in, {made} came out"), used=used, made=made))
    return made


def _measured(measured: Temperatures, language: Language) -> str:
    if measured.least == measured.most:
        return f"{plain(measured.least)} °C"
    return language.say(say(N_("{least} to {most} °C"), least=plain(measured.least), most=plain(measured.most)))


def _single_notes(step: Step, history: History, language: Language) -> Iterator[str]:
    if step.kind in ("inspection", "certificate") and step.disposition in OUTCOMES:
        yield language.text(OUTCOMES[step.disposition])
    if step.kind in ("harvest", *_WORK):
        amounts = [text for one in (*step.objects, *step.outputs) if (text := amount(one, language))]
        if amounts:
            yield ", ".join(amounts[:4]) + (" …" if len(amounts) > 4 else "")
    for certificate in step.certificates[:3]:
        yield language.say(say(N_("certificate {name}"), name=_certificate(certificate, history, language)))


def _certificate(id_: str, history: History, language: Language) -> str:
    """Its number, and how it stands now where that is not well."""
    found = next((certificate for certificate in history.certificates if certificate.id == id_), None)
    number = found.number if found and found.number else short(id_)
    if found is None or found.validity in ("", "valid"):
        return number
    state = language.text(WORDS_OF_VALIDITY.get(found.validity, found.validity))
    return f"{number}（{state}）" if language.code == "zh" else f"{number} ({state})"
