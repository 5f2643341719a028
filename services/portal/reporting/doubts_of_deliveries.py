"""What a delivery is asked about: weights, plots, days and places that can hardly be meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from provenance.days import CHINA
from provenance.rules.season import in_season
from services.portal.reporting.doubts_of_lots import registered_kg
from services.portal.reporting.fields import Values
from services.portal.reporting.surroundings import Surroundings
from services.portal.reporting.typed import net_kg, plain
from services.portal.sentences import N_, Sentence, say
from services.portal.telling.naming import short

MOST_AT_ONCE_KG = Decimal(3000)
"""What one delivery brings to a village station: a three-wheeler carries one tonne, the small lorries three."""
LEAST_AT_ONCE_KG = Decimal(1)
MOST_A_CRATE_KG = Decimal(60)
"""Two people lift no more."""
MOST_KG_A_MU = Decimal(5000)
"""Orchards in full bearing give 2,000 to 4,000 kg a 亩 in a year."""


def heavy(values: Values, around: Surroundings) -> Iterator[Sentence]:
    net = net_kg(values)
    if net > MOST_AT_ONCE_KG:
        yield say(N_("{kg} kg is a great deal for one delivery. Is there a digit too many?"), kg=plain(net))
    elif net < LEAST_AT_ONCE_KG:
        yield say(N_("{kg} kg is very little for one delivery. Is there a digit missing?"), kg=plain(net))


def full_crates(values: Values, around: Surroundings) -> Iterator[Sentence]:
    crates = values.get("crates")
    if crates and net_kg(values) / crates > MOST_A_CRATE_KG:
        each = (net_kg(values) / crates).quantize(Decimal(1))
        yield say(N_("There would be {kg} kg in each of the {crates} crates."), kg=each, crates=crates)


def more_than_the_trees_bear(values: Values, around: Surroundings) -> Iterator[Sentence]:
    area = _area_mu(around, values["plot"])
    if area and net_kg(values) / area > MOST_KG_A_MU:
        yield say(
            N_("That is more than the trees of {plot} bear: {kg} kg from {mu} 亩."),
            plot=short(values["plot"]), kg=plain(net_kg(values)), mu=plain(area),
        )  # fmt: skip


def another_growers_plot(values: Values, around: Surroundings) -> Iterator[Sentence]:
    party = around.record(values["plot"]).get("party")
    if party and party != values["grower"]:
        yield say(
            N_("The plot {plot} is of {owner}, not of {grower}: the fruit is held until that is settled."),
            plot=short(values["plot"]), owner=around.told(party), grower=around.told(values["grower"]),
        )  # fmt: skip


def a_packed_product(values: Values, around: Surroundings) -> Iterator[Sentence]:
    if kg := registered_kg(values, around):
        text = N_("{product} is sold in boxes of {kg} kg, and growers bring loose fruit. Is the product number right?")
        yield say(text, product=short(values["product"]), kg=plain(kg))


def out_of_season(values: Values, around: Surroundings) -> Iterator[Sentence]:
    first, last = ("", "") if around.corrects else around.season
    if first and last and not in_season(values["at"].astimezone(CHINA).date(), first, last):
        text = N_("That day is out of season ({first} to {last}): its labels would be held. Is it right?")
        yield say(text, first=first, last=last)


def elsewhere(values: Values, around: Surroundings) -> Iterator[Sentence]:
    keeper = around.record(values["site"]).get("party")
    if keeper and around.party and keeper != around.party:
        text = N_("The place {place} is of somebody else ({keeper}). Is it the right one?")
        yield say(text, place=around.told(values["site"]), keeper=around.told(keeper))


def the_same_again(values: Values, around: Surroundings) -> Iterator[Sentence]:
    if around.alike:
        text = N_("As much of the same plot was reported within these minutes, {count} times: is it the same delivery?")
        yield say(text, count=around.alike)


def _area_mu(around: Surroundings, plot: str) -> Decimal:
    try:
        return Decimal(str(around.record(plot).get("area_mu") or 0))
    except InvalidOperation:
        return Decimal(0)
