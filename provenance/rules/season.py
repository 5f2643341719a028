"""Rule 10, season: everything was picked in the season of the production standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from provenance.days import day_of
from provenance.histories.harvest_days import harvest_days, stated
from provenance.histories.history import Pick
from provenance.registry.records import ProductionStandard
from provenance.rules.case import Case
from provenance.rules.picked_under import picked_under
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed

Found = Literal["out", "unclear", "in"]

_NONE_SET = Words("生产标准没有规定采收季节。", "The production standard sets no season.")
_SENTENCES: Mapping[Found, Words] = {
    "out": Words("不在产季内采收：{names}。", "Picked out of season: {names}."),
    "unclear": Words("采收日期不明：{names}。", "When it was picked is not clear: {names}."),
    "in": Words("都在产季内采收：{names}。", "All picked in season: {names}."),
}
_REMEDIES: Mapping[Found, Words] = {
    "out": Words(
        "非产季的果品请另行包装，不用这个品牌；如系误报日期，请收购站撤回后重新上报。",
        "Pack fruit from out of season without this brand; a wrong date is taken back and reported again by the"
        " station.",
    ),
    "unclear": Words(
        "请收购站撤回后重新上报采收日期；产季不完整的，请品牌机构补登生产标准。",
        "The station takes the report back and reports the day of picking again; where the season is not complete, the"
        " brand's office completes the production standard.",
    ),
    "in": Words("", ""),
}
_OUTCOMES: Mapping[Found, Outcome] = {"out": "failed", "unclear": "unknown", "in": "passed"}


@dataclass(frozen=True, slots=True)
class _Picked:
    pick: Pick
    standard: ProductionStandard
    found: Found


def season(case: Case) -> RuleResult:
    """Each picking by the season of its own day; the days a report gives for the harvest count before its time."""
    picked = [_picked(pick, standard) for pick, standard in picked_under(case) if standard and _asks(standard, pick)]
    if not picked:
        return RuleResult("season", "passed", _NONE_SET.zh, _NONE_SET.en)
    worst = next(found for found in _SENTENCES if any(one.found == found for one in picked))
    meant = [one for one in picked if one.found == worst]
    names = listed(_words(one, case) for one in meant) if worst != "in" else listed(map(_days_words, meant))
    said, mend = _SENTENCES[worst], _REMEDIES[worst]
    concerns = () if worst == "in" else tuple(dict.fromkeys(_lots(meant)))
    ids = tuple(dict.fromkeys(one.pick.event.event_id for one in meant))
    zh, en = said.zh.format(names=names.zh), said.en.format(names=names.en)
    return RuleResult("season", _OUTCOMES[worst], zh, en, ids, mend.zh, mend.en, concerns)


def _asks(standard: ProductionStandard, pick: Pick) -> bool:
    """Also where no season is set, days of a harvest that cannot be right are no answer to when it was picked."""
    return bool(standard.season_from or standard.season_to) or harvest_days(pick) is None


def _picked(pick: Pick, standard: ProductionStandard) -> _Picked:
    days = harvest_days(pick)
    if days is None or not (standard.season_from and standard.season_to):
        return _Picked(pick, standard, "unclear")
    inside = all(in_season(day, standard.season_from, standard.season_to) for day in (days.first, days.last))
    return _Picked(pick, standard, "in" if inside else "out")


def in_season(day: date, first: str, last: str) -> bool:
    """`first` and `last` are "MM-DD", both in it; a season may go over the new year."""
    today = f"{day:%m-%d}"
    return first <= today <= last if first <= last else today >= first or today <= last


def _words(one: _Picked, case: Case) -> Words:
    plot, days = case.plot_words(one.pick), _days_words(one)
    first, last = one.standard.season_from, one.standard.season_to
    asked = f"{first or '?'}–{last or '?'}" if first or last else ""
    zh, en = (f"（产季{asked}）", f" (season {asked})") if asked else ("", "")
    return Words(f"{plot.zh}{days.zh}{zh}", f"{plot.en} on {days.en}{en}")


def _days_words(one: _Picked) -> Words:
    days = harvest_days(one.pick)
    if days is None:
        on, said = day_of(one.pick.event), "–".join(text[:10] for text in stated(one.pick.event))
        return Words(f"{on}上报、写明{said}采收", f"{on}, which says it was picked {said}")
    text = "–".join(dict.fromkeys(day.isoformat() for day in (days.first, days.last)))
    return Words(text, text)


def _lots(meant: Iterable[_Picked]) -> Iterable[str]:
    return (item.key for one in meant for item in one.pick.event.objects)
