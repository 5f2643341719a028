"""What the rule about the production standard says, and who can mend it, put into results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provenance.quality.inspections import Kind
from provenance.quality.tested import Lack
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words

KINDS: Mapping[Kind, Words] = {
    "official": Words("官方检查", "official inspection"),
    "laboratory": Words("有资质的实验室检测", "test by an accredited laboratory"),
    "rapid": Words("快速检测", "rapid test"),
    "self": Words("自检", "check of one's own"),
    "": Words("检验", "inspection"),
}
LACKS: Mapping[Lack, Words] = {
    "same_laboratory": Words("由判过不合格的同一家检测", "it is by whoever found it failing before"),
    "not_accredited": Words("检测方没有登记资质", "whoever tested is not registered as accredited"),
    "not_signed": Words("没有检测机构或官方签字", "neither the laboratory nor an official signed it"),
    "no_reason": Words("没有说明复检理由", "it gives no reason for testing again"),
    "not_measured": Words("没有复测不合格的项目", "it did not measure what was found wrong"),
    "no_sample": Words(
        "没有写明检测前由检测机构或检查员取样加封的样品",
        "it names no sample of these goods that a laboratory or an inspector had taken and sealed before it",
    ),
    "no_report": Words("没有写明检测报告编号", "it gives no number of its report"),
}
HELD = Words("货被扣留：{names}。", "Held back: {names}.")
LIFT = Words("由{who}或检查员解除后即可放行。", "{who} or an inspector releases it.")
DISPUTED = Words("有人对检验记录提出异议：{names}。", "Somebody says this inspection was not so: {names}.")
SETTLE = Words(
    "请上报的一方与提出异议的一方核对；双方不一致的，请检查员更正。",
    "Whoever reported and whoever objects compare their records; if they do not agree, an inspector corrects it.",
)
FAILING = Words("检验不合格：{names}。", "Found not to conform: {names}.")
IN_VAIN = Words("其后的合格结果不能解除：{names}。", " A later passing test does not lift it: {names}.")
TAKEN_BACK = Words(
    "上报方自行撤回、又没有上报同一次检验的更正值的，不能解除；确系误报的，由检查员声明。",
    " Whoever reported it took it back without saying what the value of that very test was, which lifts nothing; an"
    " inspector may declare it wrong.",
)
RETEST = Words(
    "数值打错了的，由上报方更正那份报告；确实测得如此的，请另一家有资质的实验室对封样复检，写明理由和报告编号；"
    "否则这批货不能用这个品牌。",
    "If a value was mistyped, its reporter corrects the report. Another accredited laboratory tests what was found"
    " wrong again on a sealed sample, and gives the reason and the number of its report; else these goods cannot carry"
    " this brand.",
)
SEALED_TWICE = Words(
    "同一个样品编号或封条被用了不止一次：{names}；检验报告说的是哪一份，不清楚。",
    "One sample number or seal was used more than once: {names}; which of them a report is about is not known.",
)
WHICH_ONE = Words(
    "请登记取样的人撤回或更正错误的那一份。",
    "Whoever reported taking them takes the wrong report back, or corrects it.",
)
NO_STANDARD = Words("这个产品没有登记生产标准。", "No production standard is registered for this product.")
REGISTER = Words("请品牌机构登记产品的生产标准。", "The brand's office registers the product's production standard.")
NOTHING_SET = Words("生产标准没有规定要检验的项目。", "The production standard sets nothing to be tested.")
CONFORMS = Words("经检验符合生产标准：{names}。", "Tested and conforms to the production standard: {names}.")
UNMEASURED = Words(
    "标准规定的{limited}项中测了{measured}项，未测：{names}。",
    " Measured: {measured} of the {limited} limits of the standard; not measured: {names}.",
)
PART = Words(
    "只有{percent}的重量有合格的{kind}，其余未检。",
    "Only {percent} of the weight has a passing {kind}; the rest is not known.",
)
TEST = Words("请检验未检的批次并上报结果。", "The lots not tested are tested and the results reported.")
UNWEIGHED = Words(
    "混入的{names}没有称重，也没有合格的{kind}。", "What went in unweighed has no passing {kind}: {names}."
)
UNLIMITED = Words(
    "检出{names}，生产标准里没有这个名称的限量。",
    "Found in the fruit under a name for which the production standard has no limit: {names}.",
)
NAME_IT = Words(
    "请检测机构更正名称；名称无误的，请品牌机构在生产标准里登记该物质的限量和别名。",
    "The laboratory corrects the name; if it is right, the brand's office registers the substance's limit, or the name"
    " as one of a limit's other names.",
)
OVERDUE = Words("样品{names}的检测报告已过期未报。", "The report on sample {names} is overdue.")
PENDING = Words("待报：{names}。", " Pending: {names}.")
REPORT = Words("请检测机构上报样品的检测结果。", "The laboratory reports what it found in the sample.")
OVERRIDDEN = Words("经签字改判：{names}。", " Overridden under signature: {names}.")
DIFFERS = Words("记录自称的结论与实测不符：{names}。", " The report says otherwise of itself: {names}.")
SUPERSEDED = Words(
    "曾检验不合格：{names}；有资质的实验室对封样复检合格（{by}），以复检为准。",
    " Found not to conform before: {names}; an accredited laboratory tested a sealed sample again and found it to"
    " conform ({by}), which counts.",
)


def superseded(failed: Words, by: Iterable[str]) -> Words:
    named = ", ".join(by)
    zh, en = SUPERSEDED.zh, SUPERSEDED.en
    return Words(zh.format(names=failed.zh, by=named), en.format(names=failed.en, by=named))


def of_value(name: Words) -> Words:
    """A test in which this was measured."""
    return Words(f"{name.zh}检测值", f"test that measured {name.en}")


def result(
    outcome: Outcome,
    said: Words,
    names: Words | None = None,
    remedy: Words | None = None,
    event_ids: Iterable[str] = (),
    concerns: Iterable[str] = (),
    who: Words | None = None,
) -> RuleResult:
    said = filled(said, names) if names else said
    mend = remedy or Words("", "")
    mend = Words(mend.zh.format(who=who.zh), mend.en.format(who=who.en)) if who else mend
    ids, about = tuple(dict.fromkeys(event_ids)), tuple(dict.fromkeys(concerns))
    return RuleResult("standard", outcome, said.zh, said.en, ids, mend.zh, mend.en, about)


def filled(said: Words, names: Words) -> Words:
    return Words(said.zh.format(names=names.zh), said.en.format(names=names.en))
