"""The words of taking back and correcting: what the report was, who called it wrong, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from epcis.events import Event
from provenance.days import CHINA
from services.portal.correcting.declarations import Declared
from services.portal.correcting.handlers import Subject
from services.portal.correcting.read_back import noun_of
from services.portal.correcting.versions import amount, measured
from services.portal.correcting.versions import told as version
from services.portal.languages import Language
from services.portal.reporting.command_fields import VERDICTS
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.looking_around import Looking
from services.portal.reporting.surroundings import Surroundings
from services.portal.reporting.understood import Line, named
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.telling.days import day
from services.portal.telling.naming import name_in, short

MOST_ITEMS = 12
REASONS: Mapping[str, str] = {
    "incorrect_data": N_("It happened, but something in the report is wrong"),
    "did_not_occur": N_("It never happened, or it was reported twice"),
}
"""The error reasons of CBV 2.0 (7.6) in plain words."""

_BECAUSE: Mapping[str, str] = {
    "incorrect_data": N_("something in it was wrong"),
    "did_not_occur": N_("it did not happen"),
}
_DECLARED: Mapping[tuple[bool, bool], str] = {
    (True, True): N_("{who} corrected this on {when}: {reason}."),
    (True, False): N_("{who} took this back on {when}: {reason}."),
    (False, True): N_("{who} says otherwise since {when}: {reason}. Only its reporter or an inspector corrects it."),
    (False, False): N_("{who} disputes this since {when}: {reason}. Only its reporter or an inspector takes it back."),
}
"""By whether the declaration counts, and whether it names what is right instead."""


@dataclass(frozen=True, slots=True)
class Told:
    """`counting` are the versions that count now, `left` those that count once it is taken back: (event id, text)."""

    title: str
    lines: tuple[Line, ...]
    declared: tuple[str, ...]
    counting: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...]


async def told(subject: Subject, looking: Looking, caller: Caller, language: Language) -> Told:
    """What the report says, in a person's words; `title` is a msgid."""
    event = subject.event
    to = (key for kind, key in event.destinations if kind == "location")
    keys = {"site": (event.read_point, event.biz_location, *to), "party": (subject.capturer, *_parties(event))}
    asked = [(kind, key) for kind, listed in keys.items() for key in listed if key]
    around = await looking.named([*asked, *(("party", one.party) for one in subject.declared)], caller)
    command = COMMANDS.get(noun_of(event) or "")
    return Told(
        title=command.title if command else N_("Report"),
        lines=tuple(_lines(subject, around, language)),
        declared=tuple(sentence(one, around, language) for one in subject.declared),
        counting=tuple((one.event_id, version(one, language)) for one in subject.counting),
        left=tuple((one.event_id, version(one, language)) for one in subject.left),
    )


def sentence(declared: Declared, around: Surroundings, language: Language) -> str:
    when = datetime.fromtimestamp(declared.declared_ms / 1000, UTC).astimezone(CHINA)
    reason = language.text(_BECAUSE.get(declared.reason, declared.reason or N_("something in it was wrong")))
    text = _DECLARED[declared.counts, bool(declared.corrective_event_ids)]
    name = name_in(around.record(declared.party), language)
    who = name or short(declared.party) or language.text(N_("Another party"))
    return language.say(say(text, who=who, when=f"{day(when, language)} {when:%H:%M}", reason=reason))


def _parties(event: Event) -> Iterable[str]:
    return (id_ for kind, id_ in event.sources if kind == "owning_party")


def _lines(subject: Subject, around: Surroundings, language: Language) -> Iterable[Line]:
    event = subject.event
    when = datetime.fromtimestamp(event.time_ms / 1000, UTC).astimezone(CHINA)
    yield Line(N_("When"), f"{day(when, language)} {when:%H:%M}")
    for label, items in (
        (N_("What went in"), event.inputs),
        (N_("What came out"), event.outputs),
        (N_("What it is about"), (*event.objects, *event.children)),
    ):
        if items:
            yield Line(label, "\n".join(amount(item, language) for item in items[:MOST_ITEMS]))
    if values := measured(event, language):
        yield Line(N_("Measurements"), "\n".join(values))
    if (verdict := dict(VERDICTS).get(event.disposition or "")) and event.biz_step == "inspecting":
        yield Line(N_("Verdict"), language.text(verdict))
    places = dict.fromkeys(place for place in (event.read_point, event.biz_location) if place)
    if places:
        yield Line(N_("Where"), "\n".join(named(place, around.record(place), language) for place in places))
    if to := [key for kind, key in event.destinations if kind == "location"]:
        yield Line(N_("To where"), "\n".join(named(place, around.record(place), language) for place in to))
    for owner in _parties(event):
        yield Line(N_("Whose"), named(owner, around.record(owner), language))
    if subject.capturer:
        yield Line(N_("Reported by"), named(subject.capturer, around.record(subject.capturer), language))
