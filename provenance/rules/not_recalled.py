"""Rule 11, not recalled: no recall of the thing, its lots or what it was made of is in force; it is not too old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from provenance.days import day_of
from provenance.quality.holds import Held, held_of
from provenance.registry.known_parties import party_words
from provenance.rules.case import Case
from provenance.rules.made_on import made_on
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short

_RECALLED = Words("已被召回：{names}。", "Recalled: {names}.")
_PART_RECALLED = Words(
    "其中一部分已被召回，不知是否包括这一件：{names}。", "Some of it is recalled, and nobody knows which: {names}."
)
_RETURN = Words(
    "请停止销售和食用，退回卖家；召回由监管机构解除。",
    "Do not sell or eat it, take it back to the seller; only the regulator ends a recall.",
)
_EXPIRED = Words("已过保质期：到{until}为止。", "Past its shelf life, which ended on {until}.")
_REMOVE = Words("请下架处理，不再销售。", "It is taken off the shelf and not sold any more.")
_GOOD = Words("没有召回。", "There is no recall.")
_FRESH = Words("没有召回，保质期到{until}。", "There is no recall; it keeps until {until}.")


def not_recalled(case: Case) -> RuleResult:
    """A recall of so many kilograms of a lot leaves it open whether this is of them."""
    recalls = [one for one in held_of(case.history, case.registry) if one.kind == "recall"]
    whole = [one for one in recalls if one.quantity is None or one.key == case.history.key]
    if whole:
        return _recalled("failed", _RECALLED, whole, case)
    until = _keeps_until(case)
    if until is not None and case.today > until:
        said = Words(_EXPIRED.zh.format(until=until), _EXPIRED.en.format(until=until))
        return RuleResult("not_recalled", "failed", said.zh, said.en, _making_ids(case), _REMOVE.zh, _REMOVE.en)
    if recalls:
        return _recalled("unknown", _PART_RECALLED, recalls, case)
    said = _FRESH if until else _GOOD
    return RuleResult("not_recalled", "passed", said.zh.format(until=until), said.en.format(until=until))


def _recalled(outcome: Outcome, said: Words, recalls: Sequence[Held], case: Case) -> RuleResult:
    names = listed(_words(one, case) for one in recalls)
    zh, en = said.zh.format(names=names.zh), said.en.format(names=names.en)
    ids = tuple(dict.fromkeys(one.step.event_id for one in recalls))
    keys = tuple(dict.fromkeys(one.key for one in recalls))
    return RuleResult("not_recalled", outcome, zh, en, ids, _RETURN.zh, _RETURN.en, keys)


def _words(one: Held, case: Case) -> Words:
    day = day_of(one.event)
    by = party_words(case.registry, one.by, day)
    zh, en = (f"，{one.reason}", f", {one.reason}") if one.reason else ("", "")
    return Words(f"{short(one.key)}（{by.zh}，{day}{zh}）", f"{short(one.key)} (by {by.en} on {day}{en})")


def _keeps_until(case: Case) -> date | None:
    """The last day of its shelf life; None where none is set or nobody knows when it was made."""
    standard, made = case.production_standard, made_on(case)
    days = standard.shelf_life_days if standard else None
    return made + timedelta(days=days) if made and days is not None else None


def _making_ids(case: Case) -> tuple[str, ...]:
    return tuple(step.event_id for step in case.making(case.history.key))
