"""What a buyer reads of a balance that cannot be so: the goods by their codes, and kilograms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from provenance.balances.balance import Balance, BalanceKind
from provenance.balances.plot_yields import Regrown
from provenance.graph.gaps import kilograms_text
from provenance.registry.known_parties import party_words
from provenance.registry.records import Registry
from provenance.short_names import Words, short


def _kg(kilograms: Fraction | None) -> str:
    return kilograms_text(kilograms or Fraction(0))


def _of_run(one: Balance) -> Words:
    into, out, what = _kg(one.there_kg), _kg(one.taken_kg), short(one.product)
    return Words(
        f"做出批次{what}的加工投入{into}公斤，却产出{out}公斤",
        f"the run that made lot {what} took in {into} kg and gave {out} kg",
    )


def _of_lot(one: Balance) -> Words:
    there, taken, lot = _kg(one.there_kg), _kg(one.taken_kg), short(one.key)
    return Words(f"批次{lot}有{there}公斤，却用出{taken}公斤", f"lot {lot} had {there} kg, and {taken} kg were taken")


def _at_site(one: Balance) -> Words:
    there, lot, site = _kg(one.there_kg), short(one.key), short(one.site)
    if one.counted_kg is not None:
        left = _kg(max((one.there_kg or Fraction(0)) - one.went_kg - one.lost_kg, Fraction(0)))
        counted = _kg(one.counted_kg)
        return Words(
            f"{site}盘点批次{lot}有{counted}公斤，账上只应有{left}公斤",
            f"{counted} kg of lot {lot} were counted at {site}, where {left} kg should be",
        )
    out = _kg(one.taken_kg)
    return Words(
        f"{site}收到批次{lot}共{there}公斤，却出去{out}公斤",
        f"{there} kg of lot {lot} came to {site}, and {out} kg left it",
    )


def _of_plot(one: Balance) -> Words:
    bears, picked, plot = _kg(one.there_kg), _kg(one.taken_kg), short(one.key)
    if one.proposed_on is not None:
        return Words(
            f"地块{plot}在{one.proposed_on}才申报登记，之前却报采了{picked}公斤",
            f"plot {plot} was first proposed for the register on {one.proposed_on}, and {picked} kg are told of before",
        )
    if one.instead_kg:
        own, instead = _kg(one.went_kg - one.instead_kg), _kg(one.instead_kg)
        return Words(
            f"地块{plot}一季最多能产{bears}公斤，却采了{own}公斤，另采的其他果品占去{instead}公斤的产量",
            f"plot {plot} can bear {bears} kg in a season, and {own} kg were picked beside other fruit in the place of"
            f" {instead} kg",
        )
    return Words(
        f"地块{plot}一季最多能产{bears}公斤，却采了{picked}公斤",
        f"plot {plot} can bear {bears} kg in a season, and {picked} kg were picked",
    )


def _of_lineage(one: Balance) -> Words:
    brought, more = _kg(one.there_kg), _kg(one.excess_kg)
    return Words(
        f"一路共收进{brought}公斤，各步加起来多出{more}公斤",
        f"{brought} kg were brought in on the way, and step by step {more} kg more came of it",
    )


def not_weighed(one: Balance) -> Words:
    what, weighed, taken = short(one.product), _kg(one.least_kg), _kg(one.taken_kg)
    return Words(
        f"批次{what}称过{weighed}公斤，却用出{taken}公斤",
        f"of lot {what} {weighed} kg were weighed and {taken} kg taken",
    )


WORDS: Mapping[BalanceKind, Callable[[Balance], Words]] = {
    "run": _of_run,
    "lot": _of_lot,
    "site": _at_site,
    "plot": _of_plot,
    "lineage": _of_lineage,
}
"""Of what cannot be so, by the kind of the balance: what there was, and what went of it."""


def with_place(said: Words, one: Balance, registry: Registry, today: date) -> Words:
    """Of a site, by its name and not by its number."""
    site = registry.site(one.site, today)
    if site is None or not site.name_zh:
        return said
    number = short(one.site)
    return Words(said.zh.replace(number, site.name_zh, 1), said.en.replace(number, site.name_en or site.name_zh, 1))


def with_area(said: Words, grown: Regrown, registry: Registry, today: date) -> Words:
    """Of a plot, with the area that was put on paper meanwhile."""
    before, after, since = grown.counts.area_mu, grown.registered.area_mu, grown.registered.valid_from
    who = grown.registered.approved_by or grown.registered.author
    name = party_words(registry, who, today)
    how = Words("批准", "approved by") if grown.registered.approved_by else Words("直接登记", "entered directly by")
    return Words(
        f"{said.zh}（登记面积从{before}亩改为{after}亩，自{since}起，由{name.zh}{how.zh}；改后的面积下一季才算）",
        f"{said.en} (its area was changed on paper from {before} to {after} mu, as of {since}, {how.en} {name.en};"
        " a changed area counts from next season)",
    )
