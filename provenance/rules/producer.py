"""Rule 2, producer: each grower is registered with the plot the fruit was picked on, in the brand's county."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from provenance.days import day_of
from provenance.histories.history import Pick
from provenance.registry.records import Site
from provenance.registry.same_ground import no_ground, same_ground
from provenance.rules.case import Case
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short

Found = Literal[
    "other_county", "other_grower", "no_plot", "new_plot", "new_grower", "not_told", "same_ground", "no_ground", "good"
]

_OUTCOME: Mapping[Found, Outcome] = {
    "other_county": "failed",
    "other_grower": "failed",
    "no_plot": "unknown",
    "new_plot": "unknown",
    "new_grower": "unknown",
    "not_told": "unknown",
    "same_ground": "unknown",
    "no_ground": "unknown",
    "good": "passed",
}
_WORST_FIRST: tuple[Outcome, ...] = ("failed", "unknown", "passed")

_GOOD = Words(
    "{count}位种植户都在{county}登记，果园在其名下。",
    "All {count} growers are registered in {county} with the plots the fruit was picked on.",
)
_GOOD_ONE = Words(
    "种植户在{county}登记，果园在其名下。",
    "The grower is registered in {county} with every plot the fruit was picked on.",
)
_SENTENCES: Mapping[Found, Words] = {
    "other_county": Words("不在{county}：{names}。", "Not in {county}: {names}."),
    "other_grower": Words(
        "地块登记在别人名下，不是所报的种植户：{names}。",
        "The plot is registered to somebody else than the grower reported: {names}.",
    ),
    "no_plot": Words("没有上报采自哪块地：{names}。", "The report does not say which plot it was picked on: {names}."),
    "new_plot": Words("尚未登记：{names}。", "Not registered yet: {names}."),
    "new_grower": Words("尚未登记：{names}。", "Not registered yet: {names}."),
    "not_told": Words("没有人上报由谁采收：{names}。", "Nobody reported who picked it: {names}."),
    "same_ground": Words(
        "可能与另一地块是同一块地，尚无人核定：{names}。",
        "Perhaps the same ground as another registered plot, which nobody has settled: {names}.",
    ),
    "no_ground": Words(
        "没有登记位置，无法核对是不是另一块地：{names}。",
        "Where it lies is not registered, so nobody can check that it is not another plot again: {names}.",
    ),
}
_AGAIN = Words(
    "如系误报，请收购站撤回后重新上报", "If the report is mistyped, the station takes it back and reports it again"
)
_REGISTRAR = Words(
    "请县登记员登记，生效日不晚于采收日，然后重新申请。",
    "The county's registrar enters it, valid from the day of picking or before; then ask again.",
)
_REMEDIES: Mapping[Found, Words] = {
    "other_county": Words(
        f"{_AGAIN.zh}；外县的果品不能用这个品牌。", f"{_AGAIN.en}; fruit of another county cannot carry this brand."
    ),
    "other_grower": Words(
        f"{_AGAIN.zh}；如登记有误，请县登记员更正。",
        f"{_AGAIN.en}; if the register is wrong, the registrar corrects it.",
    ),
    "no_plot": Words(
        "请收购站撤回这份收货，写明地块后重新上报。",
        "The station takes the delivery back and reports it again with the plot.",
    ),
    "new_plot": _REGISTRAR,
    "new_grower": _REGISTRAR,
    "not_told": Words(
        "请收进这批货的站点补报收货：种植户、地块和重量。",
        "The station that took it in reports the delivery: grower, plot and weight.",
    ),
    "same_ground": Words(
        "请县里到地头核对，由一人提出、另一人批准这两块地的登记，批准时写明理由。",
        "The county looks at the ground; then one person proposes how each of the two plots is registered, and another"
        " approves it and says why.",
    ),
    "no_ground": Words(
        "请补登位置、四至或承包地块编码；确实没有的，由一人提出、另一人到地头看过后批准并写明。",
        "Its position, boundary or parcel code is proposed and approved; where there is none, who approves the plot has"
        " looked at it and says so.",
    ),
}


def producer(case: Case) -> RuleResult:
    """Judged by the records of the day of picking. What was picked by nobody we know leaves the rule unknown."""
    judged = [(pick, _judge(pick, case)) for pick, _ in case.picks()]
    untold = case.untold
    found: list[Found] = [word for _, word in judged] + (["not_told"] if untold or not judged else [])
    outcome = next(worst for worst in _WORST_FIRST if any(_OUTCOME[word] == worst for word in found))
    evidence = tuple(pick.event.event_id for pick, word in judged if _OUTCOME[word] == outcome)
    if outcome == "passed":
        said = _good(case, len({pick.grower or pick.plot for pick, _ in judged}))
        return RuleResult("producer", outcome, said.zh, said.en, evidence)
    words = [word for word in _SENTENCES if word in found and _OUTCOME[word] == outcome]
    said = _joined(_said(word, judged, untold, case) for word in words)
    remedy = _joined(dict.fromkeys(_REMEDIES[word] for word in words))
    concerns = tuple(dict.fromkeys(key for word in words for key in _concerns(word, judged, untold)))
    return RuleResult("producer", outcome, said.zh, said.en, evidence, remedy.zh, remedy.en, concerns)


def _judge(pick: Pick, case: Case) -> Found:
    on = day_of(pick.event)
    plot = case.site(pick.plot, on)
    if plot is None or plot.kind != "plot":
        return "new_plot" if pick.plot else "no_plot"
    if plot.county_code != case.county_code(on):
        return "other_county"
    if pick.grower and plot.party != pick.grower:
        return "other_grower"
    if case.registry.party(plot.party, on) is None:
        return "new_grower"
    if _on_the_same_ground(plot, on, case):
        return "same_ground"
    return "good" if all(flag.confirmed for flag in no_ground(plot)) else "no_ground"


def _on_the_same_ground(plot: Site, on: date, case: Case) -> list[Site]:
    """Plots that may be the same ground, but for those that an approval has settled: who approves says why."""
    near = {site.id: site for site in case.registry.sites_near(plot, on)}
    return [near[flag.other] for flag in same_ground(plot, near.values()) if not flag.confirmed]


def _good(case: Case, count: int) -> Words:
    (zh, en), said = case.county_names(), _GOOD if count > 1 else _GOOD_ONE
    return Words(said.zh.format(county=zh, count=count), said.en.format(county=en, count=count))


def _said(word: Found, judged: Iterable[tuple[Pick, Found]], untold: Iterable[str], case: Case) -> Words:
    picks = [pick for pick, found in judged if found == word]
    if word == "not_told":
        names = listed(_lot_words(lot) for lot in untold or [case.history.key])
    else:
        names = listed(_named(word, pick, case) for pick in picks)
    (zh, en), sentence = case.county_names(), _SENTENCES[word]
    return Words(sentence.zh.format(names=names.zh, county=zh), sentence.en.format(names=names.en, county=en))


def _named(word: Found, pick: Pick, case: Case) -> Words:
    if word == "no_plot":
        return _lot_words(pick.event.objects[0].key)
    if word == "new_grower":
        plot = case.site(pick.plot, day_of(pick.event))
        return case.grower_words(pick, plot.party if plot else pick.grower)
    if word == "same_ground":
        return _both(pick, case)
    return case.grower_words(pick, pick.grower) if word == "other_grower" else case.plot_words(pick)


def _both(pick: Pick, case: Case) -> Words:
    on = day_of(pick.event)
    plot, said = case.site(pick.plot, on), case.plot_words(pick)
    others = listed(Words(short(o.id), short(o.id)) for o in (_on_the_same_ground(plot, on, case) if plot else ()))
    return Words(f"{said.zh}与地块{others.zh}", f"{said.en} and plot {others.en}")


def _lot_words(lot: str) -> Words:
    return Words(f"批次{short(lot)}", f"lot {short(lot)}")


def _concerns(word: Found, judged: Iterable[tuple[Pick, Found]], untold: Iterable[str]) -> Iterable[str]:
    if word == "not_told":
        return untold
    meant = [pick for pick, found in judged if found == word]
    keys = ((*(item.key for item in pick.event.objects), pick.plot, pick.grower) for pick in meant)
    return (key for named in keys for key in named if key)


def _joined(said: Iterable[Words]) -> Words:
    all_ = list(said)
    return Words("".join(words.zh for words in all_), " ".join(words.en for words in all_))
