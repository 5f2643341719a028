"""A history as a person reads it: the product, whose orchards, what happened when and where, and what is not known.

Owns the words for steps, the grouping of steps into moments, and the choice of names. Pure: history, claim and language
in, text out. What is true was decided by `traceability`; nothing is computed about the goods here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from urllib.parse import unquote

from babel.dates import format_date, format_time

from services.portal.domain import plain
from services.portal.histories import Amount, Conflict, Gap, History, Place, Share, Step
from services.portal.languages import Language
from services.portal.readings import Temperatures, temperatures
from services.portal.sentences import N_, say

MOST_UNREGISTERED = 5
MOST_ORIGINS = 20
MOST_MOMENTS = 60
"""More would make the page too heavy for a phone in an orchard; the JSON has them all."""

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

GAPS: Mapping[str, str] = {
    "missing-origin": N_("Nobody reported where {thing} comes from."),
    "missing-parent": N_("Nobody reported what went into {thing}."),
    "missing-receipt": N_("Nobody reported that {thing} arrived."),
    "unknown-quantity": N_("How much of {thing} there was is not known."),
    "cycle": N_("The reports about {thing} contradict each other: it would have been made from itself."),
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


@dataclass(frozen=True, slots=True)
class Origin:
    """Part of the goods from one orchard. `percent` is for the eye, `width` the same from 0 to 100 for the bar."""

    grower: str
    place: str
    percent: str
    width: str
    kilograms: str


@dataclass(frozen=True, slots=True)
class Story:
    product: str
    variety: str
    lot: str
    serial: str
    net_weight: str
    origins: tuple[Origin, ...]
    more_origins: int
    villages: tuple[str, ...]
    moments: tuple[Moment, ...]
    more_moments: int
    certificates: tuple[str, ...]
    unknowns: tuple[str, ...]
    lost: str
    holders: tuple[tuple[str, str], ...]


def tell(history: History, language: Language) -> Story:
    steps = sorted(history.steps, key=lambda step: (step.time_ms, step.record_id))
    shares = sorted(history.shares, key=lambda share: (-Decimal(share.fraction), share.lot))
    moments = [_moment(group, history, language) for group in _groups(steps)]
    product, variety, net = _product(history, language)
    return Story(
        product=product,
        variety=variety,
        lot=_part(history, "/10/"),
        serial=_part(history, "/21/"),
        net_weight=net,
        origins=tuple(_origin(share, history, language) for share in shares[:MOST_ORIGINS]),
        more_origins=max(0, len(shares) - MOST_ORIGINS),
        villages=_villages(history, language),
        moments=tuple(moments[:MOST_MOMENTS]),
        more_moments=max(0, len(moments) - MOST_MOMENTS),
        certificates=tuple(dict.fromkeys(c for step in steps for c in step.certificates)),
        unknowns=tuple(_unknowns(history, language)),
        lost=_rounded(history.lost_kg) if history.lost_kg and Decimal(history.lost_kg) else "",
        holders=tuple((_holder(h.site, h.party, history, language), _rounded(h.kilograms)) for h in history.holders),
    )


# --- names ---


def name_of(key: str, history: History, language: Language) -> str:
    """The name of a place, party or product; the end of its key where it has none."""
    for names in (history.places, history.parties, history.products):
        found = names.get(key)
        if found is not None and (name := language.pick(found.name_zh, found.name_en)):
            return name
    return short(key)


def short(key: str) -> str:
    """What a person would read out of a key: a lot, a serial, the last part of an address."""
    for marker in ("/21/", "/10/", "/254/", "/00/", "/01/", "/414/", "/417/"):
        if marker in key:
            return unquote(key.rsplit(marker, 1)[1].split("/")[0].split("?")[0])
    return unquote(key.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1])


def region(place: Place, language: Language) -> str:
    """Province, county, township and village, as far as they are known, in the language's order."""
    county = language.pick(place.county_zh, place.county_en)
    province = language.pick(place.province_zh, place.province_en)
    if language.code == "zh":
        return "".join(part for part in (province, county, place.township, place.village) if part)
    return ", ".join(part for part in (place.village, place.township, county, province) if part)


def _product(history: History, language: Language) -> tuple[str, str, str]:
    gtin = history.key.split("/10/")[0].split("/21/")[0]
    found = history.products.get(history.key) or history.products.get(gtin)
    if found is None:
        return "", "", ""
    return language.pick(found.name_zh, found.name_en), found.variety, _rounded(found.net_weight_kg)


def _part(history: History, marker: str) -> str:
    for text in (history.key, history.code):
        if marker in text:
            return unquote(text.split(marker, 1)[1].split("/")[0].split("?")[0])
    return ""


def near(place: Place, language: Language) -> str:
    """County and village: enough on a page that has named the province above."""
    return region(replace(place, province_zh="", province_en="", township=""), language)


def _villages(history: History, language: Language) -> tuple[str, ...]:
    """The county with its province, then its villages; one text a county."""
    villages: dict[str, dict[str, None]] = {}
    for share in history.shares:
        if plot := history.places.get(share.plot):
            county = region(replace(plot, township="", village=""), language)
            villages.setdefault(county, {})[plot.village] = None
    separator = "、" if language.code == "zh" else ", "
    return tuple(
        " · ".join(text for text in (county, separator.join(name for name in names if name)) if text)
        for county, names in villages.items()
    )


def _holder(site: str, party: str, history: History, language: Language) -> str:
    return name_of(site or party, history, language)


# --- shares ---


def _origin(share: Share, history: History, language: Language) -> Origin:
    percent = Decimal(share.fraction) * 100
    plot = history.places.get(share.plot)
    return Origin(
        grower=name_of(share.grower, history, language) if share.grower else short(share.lot),
        place=near(plot, language) if plot else "",
        percent=_percent(percent),
        width=plain(percent.quantize(Decimal("0.1"))),
        kilograms=_rounded(share.kilograms),
    )


def _percent(percent: Decimal) -> str:
    whole = percent.quantize(Decimal(1), ROUND_HALF_UP)
    return (
        f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
        if abs(percent - whole) >= Decimal("0.05")
        else f"{whole} %"
    )


def _rounded(text: str) -> str:
    return plain(Decimal(text).quantize(Decimal("0.1"), ROUND_HALF_UP)) if text else ""


# --- moments ---


def _groups(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Neighbours in time of one kind, day, place and standing. Readings are one group while nothing else happens."""

    def same(step: Step) -> tuple[object, ...]:
        if step.kind == "reading":
            return ("reading", step.standing)
        return (step.kind, _local(step).date(), step.read_point or step.biz_location, step.standing, step.carried)

    for _, group in groupby(steps, same):
        yield list(group)


def _moment(steps: Sequence[Step], history: History, language: Language) -> Moment:
    first = steps[0]
    key = first.read_point or first.biz_location
    place = history.places.get(key)
    return Moment(
        kind=first.kind if first.kind in TITLES else "other",
        title=language.text(TITLES.get(first.kind, TITLES["other"])),
        when=_when(steps, language),
        iso=_local(first).isoformat(timespec="minutes"),
        where=name_of(key, history, language) if key else "",
        region=near(place, language) if place else "",
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
    if len(steps) > 1:
        yield language.say(say(N_("{count} reports"), count=len(steps)))
    if measured := temperatures(step.event for step in steps):
        yield _measured(measured, language)
    if len(steps) == 1:
        yield from _single_notes(steps[0], history, language)


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


# --- what is not known ---


def _unknowns(history: History, language: Language) -> Iterator[str]:
    for gap in history.gaps:
        yield _gap(gap, history, language)
    for conflict in history.conflicts:
        yield _conflict(conflict, language)
    visited = dict.fromkeys(step.read_point or step.biz_location for step in history.steps)
    for place in [place for place in visited if place and place not in history.places][:MOST_UNREGISTERED]:
        yield language.say(say(N_("The place {place} is not registered."), place=short(place)))


def _gap(gap: Gap, history: History, language: Language) -> str:
    sentence = GAPS.get(gap.code, N_("Something about {thing} is not known."))
    return language.say(say(sentence, thing=name_of(gap.key, history, language)))


def _conflict(conflict: Conflict, language: Language) -> str:
    return language.say(
        say(N_("Two reports with the same number ({id}) say different things; the first one counts."),
            id=conflict.event_id[-12:])
    )  # fmt: skip
