"""What a buyer must read before all else: a recall, a check that failed, or that no label was checked.

Pure: it weighs nothing anew. What failed is the claim's to say, what a label is worth is `labels`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from provenance.labels.answers import Recall
from provenance.rules.claim_words import verdict_words
from services.portal.languages import Language
from services.portal.sentences import N_, say
from services.portal.telling.histories import Claim, History, LabelVerdict
from services.portal.telling.naming import without_ids
from services.portal.verification.verdicts import recall_in, recall_of

FAILED = N_("Not everything about these goods is in order.")
UNSURE = N_("Not everything about these goods could be confirmed.")
UNCHECKED = N_("No label was checked for this page.")
RECALLED = N_("Recalled: do not eat it, take it back to the seller.")
RECALLED_IN_PART = N_("Some of these goods are recalled, and nobody knows which: do not eat it, ask the seller.")
_RECALLS: Mapping[Recall, str] = {"whole": RECALLED, "in_part": RECALLED_IN_PART}
UNJUDGED = N_("Whether everything about these goods is in order could not be asked. Look again in a moment.")
REVOKED = N_("Do not eat or sell it before you have asked where you bought it: its certificate was withdrawn.")
HOW_TO_CHECK = N_("Its address carries no signature. Scan the square on the box, or type the code printed under it.")


@dataclass(frozen=True, slots=True)
class Notice:
    """`tone` is bad or wait; `lines` say what it is about."""

    tone: str
    heading: str
    lines: tuple[str, ...]


def notices(
    claim: Claim | None,
    label: LabelVerdict | None,
    language: Language,
    *,
    serial: str,
    history: History | None = None,
    recall: Recall = "none",
    unjudged: bool = False,
) -> Iterator[Notice]:
    """The gravest first. `serial` is that of the box the page is about, empty where it is about no single box; `recall`
    of goods whose claim, if there is one, says of none; `unjudged` where it could not be asked for."""
    if recall in _RECALLS and not recall_in(claim):
        yield Notice("bad", language.text(_RECALLS[recall]), ())
    else:
        yield from gravest(claim, history, language)
    if unjudged:
        yield Notice("wait", language.text(UNJUDGED), ())
    if label is None and serial:
        yield Notice("wait", language.text(UNCHECKED), (language.text(HOW_TO_CHECK),))


def gravest(claim: Claim | None, history: History | None, language: Language) -> Iterator[Notice]:
    """What the claim holds against the goods; of goods without one, the tests they failed."""
    if recall := recall_in(claim):
        heading = language.text(_RECALLS[recall_of(claim)])
        yield Notice("bad", heading, (language.pick(recall.sentence_zh, recall.sentence_en),))
    elif failed := _sentences(claim, "failed", language):
        yield _noticed("bad", FAILED, (*failed, *_to_do(history, claim, language)), claim, language)
    elif blocking := _blocking(history, language):
        yield Notice("bad", language.text(FAILED), blocking)
    elif claim and claim.verdict != "granted" and (unsure := _sentences(claim, "unknown", language)):
        yield _noticed("wait", UNSURE, unsure, claim, language)


def _blocking(history: History | None, language: Language) -> tuple[str, ...]:
    """Failing tests that nothing superseded."""
    failing = [one for one in history.tests if one.blocking] if history else []
    said = N_("Found not to conform: {found}.")
    return tuple(language.say(say(said, found=language.pick(one.sentence_zh, one.sentence_en))) for one in failing)


def _to_do(history: History | None, claim: Claim | None, language: Language) -> tuple[str, ...]:
    """Of goods whose certificate was withdrawn: their buyer is at home, with the box on the table."""
    failed = any((one.rule, one.outcome) == ("certified", "failed") for one in claim.results) if claim else False
    revoked = any(one.validity == "revoked" for one in history.certificates) if history else False
    return (language.text(REVOKED),) if failed and revoked else ()


def _noticed(tone: str, found: str, lines: tuple[str, ...], claim: Claim | None, language: Language) -> Notice:
    """The verdict first, in one word that cannot be misread."""
    verdict = None
    if claim and claim.verdict != "granted":
        verdict = verdict_words(claim.verdict, (one.outcome for one in claim.results))
    said = language.text(found)
    if verdict is None:
        return Notice(tone, said, lines)
    return Notice(tone, language.pick(verdict.zh, verdict.en), (said, *lines))


def _sentences(claim: Claim | None, outcome: str, language: Language) -> tuple[str, ...]:
    results = claim.results if claim else ()
    said = (language.pick(one.sentence_zh, one.sentence_en) for one in results if one.outcome == outcome)
    return tuple(without_ids(text, language) for text in said)
