"""Rule 6, balance: nothing gave more than went in, left more than there was, or bore more than it can.

Judged are the four balances of every run, lot, site and plot on the way, each within what the production standard
tolerates, and no box is of two lots. A breach is told in its own words, with the kilograms and the reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from provenance.balance import Balance, BalanceKind
from provenance.balance_sheet import balance_sheet
from provenance.case import Case
from provenance.gaps import Gap, kilograms_text
from provenance.known_parties import party_words
from provenance.plot_yields import Regrown, regrown
from provenance.short_names import Words, listed, short
from provenance.verdicts import Outcome, RuleResult

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
_WEIGH = Words(
    "请收购站补报重量：撤回没有过秤的收货，写明重量后重新上报。",
    "The station takes back the delivery that was not weighed and reports it again with its weight; then ask again.",
)
_MISTAKEN = Words(
    "请误报的一方撤回后重新上报，或由检查员更正。",
    "Whoever reported in error takes the report back and reports it again, or an inspector corrects it.",
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
_ASK_LESS = Words("请分批申请，或请运维人员核对。", "Ask for fewer boxes at a time, or let the operator check the lot.")


def _kg(kilograms: Fraction | None) -> str:
    return kilograms_text(kilograms or Fraction(0))


def _of_run(one: Balance) -> Words:
    into, out, what = _kg(one.there_kg), _kg(one.taken_kg), short(one.product)
    return Words(
        f"做出批次{what}的加工投入{into}公斤，却产出{out}公斤",
        f"the run that made lot {what} took in {into} kg and gave {out} kg",
    )


def _of_lot(one: Balance) -> Words:
    there, taken, lot = _kg(one.there_kg), _kg(one.taken_kg), short(one.key)
    return Words(f"批次{lot}有{there}公斤，却用出{taken}公斤", f"lot {lot} had {there} kg, and {taken} kg were taken")


def _at_site(one: Balance) -> Words:
    there, lot, site = _kg(one.there_kg), short(one.key), short(one.site)
    if one.counted_kg is not None:
        left = _kg(max((one.there_kg or Fraction(0)) - one.went_kg - one.lost_kg, Fraction(0)))
        counted = _kg(one.counted_kg)
        return Words(
            f"{site}盘点批次{lot}有{counted}公斤，账上只应有{left}公斤",
            f"{counted} kg of lot {lot} were counted at {site}, where {left} kg should be",
        )
    out = _kg(one.taken_kg)
    return Words(
        f"{site}收到批次{lot}共{there}公斤，却出去{out}公斤",
        f"{there} kg of lot {lot} came to {site}, and {out} kg left it",
    )


def _of_plot(one: Balance) -> Words:
    bears, picked, plot = _kg(one.there_kg), _kg(one.taken_kg), short(one.key)
    if one.proposed_on is not None:
        return Words(
            f"地块{plot}在{one.proposed_on}才申报登记，之前却报采了{picked}公斤",
            f"plot {plot} was first proposed for the register on {one.proposed_on}, and {picked} kg are told of before",
        )
    if one.instead_kg:
        own, instead = _kg(one.went_kg - one.instead_kg), _kg(one.instead_kg)
        return Words(
            f"地块{plot}一季最多能产{bears}公斤，却采了{own}公斤，另采的其他果品占去{instead}公斤的产量",
            f"plot {plot} can bear {bears} kg in a season; {own} kg were picked, and other fruit in the place of"
            f" {instead} kg",
        )
    return Words(
        f"地块{plot}一季最多能产{bears}公斤，却采了{picked}公斤",
        f"plot {plot} can bear {bears} kg in a season, and {picked} kg were picked",
    )


def _of_lineage(one: Balance) -> Words:
    brought, more = _kg(one.there_kg), _kg(one.excess_kg)
    return Words(
        f"一路共收进{brought}公斤，各步加起来多出{more}公斤",
        f"{brought} kg were brought in on the way, and step by step {more} kg more came of it",
    )


def _not_weighed(one: Balance) -> Words:
    what, weighed, taken = short(one.product), _kg(one.least_kg), _kg(one.taken_kg)
    return Words(
        f"批次{what}称过{weighed}公斤，却用出{taken}公斤",
        f"of lot {what} {weighed} kg were weighed and {taken} kg taken",
    )


_WORDS: Mapping[BalanceKind, Callable[[Balance], Words]] = {
    "run": _of_run,
    "lot": _of_lot,
    "site": _at_site,
    "plot": _of_plot,
    "lineage": _of_lineage,
}


def balance(case: Case) -> RuleResult:
    """A breach within the tolerance of the product's production standard is none: scales differ."""
    sheet = balance_sheet(case.history, case.beside, case.registry, case.now_ms, case.today)
    breached = _told_once([one.balance for one in sheet if one.state == "breached"])
    doubled = [gap for gap in case.history.gaps if gap.code == "two-lots"]
    if breached or doubled:
        return _failed(breached, doubled, case)
    bare = [one.balance for one in sheet if one.state == "unknown" and one.balance.kind == "plot"]
    if bare:
        names = listed(Words(f"地块{short(one.key)}", f"plot {short(one.key)}") for one in bare)
        return _result("unknown", _filled(_NO_YIELD, names), _REGISTRAR, _ids(bare), _keys(bare))
    unsure = [one.balance for one in sheet if one.is_unsure and one.balance.kind != "plot"]
    if unsure:
        return _unweighed(_told_once(unsure), case)
    ahead = _told_once([one.balance for one in sheet if one.is_ahead])
    if ahead:
        names = listed(_WORDS[one.kind](one) for one in ahead)
        return _result("unknown", _filled(_OPEN, names), _CLOSE, _ids(ahead), _keys(ahead))
    unchecked = [gap.key for gap in case.history.gaps if gap.code == "too-many-boxes"]
    if unchecked:
        return _result("unknown", _UNCHECKED, _ASK_LESS, (), unchecked)
    return _result("passed", _GOOD, Words("", ""), (step.event_id for step in case.making(case.history.key)))


def _unweighed(unsure: Sequence[Balance], case: Case) -> RuleResult:
    """With what was not weighed: it may have been as much, or an apple."""
    gaps = [gap for gap in case.history.gaps if gap.code == "unknown-quantity"]
    lots = [gap.key for gap in gaps]
    ids = dict.fromkeys((*_ids(unsure), *(id_ for gap in gaps for id_ in gap.event_ids)))
    named = (*map(_not_weighed, unsure), *(Words(f"批次{short(key)}没有过秤", f"lot {short(key)} not") for key in lots))
    return _result("unknown", _filled(_UNWEIGHED, listed(named)), _WEIGH, ids, (*_keys(unsure), *lots))


def _told_once(breached: Sequence[Balance]) -> list[Balance]:
    """What is too much at one step is too much of the whole, and what a lot has not none of its sites has."""
    steps = [one for one in breached if one.kind != "lineage"]
    lots = {one.key for one in steps if one.kind == "lot"}
    told = [one for one in steps if one.kind != "site" or one.counted_kg is not None or one.key not in lots]
    return told or list(breached)


def _failed(breached: Sequence[Balance], doubled: Sequence[Gap], case: Case) -> RuleResult:
    names = listed((*(_breach(one, case) for one in breached), *map(_of_two_lots, doubled)))
    ids = tuple(dict.fromkeys((*_ids(breached), *(id_ for gap in doubled for id_ in gap.event_ids))))
    kinds = dict.fromkeys(_PLOT if one.kind == "plot" else _MISTAKEN for one in breached)
    remedies = list(kinds) or [_MISTAKEN]
    remedy = Words("".join(one.zh for one in remedies), " ".join(one.en for one in remedies))
    keys = (*_keys(breached), *(gap.key for gap in doubled))
    return _result("failed", _filled(_SAID, names), remedy, ids, keys)


def _breach(one: Balance, case: Case) -> Words:
    """Of a plot with the area that was put on paper meanwhile."""
    said = _WORDS[one.kind](one)
    grown = regrown(one.key, case.history, case.registry, case.today) if one.kind == "plot" else None
    return _with_area(said, grown, case) if grown else said


def _with_area(said: Words, grown: Regrown, case: Case) -> Words:
    before, after, since = grown.counts.area_mu, grown.registered.area_mu, grown.registered.valid_from
    who = grown.registered.approved_by or grown.registered.author
    name = party_words(case.registry, who, case.today)
    how = Words("批准", "approved by") if grown.registered.approved_by else Words("直接登记", "entered directly by")
    return Words(
        f"{said.zh}（登记面积从{before}亩改为{after}亩，自{since}起，由{name.zh}{how.zh}；改后的面积下一季才算）",
        f"{said.en} (its area was changed on paper from {before} to {after} mu, as of {since}, {how.en} {name.en};"
        " a changed area counts from next season)",
    )


def _of_two_lots(gap: Gap) -> Words:
    return Words(f"{short(gap.key)}被报为属于两个批次", f"{short(gap.key)} is named as a piece of two lots")


def _result(
    outcome: Outcome, said: Words, remedy: Words, event_ids: Iterable[str], concerns: Iterable[str] = ()
) -> RuleResult:
    keys = tuple(dict.fromkeys(concerns))
    return RuleResult("balance", outcome, said.zh, said.en, tuple(event_ids), remedy.zh, remedy.en, keys)


def _filled(text: Words, names: Words) -> Words:
    return Words(text.zh.format(names=names.zh), text.en.format(names=names.en))


def _ids(found: Iterable[Balance]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for one in found for id_ in one.event_ids))


def _keys(found: Iterable[Balance]) -> tuple[str, ...]:
    return tuple(one.key for one in found)
