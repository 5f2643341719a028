"""Rule 6, balance: nothing gave more than went in, left more than there was, or bore more than it can.

Judged are the four balances of every run, lot, site and plot on the way, each within what the production standard
tolerates; no box is of two lots; all that was picked is fruit the product is made of, and was packed while it keeps. A
breach is told in its own words, with the kilograms; its reports stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from provenance.balances.balance import Balance
from provenance.balances.plot_yields import regrown
from provenance.balances.sheet import balance_sheet
from provenance.balances.tolerances import Finding, Weighed
from provenance.balances.words import WORDS, not_weighed, with_area, with_place
from provenance.histories.harvest_days import begun_on
from provenance.rules.case import Case
from provenance.rules.kept_fruit import too_old
from provenance.rules.made_of import strays
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short

_GOOD = Words("没有查到用出的重量超过批次的重量。", "No more was taken of any lot than there was, as far as reported.")
_OPEN = Words(
    "分选还没有结束，产出已多于投入：{names}。",
    "Still open, and more came out of it so far than went in: {names}.",
)
_SAID = Words("与实际不符：{names}。", "This cannot be: {names}.")
_UNCHECKED = Words("登记的箱数太多，没有核对重量。", "So many boxes are reported that their weight was not checked.")
_NO_YIELD = Words(
    "算不出这一季最多能产多少：{names}（面积、挂果年份没有登记，或有的采收没有过秤）。",
    "How much it can bear this season is not known: {names}: its area or the year its trees came to bear is not "
    "registered, or some of it was not weighed.",
)
_UNWEIGHED = Words(
    "没有全部过秤，查不出有没有多出来的果：{names}。",
    "Not all of it was weighed, so nobody can say that no more came of it than there was: {names}.",
)
_TWICE = Words(
    "可能是同一次发货报了两遍：{names}。",
    "One shipment may have been reported twice: {names}.",
)
_NAMELESS = Words(
    "查不出是什么果品：{names}（产品或其生产标准没有登记）。",
    "Which fruit it is is not known: {names}; its product or the production standard of it is not registered.",
)
_OLD = Words(
    "采收后隔了太久才包装，比这种果品能存放的时间长：{names}。",
    "Packed longer after picking than this fruit keeps: {names}.",
)
_WEIGH = Words(
    "请收购站补报重量：撤回没有过秤的收货，写明重量后重新上报。",
    "The station takes back the delivery that was not weighed and reports it again with its weight; then ask again.",
)
_MISTAKEN = Words(
    "请误报的一方撤回后重新上报，或由检查员更正。",
    "Whoever reported in error takes the report back and reports it again, or an inspector corrects it.",
)
_TAKEN_BACK = Words(
    "只发了一次的，请发货方撤回多报的一条；确实发了两次的，请补报收到的货，或由检查员更正。",
    "If it went once, the shipper takes one of the reports back; if it went twice, what came in is reported, or an "
    "inspector corrects it.",
)
_PLOT = Words(
    "多出来的不是这块地的果：请收购站撤回误报的收货，或请县登记员核对面积和树龄（改后的面积下一季才算）。",
    "The rest is not of this plot: the station takes back what it reported in error, or the county's registrar checks "
    "area and age of the trees; a changed area counts from next season.",
)
_REGISTRAR = Words(
    "请县登记员登记面积和挂果年份，收购站补报重量，然后重新申请。",
    "The county's registrar enters the area and the year its trees came to bear, the station the weights; then ask "
    "again.",
)
_CLOSE = Words(
    "请分选的一方补报投入的批次并结束这次分选，然后重新申请。",
    "Whoever runs it reports what else went in and closes the run; then ask again.",
)
_APART = Words(
    "请把别的果品另行包装；如系误报，请收购站撤回后按实际品种重新上报。",
    "Other fruit is packed as what it is; if the report is mistyped, the station takes it back and reports it again.",
)
_NAME = Words(
    "请县登记员登记这批果的产品和生产标准，生效日不晚于采收日，然后重新申请。",
    "The registrar enters the product of that lot and its production standard, valid from the day of picking or before;"
    " then ask again.",
)
_DATED = Words(
    "请收购站核对采收日期，写错的撤回后重新上报；确实能存放这么久的，请登记员在生产标准里写明天数。",
    "The station checks the day of picking and takes back what is mistyped; where such fruit does keep so long, the"
    " production standard says for how many days.",
)
_ASK_LESS = Words("请分批申请，或请运维人员核对。", "Ask for fewer boxes at a time, or let the operator check the lot.")


Sheet = Sequence[Weighed]


@dataclass(frozen=True, slots=True)
class _Matter:
    """One thing found: what is said of it, who can mend it, and the reports and keys it is about."""

    said: Words
    remedy: Words
    event_ids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def balance(case: Case) -> RuleResult:
    """The gravest there is; of that, all."""
    sheet = balance_sheet(case.history, case.beside, case.registry, case.now_ms, case.today)
    for outcome, sentence, find in _CHECKS:
        if found := list(find(sheet, case)):
            return _result(outcome, sentence, found)
    made = tuple(step.event_id for step in case.making(case.history.key))
    return RuleResult("balance", "passed", _GOOD.zh, _GOOD.en, made)


def _breaches(sheet: Sheet, case: Case) -> Iterator[_Matter]:
    """Of a plot with the area that was put on paper meanwhile."""
    for one in _found("breached", sheet):
        said, is_plot = WORDS[one.kind](one), one.kind == "plot"
        grown = regrown(one.key, case.history, case.registry, case.today) if is_plot else None
        said = with_area(said, grown, case.registry, case.today) if grown else said
        said = with_place(said, one, case.registry, case.today) if one.site else said
        yield _Matter(said, _PLOT if is_plot else _MISTAKEN, one.event_ids, (one.key,))
    for gap in case.history.gaps:
        if gap.code == "two-lots":
            said = Words(f"{short(gap.key)}被报为属于两个批次", f"{short(gap.key)} is named as a piece of two lots")
            yield _Matter(said, _MISTAKEN, gap.event_ids, (gap.key,))
    for stray in strays(case):
        if stray.fruit is not None and case.product is not None:
            lot, of, into = short(stray.lot), stray.fruit, case.product
            zh = f"批次{lot}是{of.name_zh}，不该装进{into.name_zh}"
            en = f"lot {lot} is {of.name_en or of.name_zh} and does not belong in {into.name_en or into.name_zh}"
            yield _Matter(Words(zh, en), _APART, (stray.event_id,), (stray.lot,))


def _twice(sheet: Sheet, case: Case) -> Iterator[_Matter]:
    for one in _found("twice", sheet):
        said = with_place(WORDS[one.kind](one), one, case.registry, case.today)
        yield _Matter(said, _TAKEN_BACK, one.event_ids, (one.key,))


def _nameless(_: Sheet, case: Case) -> Iterator[_Matter]:
    for stray in strays(case):
        lot = short(stray.lot)
        yield _Matter(Words(f"批次{lot}", f"lot {lot}"), _NAME, (stray.event_id,), (stray.lot,))


def _bare(sheet: Sheet, _: Case) -> Iterator[_Matter]:
    for one in _found("no_yield", sheet):
        plot = short(one.key)
        yield _Matter(Words(f"地块{plot}", f"plot {plot}"), _REGISTRAR, one.event_ids, (one.key,))


def _old(_: Sheet, case: Case) -> Iterator[_Matter]:
    for one in too_old(case):
        lots, on = [item.key for item in one.pick.event.objects], begun_on(one.pick)
        names = ", ".join(map(short, lots))
        zh = f"批次{names}{on}采收，{one.days}天后包装（能存放{one.most}天）"
        en = f"lot {names} was picked on {on} and packed {one.days} days later (it keeps for {one.most})"
        yield _Matter(Words(zh, en), _DATED, (one.pick.event.event_id,), tuple(lots))


def _unweighed(sheet: Sheet, case: Case) -> Iterator[_Matter]:
    """With what was not weighed: it may have been as much, or an apple."""
    unsure = _found("unsure", sheet)
    for one in unsure:
        yield _Matter(not_weighed(one), _WEIGH, one.event_ids, (one.key,))
    for gap in case.history.gaps if unsure else ():
        if gap.code == "unknown-quantity":
            said = Words(f"批次{short(gap.key)}没有过秤", f"lot {short(gap.key)} not")
            yield _Matter(said, _WEIGH, gap.event_ids, (gap.key,))


def _ahead(sheet: Sheet, _: Case) -> Iterator[_Matter]:
    return (_Matter(WORDS[one.kind](one), _CLOSE, one.event_ids, (one.key,)) for one in _found("ahead", sheet))


def _unchecked(_: Sheet, case: Case) -> Iterator[_Matter]:
    keys = tuple(gap.key for gap in case.history.gaps if gap.code == "too-many-boxes")
    if keys:
        yield _Matter(Words("", ""), _ASK_LESS, (), keys)


_CHECKS: tuple[tuple[Outcome, Words, Callable[[Sheet, Case], Iterator[_Matter]]], ...] = (
    ("failed", _SAID, _breaches),
    ("unknown", _TWICE, _twice),
    ("unknown", _NO_YIELD, _bare),
    ("unknown", _NAMELESS, _nameless),
    ("unknown", _OLD, _old),
    ("unknown", _UNWEIGHED, _unweighed),
    ("unknown", _OPEN, _ahead),
    ("unknown", _UNCHECKED, _unchecked),
)
"""The gravest first."""


def _found(finding: Finding, sheet: Sheet) -> list[Balance]:
    """What is too much at one step is too much of the whole, and what a lot has not none of its sites has."""
    found = [one.balance for one in sheet if one.finding == finding]
    steps = [one for one in found if one.kind != "lineage"]
    lots = {one.key for one in steps if one.kind == "lot"}
    told = [one for one in steps if one.kind != "site" or one.counted_kg is not None or one.key not in lots]
    return told or found


def _result(outcome: Outcome, sentence: Words, found: Sequence[_Matter]) -> RuleResult:
    names, remedies = listed(one.said for one in found), list(dict.fromkeys(one.remedy for one in found))
    return RuleResult(
        "balance",
        outcome,
        sentence.zh.format(names=names.zh),
        sentence.en.format(names=names.en),
        _each(one.event_ids for one in found),
        "".join(one.zh for one in remedies),
        " ".join(one.en for one in remedies),
        _each(one.keys for one in found),
    )


def _each(listed_: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in listed_ for one in some))
