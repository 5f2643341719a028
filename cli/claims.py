"""A claim as the command prints it: the verdict, and for each rule what was found, on what reports, who can mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.histories import where_and_when
from cli.output import print_hanging
from provenance.short_names import short

if TYPE_CHECKING:
    from cli.rpc import Claim, Completeness, History, RuleResult

_MARKS = {"passed": "✓", "failed": "✗"}
_VERDICTS = {
    "granted": "Its label may be given, and stands.",
    "held": "Its label is held: none is given until what is marked ✗ or ? below is mended. Then ask again.",
    "refused": "Its label is refused: these goods cannot carry this brand, unless a report below is wrong and taken"
    " back.",
}
_LEGEND = "✓ passed  ✗ failed  ? not known  · judged again for as long as the label is out"
_BESIDE = {"cold_chain": "reading", "interval": "farm input"}
"""What the reports of a rule are that are read beside the history and have no line in it."""
_MOST = 5
"""Reports and missing things named one by one."""


def as_claim(found: Claim) -> dict[str, Any]:
    """For programs; what is empty is left out of a rule."""
    named = {"verdict": found.verdict, "brand": found.brand, "brand_zh": found.brand_zh, "brand_en": found.brand_en}
    rules = [_rule(result) for result in found.results]
    badges = [{"level": badge.level, "zh": badge.sentence_zh, "en": badge.sentence_en} for badge in found.badges]
    return {**named, "rules": rules, "badges": badges, "completeness": _completeness(found.completeness)}


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


def _completeness(found: Completeness) -> dict[str, Any]:
    missing = {fact.fact: list(fact.missing) for fact in found.facts if not fact.there}
    return {"there": found.there, "expected": found.expected, "missing": missing}


def print_claim(found: Claim, history: History) -> None:
    """For people; the history says of each report it rests on when and where it was."""
    brand = " ".join(filter(None, (found.brand_zh, found.brand_en))) or found.brand
    print(f"\nclaim {found.verdict}: {brand}\n{_VERDICTS.get(found.verdict, '')}\n")
    for result in found.results:
        for head, text in _lines(result, history):
            print_hanging(head, text)
    print(f"\n{_LEGEND}")
    for badge in found.badges:
        print(f"{badge.sentence_zh}  {badge.sentence_en}")
    for line in _facts(found.completeness):
        print(line)


def _lines(result: RuleResult, history: History) -> Iterator[tuple[str, str]]:
    """Each line as what stands before it, and its text."""
    mark, again = _MARKS.get(result.outcome, "?"), "·" if result.continuing else " "
    yield f"{mark} {again} {result.rule.replace('_', ' '):<12}", result.sentence_en
    reports = list(where_and_when(history, result.event_ids, _BESIDE.get(result.rule, "report")))
    if result.outcome == "passed":
        kinds = Counter(kind for kind, _ in reports)
        if kinds:
            yield _under("rests on"), ", ".join(f"{kind} ×{n}" if n > 1 else kind for kind, n in kinds.items())
        return
    for n, (_, told) in enumerate(reports[:_MOST]):
        yield _under("" if n else "rests on"), told
    if len(reports) > _MOST:
        yield _under(""), f"and {len(reports) - _MOST} more reports"
    if result.remedy_en:
        yield _under("to mend"), result.remedy_en


def _under(word: str) -> str:
    return f"{word:>16}"


def _facts(found: Completeness) -> Iterator[str]:
    if not found.expected:
        return
    yield f"\nOf {found.expected} facts such a history should have, {found.there} are there."
    for fact in found.facts:
        if not fact.there:
            named = [short(key) for key in fact.missing[:_MOST]]
            more = f" and {len(fact.missing) - _MOST} more" if len(fact.missing) > _MOST else ""
            yield f"  missing: {fact.name_en} ({', '.join(named)}{more})"
