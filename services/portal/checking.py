"""A claim as a page shows it: a line for each rule, what did not pass first, and what its history lacks.

Pure: it weighs nothing anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.histories import Claim, Completeness, RuleResult
from services.portal.languages import Language
from services.portal.sentences import N_, say

OUTCOMES: Mapping[str, str] = {"failed": N_("Failed"), "unknown": N_("Not known"), "passed": N_("Passed")}
"""A buyer reads no further than the first lines: what did not pass comes first."""
VERDICTS: Mapping[str, str] = {
    "granted": N_("Granted: these goods may carry the brand."),
    "held": N_("Held: it is not settled that these goods may carry the brand."),
    "refused": N_("Refused: these goods may not carry the brand."),
}
RULES: Mapping[str, str] = {
    "origin": N_("Where it grew"),
    "producer": N_("Whose orchards"),
    "benefit": N_("What growers get"),
    "certified": N_("Certified"),
    "standard": N_("Tested"),
    "balance": N_("Amounts"),
    "custody": N_("Hand-overs"),
    "cold_chain": N_("Kept cold"),
    "interval": N_("Days after spraying"),
    "season": N_("In season"),
    "not_recalled": N_("Recalls"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: `word` is its outcome for those who hear the page, `remedy` "" where there is nothing to mend."""

    outcome: str
    word: str
    name: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`verdict` says what it comes to; `lacks` names the facts that are missing of those the history should have, ""
    where none is."""

    verdict: str
    checks: tuple[Check, ...]
    complete: str
    lacks: str


def checked(claim: Claim | None, language: Language) -> Checked | None:
    if claim is None:
        return None
    # What holds a label comes first; of a granted one, what the brand does without comes last.
    outcomes = list(OUTCOMES)[:: -1 if claim.verdict == "granted" else 1]
    in_order = (one for outcome in outcomes for one in claim.results if one.outcome == outcome)
    checks = tuple(_check(one, language) for one in in_order)
    verdict = language.text(VERDICTS.get(claim.verdict, ""))
    return Checked(verdict, checks, _complete(claim.completeness, language), _lacks(claim.completeness, language))


def _check(one: RuleResult, language: Language) -> Check:
    return Check(
        one.outcome,
        language.text(OUTCOMES[one.outcome]),
        language.text(RULES.get(one.rule, one.rule)),
        language.pick(one.sentence_zh, one.sentence_en),
        language.pick(one.remedy_zh, one.remedy_en),
    )


def _complete(found: Completeness, language: Language) -> str:
    if not found.expected:
        return ""
    said = N_("{there} of {expected} facts that such a history should have are there.")
    return language.say(say(said, there=found.there, expected=found.expected))


def _lacks(found: Completeness, language: Language) -> str:
    return language.pick("；", "; ").join(
        language.pick(fact.name_zh, fact.name_en) for fact in found.facts if not fact.there
    )
