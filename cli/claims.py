"""A claim as the command prints it: the verdict, and for each rule what was found and who can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cli.rpc import Claim, RuleResult


def as_claim(found: Claim) -> dict[str, Any]:
    """For programs; what is empty is left out of a rule."""
    named = {"verdict": found.verdict, "brand": found.brand, "brand_zh": found.brand_zh, "brand_en": found.brand_en}
    return {**named, "rules": [_rule(result) for result in found.results]}


def _rule(result: RuleResult) -> dict[str, Any]:
    fields = {
        "rule": result.rule,
        "outcome": result.outcome,
        "continuing": result.continuing,
        "sentence_zh": result.sentence_zh,
        "sentence_en": result.sentence_en,
        "remedy_zh": result.remedy_zh,
        "remedy_en": result.remedy_en,
        "concerns": list(result.concerns),
        "events": list(result.event_ids),
    }
    return {name: value for name, value in fields.items() if value not in ("", [])}


def print_claim(found: Claim) -> None:
    """For people."""
    print(f"\nclaim {found.verdict}: {' '.join(filter(None, (found.brand_zh, found.brand_en))) or found.brand}")
    for result in found.results:
        print(f"  {result.outcome:<8} {result.rule}: {result.sentence_en}")
        if result.remedy_en:
            print(f"           to mend: {result.remedy_en}")
