"""Rule 2, producer: each grower is registered with the plot the fruit was picked on, in the brand's county."""

from __future__ import annotations

from provenance.case import Case, day_of
from provenance.history import Pick
from provenance.verdicts import Outcome, RuleResult

_ZH = {
    "passed": "{count}位种植户都在{county}登记，果园在其名下。",
    "failed": "有采收记录的果园不在所报种植户名下，或不在{county}。",
    "unknown": "有种植户或果园尚未登记。",
}
_EN = {
    "passed": "All growers ({count}) are registered in {county} with the plots the fruit was picked on.",
    "failed": "A harvest report names a plot that is not its grower's, or is not in {county}.",
    "unknown": "A grower or a plot is not registered yet.",
}
_WORST_FIRST: tuple[Outcome, ...] = ("failed", "unknown", "passed")


def producer(case: Case) -> RuleResult:
    """Judged by the records of the day of picking. What was picked by nobody we know leaves the rule unknown."""
    judged = [(pick, _judge(pick, case)) for pick, _ in case.picks()]
    if not judged or any(not share.picks for share in case.history.shares):
        judged_all = {outcome for _, outcome in judged} | {"unknown"}
    else:
        judged_all = {outcome for _, outcome in judged}
    found = next(outcome for outcome in _WORST_FIRST if outcome in judged_all)
    rests_on = tuple(pick.event.event_id for pick, outcome in judged if outcome == found)
    count = len({pick.grower or pick.plot for pick, _ in judged})
    zh, en = case.county_names()
    return RuleResult(
        "producer",
        found,
        _ZH[found].format(county=zh, count=count),
        _EN[found].format(county=en, count=count),
        rests_on,
    )


def _judge(pick: Pick, case: Case) -> Outcome:
    on = day_of(pick.event)
    plot = case.site(pick.plot, on)
    if plot is None or plot.kind != "plot":
        return "unknown"
    if (pick.grower and plot.party != pick.grower) or plot.county_code != case.county_code(on):
        return "failed"
    return "passed" if case.registry.party(plot.party, on) is not None else "unknown"
