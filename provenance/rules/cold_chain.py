"""Rule 8, cold chain: kept in its range from the time it had to be cold to the shop, as far as loggers say."""

from __future__ import annotations

from provenance.cold_chain.of_history import cold_chain as judged
from provenance.cold_chain.of_history import cold_plan
from provenance.cold_chain.verdict import ColdChain, Kept
from provenance.cold_chain.words import remedy, told
from provenance.rules.case import Case
from provenance.rules.verdicts import Outcome, RuleResult

_OUTCOMES: dict[Kept, Outcome] = {"kept": "passed", "broken": "failed", "unknown": "unknown"}


def cold_chain(case: Case) -> RuleResult:
    """By the range of the production standard, over all that its lots were in and wherever these were."""
    found = judged(cold_plan(case.history, case.registry, case.now_ms), case.beside.cold.days, case.now_ms)
    said, mend = told(found), remedy(found)
    concerns = tuple(dict.fromkeys(e.thing for e in found.excursions)) if found.verdict == "broken" else ()
    return RuleResult(
        "cold_chain", _OUTCOMES[found.verdict], said.zh, said.en, _evidence(found), mend.zh, mend.en, concerns
    )


def _evidence(found: ColdChain) -> tuple[str, ...]:
    """What broke it, or makes it doubtful; else the readings."""
    if found.verdict == "broken":
        return tuple(dict.fromkeys(id_ for one in found.excursions for id_ in one.event_ids))
    taken_back = [one.event_id for one in found.taken_back] if found.why == "taken-back" else ()
    return tuple(dict.fromkeys([*taken_back, *found.event_ids]))
