"""What a receipt asks to look at again. All of it is recorded (architecture.md, rule 7): a typing error is seen by him
who has just typed it, or by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from services.portal.domain import plain
from services.portal.fields import Command, Given, Rows, Values, as_text, filled_rows
from services.portal.naming import short
from services.portal.sentences import N_, Sentence, say
from services.portal.surroundings import Surroundings

MOST_AT_ONCE_KG = Decimal(3000)
"""What one delivery brings to a village station: a three-wheeler carries one tonne, the small lorries three."""
LEAST_AT_ONCE_KG = Decimal(1)
MOST_A_CRATE_KG = Decimal(60)
"""Two people lift no more."""
MOST_KG_A_MU = Decimal(5000)
"""Orchards in full bearing give 2,000 to 4,000 kg a 亩 in a year."""

_MASSES = ("gross", "tare", "crate_weight", "mass", "net_weight")
_HAS_UNIT = re.compile(r"[^\W\d_]")


def doubts(noun: str, values: Values, around: Surroundings) -> list[Sentence]:
    """The most surprising first."""
    found = [sentence for rule in _RULES.get(noun, ()) for sentence in rule(values, around)]
    return [*found, *_breaches(around), *_unregistered(around), *_unheard(around)]


def unit_left_out(command: Command, given: Given) -> Iterator[Sentence]:
    """A person sees the unit that is chosen; a program that names none may mean another."""
    if "unit" not in command.field_names() or as_text(given.get("unit")).strip():
        return
    rows = [
        row for entry in command.entries if isinstance(entry, Rows) for _, row in filled_rows(given.get(entry.name))
    ]
    masses = (as_text(row.get(name)).strip() for row in (given, *rows) for name in _MASSES)
    if any(text and not _HAS_UNIT.search(text) for text in masses):
        yield say(N_("No unit was given: weights without one were read as 斤 (0.5 kg). Say unit: kg or 斤."))


def _heavy(values: Values, around: Surroundings) -> Iterator[Sentence]:
    net = _net_kg(values)
    if net > MOST_AT_ONCE_KG:
        yield say(N_("{kg} kg is a great deal for one delivery. Is there a digit too many?"), kg=plain(net))
    elif net < LEAST_AT_ONCE_KG:
        yield say(N_("{kg} kg is very little for one delivery. Is there a digit missing?"), kg=plain(net))


def _full_crates(values: Values, around: Surroundings) -> Iterator[Sentence]:
    crates = values.get("crates")
    if crates and _net_kg(values) / crates > MOST_A_CRATE_KG:
        each = (_net_kg(values) / crates).quantize(Decimal(1))
        yield say(N_("There would be {kg} kg in each of the {crates} crates."), kg=each, crates=crates)


def _more_than_the_trees_bear(values: Values, around: Surroundings) -> Iterator[Sentence]:
    area = _area_mu(around, values["plot"])
    if area and _net_kg(values) / area > MOST_KG_A_MU:
        yield say(
            N_("That is more than the trees of {plot} bear: {kg} kg from {mu} 亩."),
            plot=short(values["plot"]), kg=plain(_net_kg(values)), mu=plain(area),
        )  # fmt: skip


def _another_growers_plot(values: Values, around: Surroundings) -> Iterator[Sentence]:
    party = around.record(values["plot"]).get("party")
    if party and party != values["grower"]:
        yield say(
            N_("The plot {plot} is of {owner}, not of {grower}: recorded, and held until that is settled."),
            plot=short(values["plot"]), owner=short(party), grower=short(values["grower"]),
        )  # fmt: skip


def _used_before(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for key in sorted(around.used):
        yield say(
            N_("The lot number {code} was used before: this counts as more of that lot. Was it mistyped?"),
            code=short(key),
        )  # fmt: skip


def _another_net_weight(values: Values, around: Surroundings) -> Iterator[Sentence]:
    """Of boxes without codes of their own a label is counted by what is registered."""
    product, typed = values["packed_product"] or values["product"], values["net_weight"]
    registered = around.record(product).get("net_weight_kg")
    if typed and registered and Decimal(str(registered)) != typed:
        yield say(
            N_("A box of {product} is registered with {kg} kg, not {typed} kg: labels are counted by that."),
            product=short(product), kg=plain(Decimal(str(registered))), typed=plain(typed),
        )  # fmt: skip


_RULES: Mapping[str, tuple[Callable[[Values, Surroundings], Iterator[Sentence]], ...]] = {
    "deliveries": (_used_before, _heavy, _full_crates, _more_than_the_trees_bear, _another_growers_plot),
    "poolings": (_used_before,),
    "packing": (_another_net_weight,),
}


_BREACHES: Mapping[str, str] = {
    "sold-twice": N_("{code} was sold before and has not come back: recorded, and held until that is settled."),
    "returned-unsold": N_("{code} comes back, and nobody reported selling it: recorded, and held until somebody does."),
}


def _breaches(around: Surroundings) -> Iterator[Sentence]:
    for gap, key in sorted(around.breaches):
        yield say(_BREACHES[gap], code=short(key))


def _unregistered(around: Surroundings) -> Iterator[Sentence]:
    for key in around.records:
        if around.is_unregistered(key):
            sentence = N_("{code} is not registered: recorded, and held until it is. Was a character mistyped?")
            yield say(sentence, code=short(key))


def _unheard(around: Surroundings) -> Iterator[Sentence]:
    for key in sorted(around.unheard):
        sentence = N_("No other report names {code}: recorded, and held until one does. Was a character mistyped?")
        yield say(sentence, code=short(key))


def _net_kg(values: Values) -> Decimal:
    tare, crates = values.get("tare") or Decimal(0), values.get("crates") or 0
    return Decimal(values["gross"] - tare - crates * (values.get("crate_weight") or Decimal(0)))


def _area_mu(around: Surroundings, plot: str) -> Decimal:
    try:
        return Decimal(str(around.record(plot).get("area_mu") or 0))
    except InvalidOperation:
        return Decimal(0)
