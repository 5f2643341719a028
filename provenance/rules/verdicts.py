"""From the results of the rules to the verdict on a label: one table, worst row first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "unknown"]
Verdict = Literal["granted", "held", "refused"]

DECISIVE = frozenset({"origin", "producer"})
"""Rules whose failure refuses; the failure of any other holds."""

# (is the rule decisive, its outcome, may the brand do without knowing it) -> what it does to the label.
TABLE: dict[tuple[bool, Outcome, bool], Verdict] = {
    (True, "failed", False): "refused",
    (True, "failed", True): "refused",
    (True, "unknown", False): "held",
    (True, "unknown", True): "granted",
    (True, "passed", False): "granted",
    (True, "passed", True): "granted",
    (False, "failed", False): "held",
    (False, "failed", True): "held",
    (False, "unknown", False): "held",
    (False, "unknown", True): "granted",
    (False, "passed", False): "granted",
    (False, "passed", True): "granted",
}
_WORST_FIRST: Sequence[Verdict] = ("refused", "held", "granted")


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule found: the sentence a buyer reads, and the ids of the events it rests on.

    Where it did not pass: who can mend that and how, and the keys of the plots, lots, growers and certificates meant.
    `continuing` where it is judged again for as long as a label is out: `provenance.rules.claims` says of which rules.
    """

    rule: str
    outcome: Outcome
    sentence_zh: str
    sentence_en: str
    event_ids: tuple[str, ...] = ()
    remedy_zh: str = ""
    remedy_en: str = ""
    concerns: tuple[str, ...] = ()
    continuing: bool = False


def verdict(results: Iterable[RuleResult], may_be_unknown: Collection[str]) -> Verdict:
    """The worst that any result does to the label."""
    found = {TABLE[r.rule in DECISIVE, r.outcome, r.rule in may_be_unknown] for r in results}
    return next((worst for worst in _WORST_FIRST if worst in found), "granted")
