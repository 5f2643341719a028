"""The one answer about a label, of what `labels` says of it and whether its goods are recalled.

Pure. The order and the words are `provenance.labels.answers`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from provenance.labels.answers import Known, Recall, answer
from services.portal.telling.histories import Claim, LabelVerdict, RuleResult

_KNOWN: Mapping[str, Known] = {
    "void": Known(ours=True, void=True),
    "not_ours": Known(ours=False),
    "not_active": Known(ours=True, active=False),
    "issued": Known(ours=True),
}
"""What `labels` knows, by the verdict it gives."""
_RECALLS: Mapping[str, Recall] = {"failed": "whole", "unknown": "in_part"}


def judged(label: LabelVerdict, recall: Recall) -> LabelVerdict:
    """The label with the gravest of its answers; as it was where there is no recall. What else `labels` said stands
    behind it."""
    known = _KNOWN.get(label.verdict, Known(ours=False))
    said = answer(replace(known, recall=recall))
    if said.verdict not in ("recalled", "not_checked"):
        return label
    beside = ("", "") if label.verdict == "issued" else (label.sentence_zh, label.sentence_en)
    return replace(
        label,
        verdict=said.verdict,
        sentence_zh=said.sentence_zh + beside[0],
        sentence_en=f"{said.sentence_en} {beside[1]}".rstrip(),
    )


def recall_of(claim: Claim | None) -> Recall:
    found = recall_in(claim)
    return _RECALLS[found.outcome] if found else "none"


def recall_in(claim: Claim | None) -> RuleResult | None:
    """What the claim says of a recall in force; goods past their shelf life concern no recall."""
    results = claim.results if claim else ()
    recalls = (one for one in results if one.rule == "not_recalled" and one.concerns)
    return next((one for one in recalls if one.outcome in _RECALLS), None)
