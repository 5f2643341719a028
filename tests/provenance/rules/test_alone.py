"""Every rule fails alone and is unknown alone: a rule without such a pair of seasons is not done."""

from importlib import import_module

import pytest

from provenance.rules.claims import RULES
from tests.provenance.claimed import GOOD, outcomes

NAMES = [rule.__name__ for rule in RULES]


@pytest.mark.parametrize("rule", NAMES)
def test_the_rule_fails_alone(rule: str) -> None:
    found = import_module(f"tests.provenance.rules.{rule}").fails_alone()
    assert outcomes(found) == {**GOOD, rule: "failed"}
    assert found.verdict == ("refused" if rule in ("origin", "producer") else "held")


@pytest.mark.parametrize("rule", NAMES)
def test_the_rule_is_unknown_alone(rule: str) -> None:
    found = import_module(f"tests.provenance.rules.{rule}").unknown_alone()
    assert outcomes(found) == {**GOOD, rule: "unknown"}
    assert found.verdict == "held"


@pytest.mark.parametrize("rule", NAMES)
@pytest.mark.parametrize("season", ["fails_alone", "unknown_alone"])
def test_what_did_not_pass_says_so_in_both_languages_and_who_can_mend_it(rule: str, season: str) -> None:
    found = getattr(import_module(f"tests.provenance.rules.{rule}"), season)()
    result = next(result for result in found.results if result.rule == rule)
    assert result.sentence_zh and result.sentence_en
    assert result.remedy_zh and result.remedy_en
