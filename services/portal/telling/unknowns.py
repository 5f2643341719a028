"""What is not known about the goods, said plainly, and who could say it: gaps, contradictions, unregistered places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from provenance.graph.gap_words import GAPS, OTHER
from services.portal.languages import Language
from services.portal.sentences import N_, say
from services.portal.telling.days import local_day
from services.portal.telling.histories import Conflict, Gap, History, Step
from services.portal.telling.naming import name_of, product_name, short

MOST_CODES = 12
MOST_UNREGISTERED = 5

_WHO: Mapping[str, str] = {
    "missing-origin": N_("whoever had it first"),
    "missing-parent": N_("whoever made it"),
    "missing-receipt": N_("the receiver"),
    "missing-shipment": N_("the sender"),
    "returned-unsold": N_("the seller"),
    "unknown-quantity": N_("whoever weighed it"),
}
"""Where the reports do not name the place."""
_SETTLED = N_("Its reporter or an inspector can settle it with a correction.")
_ASKED = N_("Whoever reported it has the slips of that day; an inspector can ask to see them.")
_BY = N_("This can be reported by: {who}.")


@dataclass(frozen=True, slots=True)
class Unknown:
    """One thing not known; `codes` are of the goods it is about where there are several, `more` how many besides."""

    sentence: str
    remedy: str
    codes: tuple[str, ...] = ()
    more: int = 0


def unknowns(history: History, language: Language) -> Iterator[Unknown]:
    """What reads alike is told once, however often it was reported."""
    yield from dict.fromkeys(_gap(gaps, history, language) for gaps in _alike(history.gaps).values())
    for conflict in history.conflicts:
        yield _conflict(conflict, history, language)
    visited = dict.fromkeys(step.read_point or step.biz_location for step in history.steps)
    for place in [place for place in visited if place and place not in history.places][:MOST_UNREGISTERED]:
        yield Unknown(
            language.say(say(N_("The place {place} is not registered."), place=short(place))),
            language.text(N_("The county's registrar can enter it.")),
        )


def _alike(gaps: Sequence[Gap]) -> dict[tuple[str, ...], list[Gap]]:
    """What is missing for the same reason: one line for ten boxes of one shipment."""
    found: dict[tuple[str, ...], list[Gap]] = {}
    for gap in gaps:
        found.setdefault((gap.code, *(gap.event_ids or (gap.key,))), []).append(gap)
    return found


def _gap(gaps: Sequence[Gap], history: History, language: Language) -> Unknown:
    code, keys = gaps[0].code, list(dict.fromkeys(gap.key for gap in gaps))
    steps = [step for step in history.steps if step.event_id in gaps[0].event_ids]
    words = GAPS.get(code, OTHER)
    said = [language.pick(words.zh, words.en).format(thing=_things(keys, history, language))]
    if code == "missing-receipt" and steps:
        steps = steps[-1:]  # the last time it was sent; the ones before are over
        said.append(_sent(steps[0], history, language))
    codes = [short(key) for key in keys] if len(keys) > 1 else []
    return Unknown(
        " ".join(said) if language.code == "en" else "".join(said),
        _remedy(code, steps, history, language),
        tuple(codes[:MOST_CODES]),
        max(0, len(codes) - MOST_CODES),
    )


def _things(keys: Sequence[str], history: History, language: Language) -> str:
    names = list(dict.fromkeys(product_name(key, history, language) for key in keys))
    if len(keys) == 1:
        return f"{names[0]} {short(keys[0])}".strip()
    name = names[0] if len(names) == 1 and names[0] else language.text(N_("lots and boxes"))
    return language.say(say(N_("{count} × {name}"), count=len(keys), name=name))


def _sent(step: Step, history: History, language: Language) -> str:
    start = name_of(step.read_point, history, language) if step.read_point else "?"
    return language.say(say(N_("It left {place} on {when}."), place=start, when=local_day(step, language)))


def _remedy(code: str, steps: Sequence[Step], history: History, language: Language) -> str:
    if code not in _WHO:
        return language.text(_ASKED if code == "told-late" else _SETTLED)
    named = [_place_of(code, step) for step in steps]
    known = dict.fromkeys(name_of(key, history, language) for key in named if key)
    who = ("、" if language.code == "zh" else ", ").join(known) or language.text(_WHO[code])
    return language.say(say(_BY, who=who))


def _place_of(code: str, step: Step) -> str:
    """Where it can be told; what comes without being sent or sold does not say whence."""
    if code in ("missing-shipment", "returned-unsold"):
        return ""
    return _receiver(step) if code == "missing-receipt" else step.read_point


def _receiver(step: Step) -> str:
    ends = {end.type: end.id for end in step.destinations}
    return ends.get("location") or ends.get("possessing_party") or ends.get("owning_party") or ""


def _conflict(conflict: Conflict, history: History, language: Language) -> Unknown:
    """Of one id: several contents, or a report and several corrections of it."""
    reports = {step.record_id for step in history.steps if step.event_id == conflict.event_id}
    sentence = (
        N_("Two reports with the same number ({id}) say different things; the first one counts.")
        if not reports.isdisjoint(conflict.record_ids) or not reports
        else N_("The report {id} was corrected twice, to different things; both count until one is taken back.")
    )
    return Unknown(language.say(say(sentence, id=conflict.event_id[-12:])), language.text(_SETTLED))
