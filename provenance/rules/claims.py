"""The claim behind a label: a few rules, each with its outcome, the sentence a buyer reads, and its evidence.

Adding a rule adds a function and a line. What each outcome does to the label is `provenance.rules.verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from provenance.histories.history import History
from provenance.registry.records import Brand, Registry
from provenance.rules.badges import Badge, badges
from provenance.rules.balance import balance
from provenance.rules.benefit import benefit
from provenance.rules.beside import NOTHING, Beside
from provenance.rules.case import Case, GrowerName, nameless
from provenance.rules.certified import certified
from provenance.rules.cold_chain import cold_chain
from provenance.rules.completeness import Completeness, completeness
from provenance.rules.custody import custody
from provenance.rules.interval import interval
from provenance.rules.not_recalled import not_recalled
from provenance.rules.origin import origin
from provenance.rules.producer import producer
from provenance.rules.season import season
from provenance.rules.standard import standard
from provenance.rules.verdicts import RuleResult, Verdict, verdict

Rule = Callable[[Case], RuleResult]

RULES: tuple[Rule, ...] = (
    origin,
    producer,
    benefit,
    certified,
    standard,
    balance,
    custody,
    cold_chain,
    interval,
    season,
    not_recalled,
)

JUDGED: Mapping[str, Literal["at issue", "continuing"]] = {
    "origin": "continuing",
    "producer": "at issue",
    "benefit": "continuing",
    "certified": "continuing",
    "standard": "continuing",
    "balance": "continuing",
    "custody": "continuing",
    "cold_chain": "continuing",
    "interval": "at issue",
    "season": "at issue",
    "not_recalled": "continuing",
}
"""When a rule is judged, by its name: all when a label is issued, the continuing ones again while it is out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The verdict, one result for each rule in order, the badges of the county the fruit is shown to come from, and
    which facts the history has of those it should have."""

    verdict: Verdict
    brand: Brand
    results: tuple[RuleResult, ...]
    badges: tuple[Badge, ...]
    completeness: Completeness


def claim(
    history: History,
    registry: Registry,
    brand: Brand,
    now: datetime,
    grower_name: GrowerName = nameless,
    beside: Beside = NOTHING,
    *,
    issued: bool = False,
) -> Claim:
    """Judge a back history. `now` has an offset. Badges are given only while the origin rule passes.

    `grower_name` decides what growers are called in the sentences, and nothing else. Of goods whose labels are `issued`
    what was to be true then was true then: of the rules judged at issue those are left out that do not pass by now.
    """
    case = Case(history, registry, brand, now, grower_name, beside)
    results = tuple(_marked(rule(case)) for rule in RULES)
    if issued:
        results = tuple(result for result in results if result.continuing or result.outcome == "passed")
    county = registry.county(brand.county_code, case.today)
    from_there = any(result.rule == "origin" and result.outcome == "passed" for result in results)
    shown = badges(county, brand.accepted_county_schemes) if county and from_there else ()
    return Claim(verdict(results, _may_be_unknown(case)), brand, results, shown, completeness(case))


def _marked(result: RuleResult) -> RuleResult:
    return replace(result, continuing=JUDGED[result.rule] == "continuing")


def _may_be_unknown(case: Case) -> frozenset[str]:
    """What the brand lists, and the cold chain of a product that no range is set for."""
    standard = case.production_standard
    ranged = standard is not None and (standard.storage_min_c is not None or standard.storage_max_c is not None)
    return case.brand.may_be_unknown | (frozenset() if ranged else {"cold_chain"})
