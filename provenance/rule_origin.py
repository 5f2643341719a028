"""Rule 1, origin: enough of the mass was picked on registered plots of the brand's county."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from provenance.case import Case, day_of
from provenance.history import Pick
from provenance.verdicts import RuleResult

Where = Literal["here", "elsewhere", "unknown", "contradicted"]

_ZH = {
    "passed": "{percent}的重量采自{county}登记的果园。",
    "failed": "只有{percent}的重量采自{county}登记的果园，品牌要求{least}。",
    "contradicted": "有采收记录所报的县与果园登记的县不一致。",
    "unknown": "{percent}的重量可查到采自{county}登记的果园，其余产地不明。",
}
_EN = {
    "passed": "{percent} of the weight was picked on registered plots of {county}.",
    "failed": "Only {percent} of the weight was picked on registered plots of {county}; the brand asks for {least}.",
    "contradicted": "A harvest report gives another county than the plot's record.",
    "unknown": "{percent} of the weight is known to be from registered plots of {county}; the rest is not known.",
}


def origin(case: Case) -> RuleResult:
    """Judged by each plot's record on the day of picking; a report that names another county than the record fails."""
    placed = [(pick, fraction, _where(pick, case)) for pick, fraction in case.picks()]
    here = sum((fraction for _, fraction, where in placed if where == "here"), Fraction(0))
    elsewhere = sum((fraction for _, fraction, where in placed if where == "elsewhere"), Fraction(0))
    ids = tuple(pick.event.event_id for pick, _, _ in placed)
    contradicted = tuple(pick.event.event_id for pick, _, where in placed if where == "contradicted")
    if contradicted:
        return _result("contradicted", here, case, contradicted)
    return _result(_outcome(here, elsewhere, case), here, case, ids)


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
    return complete and all(_where(Pick(event, None), case) == "here" for event in harvests)


def _picks(kind: str, action: str | None) -> bool:
    return kind == "harvest" and action == "ADD"


def _where(pick: Pick, case: Case) -> Where:
    on = day_of(pick.event)
    plot = case.site(pick.plot, on)
    if plot is None or plot.kind != "plot":
        return "unknown"
    said = pick.event.body.get("ilmd", {}).get("suyuan:countyCode")
    if said and said != plot.county_code:
        return "contradicted"
    return "here" if plot.county_code == case.county_code(on) else "elsewhere"


def _result(found: str, here: Fraction, case: Case, event_ids: tuple[str, ...]) -> RuleResult:
    zh, en = case.county_names()
    said = {"percent": percent(here), "least": percent(Fraction(case.brand.least_origin_share))}
    outcome: Literal["passed", "failed", "unknown"] = "failed" if found in ("failed", "contradicted") else "unknown"
    return RuleResult(
        "origin",
        "passed" if found == "passed" else outcome,
        _ZH[found].format(county=zh, **said),
        _EN[found].format(county=en, **said),
        event_ids,
    )


def percent(fraction: Fraction) -> str:
    """Whole per cent, or one decimal; never rounded up to all, nor down to nothing."""
    tenths = int(fraction * 1000)
    if fraction and not tenths:
        return "<0.1%"
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"
