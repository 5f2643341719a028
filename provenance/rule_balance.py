"""Rule 6, balance: no more was labelled, used and lost of a lot than there was, and no box is of two lots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from provenance.case import Case
from provenance.gaps import Gap, GapCode, kilograms_text
from provenance.short_names import Words, listed, short
from provenance.verdicts import Outcome, RuleResult
from provenance.weights import gtin_of

_GOOD = Words("没有查到用出的重量超过批次的重量。", "No more was taken of any lot than there was, as far as reported.")
_UNCHECKED = Words("登记的箱数太多，没有核对重量。", "So many boxes are reported that their weight was not checked.")
_SPLIT = Words("请包装厂把这批货分成较小的批次上报。", "The packing house reports these goods as several smaller lots.")
_BREACHES: Mapping[GapCode, Callable[[Gap], Words]] = {
    "two-lots": lambda gap: Words(
        f"{short(gap.key)}被报为属于两个批次", f"{short(gap.key)} is named as a piece of two lots"
    ),
    "more-than-there-was": lambda gap: Words(
        f"批次{short(gap.key)}有{kilograms_text(gap.there_kg)}公斤，却用出{kilograms_text(gap.taken_kg)}公斤",
        f"lot {short(gap.key)} had {kilograms_text(gap.there_kg)} kg, and {kilograms_text(gap.taken_kg)} kg were taken",
    ),
}
_SAID = Words("与实际不符：{names}。依据的上报：{events}。", "This cannot be: {names}. Reported in: {events}.")
_REMEDY = Words(
    "请误报的一方撤回后重新上报，或由检查员更正。",
    "Whoever reported in error takes the report back and reports it again, or an inspector corrects it.",
)


def balance(case: Case) -> RuleResult:
    """A breach within the tolerance of the product's production standard is none: scales differ."""
    found = [gap for gap in case.history.gaps if gap.code in _BREACHES and not _tolerated(gap, case)]
    unchecked = [gap for gap in case.history.gaps if gap.code == "too-many-boxes"]
    if not found:
        outcome: Outcome = "unknown" if unchecked else "passed"
        said, remedy = (_UNCHECKED, _SPLIT) if unchecked else (_GOOD, Words("", ""))
        concerns = tuple(gap.key for gap in unchecked)
        ids = tuple(step.event_id for step in case.making(case.history.key))
        return RuleResult("balance", outcome, said.zh, said.en, ids, remedy.zh, remedy.en, concerns)
    ids = tuple(dict.fromkeys(id_ for gap in found for id_ in gap.event_ids))
    names = listed(_BREACHES[gap.code](gap) for gap in found)
    events = listed(Words(id_[-12:], id_[-12:]) for id_ in ids)
    zh, en = (_SAID.zh.format(names=names.zh, events=events.zh), _SAID.en.format(names=names.en, events=events.en))
    concerns = tuple(dict.fromkeys(gap.key for gap in found))
    return RuleResult("balance", "failed", zh, en, ids, _REMEDY.zh, _REMEDY.en, concerns)


def _tolerated(gap: Gap, case: Case) -> bool:
    return gap.code == "more-than-there-was" and gap.taken_kg <= gap.there_kg * (1 + _tolerance(gap.key, case))


def _tolerance(lot: str, case: Case) -> Fraction:
    gtin = gtin_of(lot)
    product = case.registry.product(gtin, case.today) if gtin else None
    by = case.registry.production_standard(product.production_standard, case.today) if product else None
    return Fraction(by.balance_tolerance) if by else Fraction(0)
