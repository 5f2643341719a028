"""What is told beneath a moment of the timeline: weights, temperatures, what was corrected to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.portal.languages import Language
from services.portal.reporting.typed import plain
from services.portal.sentences import N_, say
from services.portal.telling.histories import Amount, History, Step
from services.portal.telling.naming import short
from services.portal.telling.readings import Temperatures, temperatures
from services.portal.telling.step_words import OUTCOMES, WORDS_OF_VALIDITY, title_of
from services.portal.weights import amount, together

_WORK = ("transformation", "pooling", "packing")
MOST_NAMED = 5
"""Lots of one stay."""


def notes_of(stay: Sequence[Sequence[Step]], history: History, language: Language) -> Iterator[str]:
    """Where several things were done at one place, a weight says what it is of."""
    for group in stay:
        what = language.text(title_of(group[0])) if len(stay) > 1 and group[0].kind in _WORK else ""
        for note in _notes(group, history, language):
            yield language.say(say(N_("{what}: {note}"), what=what, note=note)) if what else note


def _notes(steps: Sequence[Step], history: History, language: Language) -> Iterator[str]:
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
    elif len(steps) > 1 and steps[0].kind != "inspection":
        yield language.say(say(N_("{count} reports"), count=len(steps)))
    if why := next((one for one in history.holds if one.sentence_en and one.event_id == steps[0].event_id), None):
        yield language.pick(why.sentence_zh, why.sentence_en)
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


def _instead(steps: Sequence[Step], history: History, language: Language) -> str:
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
    if step.kind == "certificate" and step.disposition in OUTCOMES:
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
