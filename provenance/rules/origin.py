"""Rule 1, origin: enough of the mass was picked on registered plots of the brand's county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

from provenance.days import day_of
from provenance.histories.history import Pick
from provenance.rules.case import Case
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short

Where = Literal["here", "elsewhere", "unknown", "contradicted", "disputed"]
Found = Literal["passed", "failed", "unknown", "contradicted"]
Placed = tuple[Pick, Fraction, Where]

_ZH = {
    "passed": "{percent}的重量采自{county}登记的果园。",
    "failed": "只有{percent}的重量采自{county}登记的果园，品牌要求{least}。",
    "contradicted": "采收记录所报的县与果园登记的县不一致：{names}。",
    "unknown": "{percent}的重量可查到采自{county}登记的果园，其余产地不明。",
}
_EN = {
    "passed": "{percent} of the weight was picked on registered plots of {county}.",
    "failed": "Only {percent} of the weight was picked on registered plots of {county}; the brand asks for {least}.",
    "contradicted": "A harvest report gives another county than the plot's record: {names}.",
    "unknown": "{percent} of the weight is known to be from registered plots of {county}; the rest is not known.",
}
_ELSEWHERE = Words("采自别处：{names}。", "From elsewhere: {names}.")
_UNKNOWN = Words("产地不明：{names}。", "Not known: {names}.")
_DISPUTED = Words("有人提出异议的收货：{names}。", "Somebody says this delivery was not so: {names}.")
_REMEDIES = {
    "failed": Words(
        "外县的果品请另行包装，不用这个品牌；如系误报，请收购站撤回后重新上报。",
        "Pack fruit of other counties without this brand; a mistyped report is taken back and reported again by the"
        " station.",
    ),
    "contradicted": Words(
        "请收购站撤回并按果园所在的县重新上报；如登记有误，请县登记员更正。",
        "The station takes the report back and reports it with the plot's county; if the register is wrong, the"
        " registrar corrects it.",
    ),
    "unknown": Words(
        "请县登记员登记这些地块，请收购站补报缺少的收货和重量，然后重新申请。",
        "The county's registrar enters these plots, the station reports missing deliveries and weights; then ask"
        " again.",
    ),
    "disputed": Words(
        "请上报的一方与提出异议的一方核对：报错的撤回后重新上报；双方不一致的，请检查员更正。",
        "Whoever reported and whoever objects compare their records: a wrong report is taken back and reported again;"
        " if they do not agree, an inspector corrects it.",
    ),
}


def origin(case: Case) -> RuleResult:
    """Judged by each plot's record on the day of picking; a report that names another county than the record fails.

    Fruit of a delivery that somebody disputes counts as from nobody knows where, until that is settled.
    """
    placed = [(pick, fraction, _where(pick, case)) for pick, fraction in case.picks()]
    here = sum((fraction for _, fraction, where in placed if where == "here"), Fraction(0))
    elsewhere = sum((fraction for _, fraction, where in placed if where == "elsewhere"), Fraction(0))
    contradicted = [one for one in placed if one[2] == "contradicted"]
    if contradicted:
        return _result("contradicted", here, case, contradicted)
    return _result(_outcome(here, elsewhere, case), here, case, placed)


def _outcome(here: Fraction, elsewhere: Fraction, case: Case) -> Literal["passed", "failed", "unknown"]:
    least = Fraction(case.brand.least_origin_share)
    if _unweighed(case) and not (here == 1 and _all_here(case)):
        return "unknown"
    if here >= least:
        return "passed"
    return "failed" if 1 - elsewhere < least else "unknown"


def _unweighed(case: Case) -> bool:
    return any(gap.code in ("unknown-quantity", "cycle") for gap in case.history.gaps)


def _all_here(case: Case) -> bool:
    """Whether every harvest the history tells of, weighed or not, was here: then shares do not matter."""
    harvests = (s.event for s in case.history.steps if s.in_force and not s.carried and _picks(s.kind, s.event.action))
    complete = all(gap.code not in ("missing-origin", "missing-parent") for gap in case.history.gaps)
    complete &= not case.untold
    return complete and all(_where(Pick(event, None), case) == "here" for event in harvests)


def _picks(kind: str, action: str | None) -> bool:
    return kind == "harvest" and action == "ADD"


def _where(pick: Pick, case: Case) -> Where:
    if pick.event.event_id in case.disputed:
        return "disputed"
    on = day_of(pick.event)
    plot = case.site(pick.plot, on)
    if plot is None or plot.kind != "plot":
        return "unknown"
    said = _reported_county(pick)
    if said and said != plot.county_code:
        return "contradicted"
    return "here" if plot.county_code == case.county_code(on) else "elsewhere"


def _result(found: Found, here: Fraction, case: Case, placed: Iterable[Placed]) -> RuleResult:
    (zh, en), judged = case.county_names(), list(placed)
    said = {"percent": percent(here), "least": percent(Fraction(case.brand.least_origin_share))}
    names = listed(_county_said(pick, case) for pick, _, _ in judged) if found == "contradicted" else Words("", "")
    ids = tuple(pick.event.event_id for pick, _, _ in judged)
    zh = _ZH[found].format(county=zh, names=names.zh, **said)
    en = _EN[found].format(county=en, names=names.en, **said)
    if found == "passed":
        return RuleResult("origin", "passed", zh, en, ids)
    disputed = found == "unknown" and any(where == "disputed" for _, _, where in judged)
    apart, remedy = _apart(judged, case), _REMEDIES["disputed" if disputed else found]
    concerns = tuple(dict.fromkeys(_concerned(judged, case)))
    outcome: Outcome = "unknown" if found == "unknown" else "failed"
    return RuleResult("origin", outcome, zh + apart.zh, en + apart.en, ids, remedy.zh, remedy.en, concerns)


def _apart(placed: Iterable[Placed], case: Case) -> Words:
    """Which plots and lots are from elsewhere, of which it is not known, and which are disputed, each with its part."""
    judged = list(placed)
    elsewhere = [_part(pick, part, case) for pick, part, where in judged if where == "elsewhere"]
    unknown = [_part(pick, part, case) for pick, part, where in judged if where == "unknown"]
    of_lots = {share.lot: share.fraction for share in case.history.shares}
    unknown += [_lot(lot, of_lots.get(lot, Fraction(0))) for lot in case.untold]
    disputed = [_part(pick, part, case) for pick, part, where in judged if where == "disputed"]
    parts = ((_ELSEWHERE, elsewhere), (_UNKNOWN, unknown), (_DISPUTED, disputed))
    said = [(words, listed(names)) for words, names in parts if names]
    zh = "".join(words.zh.format(names=names.zh) for words, names in said)
    return Words(zh, "".join(" " + words.en.format(names=names.en) for words, names in said))


def _part(pick: Pick, part: Fraction, case: Case) -> Words:
    plot, site = case.plot_words(pick), case.site(pick.plot, day_of(pick.event))
    county = case.county_words(site.county_code) if site and site.county_code else Words("", "")
    in_en = f" in {county.en}" if county.en else ""
    of_it = _of_it(part)
    return Words(f"{county.zh}{plot.zh}{of_it.zh}", f"{plot.en}{in_en}{of_it.en}")


def _lot(lot: str, part: Fraction) -> Words:
    of_it = _of_it(part)
    return Words(f"批次{short(lot)}{of_it.zh}", f"lot {short(lot)}{of_it.en}")


def _of_it(part: Fraction) -> Words:
    return Words(percent(part), f" {percent(part)}") if part else Words("（没有过秤）", " (not weighed)")


def _county_said(pick: Pick, case: Case) -> Words:
    plot, site = case.plot_words(pick), case.site(pick.plot, day_of(pick.event))
    said, is_in = case.county_words(_reported_county(pick)), case.county_words(site.county_code if site else "")
    return Words(f"{plot.zh}报为{said.zh}，登记在{is_in.zh}", f"{plot.en}, reported in {said.en}, is in {is_in.en}")


def _concerned(placed: Iterable[Placed], case: Case) -> Iterator[str]:
    for pick, _, where in placed:
        if where != "here":
            yield from (key for key in (*(item.key for item in pick.event.objects), pick.plot) if key)
    yield from case.untold


def _reported_county(pick: Pick) -> str:
    return str(pick.event.body.get("ilmd", {}).get("suyuan:countyCode") or "")


def percent(fraction: Fraction) -> str:
    """Whole per cent, or one decimal; never rounded up to all, nor down to nothing."""
    tenths = int(fraction * 1000)
    if fraction and not tenths:
        return "<0.1%"
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"
