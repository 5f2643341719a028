"""Rule 9, interval: nothing was picked sooner after a spray than the production standard allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provenance.access.acting import with_whole
from provenance.days import day_of
from provenance.histories.harvest_days import harvest_days
from provenance.histories.history import Pick
from provenance.quality.applied import Applied
from provenance.quality.conformity import plainly
from provenance.registry.records import PreHarvestInterval, ProductionStandard
from provenance.rules.case import Case
from provenance.rules.picked_under import picked_under
from provenance.rules.verdicts import RuleResult
from provenance.short_names import Words, listed, short

LONGEST_DAYS = 366
"""What was used longer ago than any interval says nothing of this harvest."""

_NONE_SET = Words("生产标准没有规定用药安全间隔期。", "The production standard sets no waiting time after spraying.")
_NOTHING = Words(
    "没有上报这些果园采收前用过农药或肥料。",
    "No spray or fertiliser was reported on these plots before the harvest.",
)
_KEPT = Words("采收前用过的投入品都已过安全间隔期：{names}。", "Picked long enough after what was used: {names}.")
_SOON = Words("用药后采收过早：{names}。", "Picked too soon after spraying: {names}.")
_UNNAMED = Words("用过的投入品没有写明是什么：{names}。", "What was used is not said: {names}.")
_UNCLEAR = Words("采收日期不明：{names}。", "When it was picked is not clear: {names}.")
_TOO_SOON = Words(
    "间隔期未满采收的果品不能用这个品牌；如系误报日期，请上报的一方撤回后重新上报。",
    "Fruit picked before the waiting time was over cannot carry this brand; a wrong date is taken back and reported"
    " again by whoever reported it.",
)
_SAY = Words(
    "请上报的一方撤回后重新上报，写明投入品的名称或批次。",
    "Whoever reported it takes it back and reports it again with the name or the lot of what was used.",
)
_SAY_WHEN = Words(
    "请收购站撤回后重新上报采收日期。", "The station takes the report back and reports the day of picking again."
)


@dataclass(frozen=True, slots=True)
class _Use:
    """One use before one picking; `needed` days are None where none are set for it.

    `days` to the first day of the harvest: 0 where it was used on that day or before the harvest was over. To the day
    of the report where the harvest's cannot be read (not `is_clear`).
    """

    applied: Applied
    pick: Pick
    needed: int | None
    days: int
    is_clear: bool

    @property
    def is_unnamed(self) -> bool:
        return not self.applied.product and not self.applied.substance


def interval(case: Case) -> RuleResult:
    """By the standard of the day of picking, for each plot picked on and everything used on it in the year before. The
    days a report gives for the harvest count before its time: fruit stored before its delivery waits for no spray."""
    standards = [(pick, standard) for pick, standard in picked_under(case) if standard]
    if not any(standard.pre_harvest_intervals for _, standard in standards):
        return RuleResult("interval", "passed", _NONE_SET.zh, _NONE_SET.en)
    uses = [use for pick, standard in standards for use in _uses(pick, standard, case.history.applied)]
    if soon := [use for use in uses if use.needed is not None and use.days < use.needed]:
        said, evidence, concerns = _filled(_SOON, soon), _ids(soon), _concerns(soon)
        return RuleResult("interval", "failed", said.zh, said.en, evidence, _TOO_SOON.zh, _TOO_SOON.en, concerns)
    if unnamed := [use for use in uses if use.is_unnamed]:
        said, evidence, concerns = _filled(_UNNAMED, unnamed), _ids(unnamed), _concerns(unnamed)
        return RuleResult("interval", "unknown", said.zh, said.en, evidence, _SAY.zh, _SAY.en, concerns)
    if unclear := [use for use in uses if use.needed is not None and not use.is_clear]:
        said, evidence, concerns = _filled(_UNCLEAR, unclear), _ids(unclear), _concerns(unclear)
        return RuleResult("interval", "unknown", said.zh, said.en, evidence, _SAY_WHEN.zh, _SAY_WHEN.en, concerns)
    said = _kept(uses) if uses else _NOTHING
    return RuleResult("interval", "passed", said.zh, said.en, _ids(uses))


def _uses(pick: Pick, standard: ProductionStandard, applied: Iterable[Applied]) -> Iterator[_Use]:
    """What was used on the plot, or on a part of it, before the last of the fruit was picked."""
    said, reported = harvest_days(pick), day_of(pick.event)
    first, last = min(said.first if said else reported, reported), min(said.last if said else reported, reported)
    for one in applied:
        before = one.on <= last and one.time_ms <= pick.event.time_ms
        if before and _ground(one.plot) == _ground(pick.plot) and (first - one.on).days <= LONGEST_DAYS:
            needed = _needed(one, standard.pre_harvest_intervals)
            yield _Use(one, pick, needed, max(0, (first - one.on).days), said is not None)


def _ground(plot: str) -> str:
    """A number of a part is anybody's to make up, and washes off no spray."""
    return with_whole(plot)[-1]


def _needed(one: Applied, intervals: Iterable[PreHarvestInterval]) -> int | None:
    """The longest that is set for the product or the substance."""
    names = {one.product, plainly(one.substance)} - {""}
    return max((i.days for i in intervals if i.input in names or plainly(i.input) in names), default=None)


def _filled(said: Words, uses: Iterable[_Use]) -> Words:
    names = listed(map(_use_words, uses))
    return Words(said.zh.format(names=names.zh), said.en.format(names=names.en))


def _kept(uses: Iterable[_Use]) -> Words:
    """Of each thing used the shortest time, on whichever plot: a buyer needs no list of orchards."""
    shortest: dict[str, _Use] = {}
    for use in sorted(uses, key=lambda use: use.days):
        shortest.setdefault(_what(use), use)
    names = listed(_shortest_words(what, use) for what, use in shortest.items())
    return Words(_KEPT.zh.format(names=names.zh), _KEPT.en.format(names=names.en))


def _shortest_words(what: str, use: _Use) -> Words:
    zh = f"，要求{use.needed}天" if use.needed is not None else ""
    en = f", {use.needed} asked for" if use.needed is not None else ""
    return Words(f"{what}（最短间隔{use.days}天{zh}）", f"{what} (at least {use.days} days before{en})")


def _what(use: _Use) -> str:
    return use.applied.substance or short(use.applied.product)


def _use_words(use: _Use) -> Words:
    what = _what(use)
    plot, day = short(use.applied.plot), use.applied.on
    of_zh = f"，间隔{use.days}天" + (f"，要求{use.needed}天" if use.needed is not None else "")
    of_en = f", {use.days} days before picking" + (f", {use.needed} asked for" if use.needed is not None else "")
    return Words(f"地块{plot}{day}{what or '投入品'}{of_zh}", f"{what or 'something'} on plot {plot} on {day}{of_en}")


def _ids(uses: Iterable[_Use]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for use in uses for id_ in (use.applied.event_id, use.pick.event.event_id)))


def _concerns(uses: Iterable[_Use]) -> tuple[str, ...]:
    lots = ((use.applied.plot, *(item.key for item in use.pick.event.objects)) for use in uses)
    return tuple(dict.fromkeys(key for named in lots for key in named))
