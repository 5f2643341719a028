"""A claim as a page shows it: a line for each rule, what did not pass first, and what its history lacks.

Pure: it weighs nothing anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from provenance.days import CHINA
from provenance.rules.claim_words import OUTCOMES, RULES, verdict_words
from provenance.short_names import Words
from services.portal.languages import Language
from services.portal.sentences import N_, say
from services.portal.telling.days import day, local_day
from services.portal.telling.histories import Claim, Completeness, History, RuleResult
from services.portal.telling.naming import without_ids
from services.portal.telling.step_words import OUTCOMES as OUTCOMES_TOLD
from services.portal.telling.step_words import title_of


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: `word` is its outcome for those who hear the page, `remedy` "" where there is nothing to mend, `rests`
    the reports that one which did not pass rests on, each with its id and what it is called."""

    outcome: str
    word: str
    name: str
    sentence: str
    remedy: str
    rests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """`verdict` says what it comes to; `lacks` names the facts that are missing of those the history should have, ""
    where none is."""

    verdict: str
    checks: tuple[Check, ...]
    complete: str
    lacks: str

    @property
    def is_unsettled(self) -> bool:
        """Whether something of it could not be checked."""
        return any(one.outcome == "unknown" for one in self.checks)


def checked(
    claim: Claim | None, language: Language, *, for_buyers: bool = False, history: History | None = None
) -> Checked | None:
    """`history` says what the reports that a check rests on are called; without it they are not told."""
    if claim is None:
        return None
    # What holds a label comes first; of a granted one, what the brand does without comes last.
    outcomes = list(OUTCOMES)[:: -1 if claim.verdict == "granted" else 1]
    in_order = (one for outcome in outcomes for one in claim.results if one.outcome == outcome)
    called = _called(history, language) if history else None
    checks = tuple(replace(_check(one, language, for_buyers), rests=_rests(one, called, language)) for one in in_order)
    words = verdict_words(claim.verdict, (one.outcome for one in claim.results)) or Words("", "")
    return Checked(
        _said(words, language), checks, _complete(claim.completeness, language), _lacks(claim.completeness, language)
    )


def _check(one: RuleResult, language: Language, for_buyers: bool) -> Check:
    sentence = language.pick(one.sentence_zh, one.sentence_en)
    return Check(
        one.outcome,
        _said(OUTCOMES[one.outcome], language),
        _said(RULES.get(one.rule, Words(one.rule, one.rule)), language),
        without_ids(sentence, language) if for_buyers else sentence,
        language.pick(one.remedy_zh, one.remedy_en),
    )


def _rests(one: RuleResult, called: Mapping[str, str] | None, language: Language) -> tuple[tuple[str, str], ...]:
    if called is None or one.outcome == "passed":
        return ()
    return tuple((id_, called.get(id_) or language.text(N_("A report"))) for id_ in one.event_ids)


def _called(history: History, language: Language) -> Mapping[str, str]:
    """What each report of a history tells, and its day."""
    called = {
        change.event_id: f"{certificate.number} {language.text(OUTCOMES_TOLD.get(change.state, change.state))} {when}"
        for certificate in history.certificates
        for change in certificate.states
        for when in (day(datetime.fromtimestamp(change.time_ms / 1000, CHINA), language),)
    }
    steps = {step.event_id: f"{language.text(title_of(step))} {local_day(step, language)}" for step in history.steps}
    return called | steps


def _said(words: Words, language: Language) -> str:
    return language.pick(words.zh, words.en)


def _complete(found: Completeness, language: Language) -> str:
    if not found.expected:
        return ""
    said = N_("{there} of {expected} facts that such a history should have are there.")
    return language.say(say(said, there=found.there, expected=found.expected))


def _lacks(found: Completeness, language: Language) -> str:
    return language.pick("；", "; ").join(
        language.pick(fact.name_zh, fact.name_en) for fact in found.facts if not fact.there
    )
