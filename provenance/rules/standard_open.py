"""What is open about goods that are asked for: holds nobody has lifted, and inspections somebody calls wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from provenance.days import day_of
from provenance.histories.history import Step
from provenance.quality.holds import Held, held_of
from provenance.registry.known_parties import party_words
from provenance.rules import standard_words as words
from provenance.rules.case import Case
from provenance.rules.verdicts import RuleResult
from provenance.short_names import Words, listed, short


def held(case: Case) -> RuleResult | None:
    holds = [one for one in held_of(case.history, case.registry) if one.kind == "hold"]
    if not holds:
        return None
    who = listed(party_words(case.registry, one.by, _day(one)) for one in holds)
    return words.result(
        "failed", words.HELD, listed(_held_words(one) for one in holds), words.LIFT, _ids(holds), _keys(holds), who
    )


def _held_words(one: Held) -> Words:
    zh, en = (f"，{one.reason}", f", {one.reason}") if one.reason else ("", "")
    return Words(f"{short(one.key)}（{_day(one)}{zh}）", f"{short(one.key)} (since {_day(one)}{en})")


def disputed(case: Case) -> RuleResult | None:
    of_quality = ("inspecting", "sampling", "holding")
    steps = [s for s in case.history.steps if s.disputed and s.event.biz_step in of_quality]
    if not steps:
        return None
    return words.result(
        "failed", words.DISPUTED, listed(map(_step_words, steps)), words.SETTLE, [step.event_id for step in steps]
    )


def _step_words(step: Step) -> Words:
    names = ", ".join(short(item.key) for item in step.event.objects)
    on = day_of(step.event)
    return Words(f"{names}（{on}）", f"{names} ({on})")


def _day(one: Held) -> date:
    return day_of(one.event)


def _ids(held: Iterable[Held]) -> list[str]:
    return [one.step.event_id for one in held]


def _keys(held: Iterable[Held]) -> list[str]:
    return [one.key for one in held]
