"""What a buyer must read before all else: a check that failed, or that no label was checked.

Pure: it weighs nothing anew. What failed is the claim's to say, what a label is worth is `labels`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.claim_words import VERDICTS
from services.portal.histories import Claim, LabelVerdict
from services.portal.languages import Language
from services.portal.sentences import N_

FAILED = N_("Not everything about these goods is in order.")
UNSURE = N_("Not everything about these goods could be confirmed.")
UNCHECKED = N_("No label was checked for this page.")
HOW_TO_CHECK = N_("Its address carries no signature. Scan the square on the box, or type the code printed under it.")


@dataclass(frozen=True, slots=True)
class Notice:
    """`tone` is bad or wait; `lines` say what it is about."""

    tone: str
    heading: str
    lines: tuple[str, ...]


def notices(claim: Claim | None, label: LabelVerdict | None, language: Language, *, serial: str) -> Iterator[Notice]:
    """The gravest first. `serial` is that of the box the page is about, empty where it is about no single box."""
    if failed := _sentences(claim, "failed", language):
        yield _noticed("bad", FAILED, failed, claim, language)
    elif claim and claim.verdict != "granted" and (unsure := _sentences(claim, "unknown", language)):
        yield _noticed("wait", UNSURE, unsure, claim, language)
    if label is None and serial:
        yield Notice("wait", language.text(UNCHECKED), (language.text(HOW_TO_CHECK),))


def _noticed(tone: str, found: str, lines: tuple[str, ...], claim: Claim | None, language: Language) -> Notice:
    """The verdict first, in one word that cannot be misread."""
    verdict = VERDICTS.get(claim.verdict) if claim and claim.verdict != "granted" else None
    said = language.text(found)
    if verdict is None:
        return Notice(tone, said, lines)
    return Notice(tone, language.pick(verdict.zh, verdict.en), (said, *lines))


def _sentences(claim: Claim | None, outcome: str, language: Language) -> tuple[str, ...]:
    results = claim.results if claim else ()
    return tuple(language.pick(one.sentence_zh, one.sentence_en) for one in results if one.outcome == outcome)
