"""Why a service did not take something, in the words of the person who sent it.

A service says it in English, with a stable code; the pages have a sentence for each code, in both languages. What has
none is quoted as the service said it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from epcis.problems import Problem, errors
from services.portal.sentences import N_, Sentence, say

NOT_RECORDED = N_("This was not recorded: {reason}")

SENTENCES: Mapping[str, str] = {
    "role-may-not": N_("Your card is not for reports of this kind."),
    "not-in-this-role": N_(
        "Your party may say of anybody's report that it is wrong, and your card may not say so for it."
    ),
    "not-your-own": N_("Your card reports for your own party only, and this is another's."),
    "no-mandate": N_("The party this is about has given yours no mandate to report it. The registrar can record one."),
    "in-the-future": N_("The time lies more than a day ahead. Check the date."),
    "ends-before-it-begins": N_("It would end before it begins. Check the two dates."),
    "no-such-day": N_("Its year cannot be. What has no end has an empty end."),
    "nothing-picked": N_("Nothing was picked. Say how much there was."),
    "too-much": N_("No report can mean as much as that. Check the amount and its unit."),
    "too-many-corrections": N_("One report is corrected by at most 20 others. Name those that are right in its place."),
    "no-number": N_("Write it as a plain number in digits, such as 2480.50."),
    "no-temperature": N_("No sensor beside fruit measures that. Check the number and its unit."),
}


def why_not_recorded(error: Exception) -> Sentence:
    return reason_of(error, NOT_RECORDED)


def reason_of(error: Exception, otherwise: str) -> Sentence:
    """The sentence for the first problem that has one; else `otherwise`, which has a place for {reason}."""
    return known_reason(getattr(error, "problems", ())) or say(otherwise, reason=str(error))


def refused(problems: Sequence[Problem]) -> Sentence:
    """The same of what a service sent back."""
    return known_reason(problems) or say(NOT_RECORDED, reason="; ".join(one.message for one in errors(problems)))


def known_reason(problems: Sequence[Problem]) -> Sentence | None:
    """The sentence for the first problem that has one."""
    known = next((SENTENCES[problem.code] for problem in problems if problem.code in SENTENCES), None)
    return say(known) if known else None
