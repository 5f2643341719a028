"""A claim as the command prints it: the verdict, and for each rule what was found, on what reports, who can mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.histories import STEPS, where_and_when
from cli.language import N_, joined, pick, say, word
from cli.output import print_hanging, width
from provenance.rules.claim_words import OUTCOMES, RULES, verdict_words
from provenance.short_names import short

if TYPE_CHECKING:
    from cli.rpc import Claim, Completeness, History, RuleResult

_MARKS = {"passed": "✓", "failed": "✗"}
_LABELS = {
    "granted": N_("Its label may be given, and stands."),
    "held": N_("No label is given until what is marked ✗ or ? below is mended. Then ask again."),
    "refused": N_("No label is given, unless a report below is wrong and taken back."),
}
_BEFORE = 4
"""Columns of what stands before the name of a rule."""
_BESIDE = {"cold_chain": "reading", "interval": "farm_input"}
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
    """For people, what holds a label first; the history says of each report it rests on when and where it was."""
    brand = pick(found.brand_zh, found.brand_en) or found.brand
    verdict = verdict_words(found.verdict, (one.outcome for one in found.results))
    print(f"\n{brand}\n{word(verdict, found.verdict)}")
    print(f"{say(_LABELS.get(found.verdict, ''))}\n")
    outcomes = list(OUTCOMES)[:: -1 if found.verdict == "granted" else 1]
    for result in sorted(found.results, key=lambda one: outcomes.index(one.outcome)):
        for head, text in _lines(result, history):
            print_hanging(head, text)
    marks = "  ".join(f"{_MARKS.get(outcome, '?')} {word(OUTCOMES[outcome], '')}" for outcome in list(OUTCOMES)[::-1])
    print(f"\n{marks}  · {say('judged again for as long as the label is out')}")
    for badge in found.badges:
        print(pick(badge.sentence_zh, badge.sentence_en))
    for line in _facts(found.completeness):
        print(line)


def _lines(result: RuleResult, history: History) -> Iterator[tuple[str, str]]:
    """Each line as what stands before it, and its text."""
    mark, again = _MARKS.get(result.outcome, "?"), "·" if result.continuing else " "
    name = word(RULES.get(result.rule), result.rule)
    yield f"{mark} {again} {name}{'':{_columns() - width(name)}}", pick(result.sentence_zh, result.sentence_en)
    reports = list(where_and_when(history, result.event_ids, _kind_beside(result.rule)))
    if result.outcome == "passed":
        kinds = Counter(kind for kind, _ in reports)
        if kinds:
            yield _under(say("rests on")), joined(f"{kind} ×{n}" if n > 1 else kind for kind, n in kinds.items())
        return
    for n, (_, told) in enumerate(reports[:_MOST]):
        yield _under("" if n else say("rests on")), told
    if len(reports) > _MOST:
        yield _under(""), say("and {count} more reports", count=len(reports) - _MOST)
    if result.remedy_en:
        yield _under(say("to mend")), pick(result.remedy_zh, result.remedy_en)


def _kind_beside(rule: str) -> str:
    return say(STEPS[_BESIDE.get(rule, "report")])


def _under(text: str) -> str:
    return f"{'':{_columns() + _BEFORE - width(text)}}{text}"


def _columns() -> int:
    """Of the longest name of a rule."""
    return max(width(word(name, "")) for name in RULES.values())


def _facts(found: Completeness) -> Iterator[str]:
    if not found.expected:
        return
    said = "{there} of {expected} facts that such a history should have are there."
    yield "\n" + say(said, expected=found.expected, there=found.there)
    for fact in found.facts:
        if not fact.there:
            named = [short(key) for key in fact.missing[:_MOST]]
            more = [say("and {count} more", count=len(fact.missing) - _MOST)] if len(fact.missing) > _MOST else []
            name = pick(fact.name_zh, fact.name_en)
            yield "  " + say("not reported: {fact} ({of})", fact=name, of=joined([*named, *more]))
