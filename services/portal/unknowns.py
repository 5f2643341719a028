"""What is not known about the goods, said plainly: gaps, contradictions, places nobody registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.portal.histories import Conflict, Gap, History
from services.portal.languages import Language
from services.portal.naming import name_of, short
from services.portal.sentences import N_, say

MOST_UNREGISTERED = 5

GAPS: Mapping[str, str] = {
    "missing-origin": N_("Nobody reported where {thing} comes from."),
    "missing-parent": N_("Nobody reported what went into {thing}."),
    "missing-receipt": N_("Nobody reported that {thing} arrived."),
    "unknown-quantity": N_("How much of {thing} there was is not known."),
    "cycle": N_("The reports about {thing} contradict each other: it would have been made from itself."),
}


def unknowns(history: History, language: Language) -> Iterator[str]:
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
