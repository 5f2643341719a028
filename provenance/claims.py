"""The claim behind a label: a few rules, each with its outcome, the sentence a buyer reads, and its evidence.

Adding a rule adds a function and a line. What each outcome does to the label is `provenance.verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from provenance.badges import Badge, badges
from provenance.beside import NOTHING, Beside
from provenance.case import Case, GrowerName, nameless
from provenance.history import History
from provenance.registry import Brand, Registry
from provenance.rule_balance import balance
from provenance.rule_certified import certified
from provenance.rule_origin import origin
from provenance.rule_producer import producer
from provenance.verdicts import RuleResult, Verdict, verdict

Rule = Callable[[Case], RuleResult]

RULES: tuple[Rule, ...] = (origin, producer, certified, balance)


@dataclass(frozen=True, slots=True)
class Claim:
    """The verdict, one result for each rule in order, and the badges of the county the fruit is shown to come from."""

    verdict: Verdict
    brand: Brand
    results: tuple[RuleResult, ...]
    badges: tuple[Badge, ...]


def claim(
    history: History,
    registry: Registry,
    brand: Brand,
    now: datetime,
    grower_name: GrowerName = nameless,
    beside: Beside = NOTHING,
) -> Claim:
    """Judge a back history. `now` has an offset. Badges are given only while the origin rule passes.

    `grower_name` decides what growers are called in the sentences, and nothing else.
    """
    case = Case(history, registry, brand, now, grower_name, beside)
    results = tuple(rule(case) for rule in RULES)
    county = registry.county(brand.county_code, case.today)
    from_there = any(result.rule == "origin" and result.outcome == "passed" for result in results)
    shown = badges(county, brand.accepted_county_schemes) if county and from_there else ()
    return Claim(verdict(results, brand.may_be_unknown), brand, results, shown)
