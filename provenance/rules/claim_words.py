"""What people read of a claim: names of the rules, of what became of each, of what it comes to; alike everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provenance.short_names import Words

RULES: Mapping[str, Words] = {
    "origin": Words("产地", "Where it grew"),
    "producer": Words("种植户", "Whose orchards"),
    "benefit": Words("种植户受益", "What growers get"),
    "certified": Words("认证", "Certified"),
    "standard": Words("检验", "Tested"),
    "balance": Words("数量", "Amounts"),
    "custody": Words("交接", "Hand-overs"),
    "cold_chain": Words("冷链", "Kept cold"),
    "interval": Words("用药间隔", "Days after spraying"),
    "season": Words("采收季节", "In season"),
    "not_recalled": Words("召回", "Recalls"),
}
OUTCOMES: Mapping[str, Words] = {
    "failed": Words("未通过", "Failed"),
    "unknown": Words("不清楚", "Not known"),
    "passed": Words("通过", "Passed"),
}
"""What did not pass first: nobody reads further than the first lines."""
_VERDICTS: Mapping[str, Words] = {
    "granted": Words("准予使用：这些货可以使用这个品牌。", "Granted: these goods may carry the brand."),
    "held": Words(
        "暂缓：这些货能不能使用这个品牌还没有确定。", "Held: it is not settled that these goods may carry the brand."
    ),
    "held failed": Words(
        "暂缓：照目前的情况，这些货不能使用这个品牌。", "Held: as things stand, these goods may not carry the brand."
    ),
    "refused": Words("不予使用：这些货不能使用这个品牌。", "Refused: these goods may not carry the brand."),
}


def verdict_words(verdict: str, outcomes: Iterable[str]) -> Words | None:
    """With the outcomes of its rules: what failed is settled, unlike what is not known. None of a verdict unknown."""
    failed = verdict == "held" and "failed" in outcomes
    return _VERDICTS.get("held failed" if failed else verdict)
