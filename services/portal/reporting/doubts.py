"""What a report is asked about before it is recorded. Sent again it is recorded all the same (architecture.md, rule 7):
a typing error is seen by him who has just typed it, or by nobody. A program is answered the same as `warnings`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from provenance.days import CHINA
from provenance.rules.season import in_season
from services.portal.reporting.fields import Command, Field, Given, Rows, Values, as_text, filled_rows
from services.portal.reporting.goods_before import NO_EFFECT
from services.portal.reporting.quality_fields import RESIDUE_UNIT
from services.portal.reporting.surroundings import Surroundings
from services.portal.reporting.typed import plain
from services.portal.sentences import N_, Sentence, say
from services.portal.telling.naming import short

MOST_AT_ONCE_KG = Decimal(3000)
"""What one delivery brings to a village station: a three-wheeler carries one tonne, the small lorries three."""
LEAST_AT_ONCE_KG = Decimal(1)
MOST_A_CRATE_KG = Decimal(60)
"""Two people lift no more."""
MOST_KG_A_MU = Decimal(5000)
"""Orchards in full bearing give 2,000 to 4,000 kg a 亩 in a year."""

SCALES_DIFFER = Decimal("0.02")
MOST_LOST = Decimal("0.05")
"""Parts of what goes in: by so much more may come out, and of what is only tipped together so much less."""
CLOCKS_DIFFER = timedelta(minutes=15)

LONG_AGO = timedelta(days=60)
"""Reports come late by days; what is older was mistyped, or has waited for nobody."""
TIMES_TOO_MANY = 2

_MASSES = ("gross", "tare", "crate_weight", "mass", "net_weight")
_HAS_UNIT = re.compile(r"[^\W\d_]")


def doubts(noun: str, values: Values, around: Surroundings, now: datetime) -> list[Sentence]:
    """The gravest first."""
    found = [sentence for rule in _RULES.get(noun, ()) for sentence in rule(values, around)]
    times = [*_ahead(values, now), *(_long_ago(values, now) if noun not in MAY_BE_OLD else ())]
    return [*_breaches(around), *found, *times, *_unregistered(around), *_unheard(around)]


def seen(found: Iterable[Sentence]) -> str:
    """As a page carries along what it has asked."""
    return " ".join(sha256(str(one).encode()).hexdigest()[:16] for one in found)


def are_seen(found: Iterable[Sentence], before: str) -> bool:
    """Whether a page that was shown `before` asked all of this."""
    return set(seen(found).split()) <= set(before.split())


def unit_left_out(command: Command, given: Given) -> Iterator[Sentence]:
    """A person chooses the unit; a program that names none may mean another than the command's."""
    if not needs_unit(command, given):
        return
    is_jin = any(one.default == "斤" for one in command.entries if isinstance(one, Field) and one.name == "unit")
    yield say(READ_AS_JIN if is_jin else READ_AS_KG)


READ_AS_JIN = N_("No unit was given: weights without one were read as 斤 (0.5 kg). Say unit: kg or 斤.")
READ_AS_KG = N_("No unit was given: weights without one were read as kilograms. Say unit: kg or 斤.")


def needs_unit(command: Command, given: Given) -> bool:
    """Whether a weight is typed without its unit, and none is chosen for them all."""
    if "unit" not in command.field_names() or as_text(given.get("unit")).strip():
        return False
    rows = [
        row for entry in command.entries if isinstance(entry, Rows) for _, row in filled_rows(given.get(entry.name))
    ]
    masses = (as_text(row.get(name)).strip() for row in (given, *rows) for name in _MASSES)
    return any(text and not _HAS_UNIT.search(text) for text in masses)


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
            N_("The plot {plot} is of {owner}, not of {grower}: the fruit is held until that is settled."),
            plot=short(values["plot"]), owner=short(party), grower=short(values["grower"]),
        )  # fmt: skip


def _used_before(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for key in sorted(around.used):
        yield say(
            N_("The lot number {code} was used before: this counts as more of that lot. Was it mistyped?"),
            code=short(key),
        )  # fmt: skip


def _box_used_before(values: Values, around: Surroundings) -> Iterator[Sentence]:
    boxes = [key for key in values["boxes"] or () if key in around.used]
    if boxes:
        text = N_("{code} was reported before, {count} of these boxes were: are they packed already?")
        yield say(text, code=short(boxes[0]), count=len(boxes))
    for key in sorted(around.used.difference(boxes)):
        text = N_("The lot number {code} was used before: this counts as more of that lot. Was it mistyped?")
        yield say(text, code=short(key))


def _a_packed_product(values: Values, around: Surroundings) -> Iterator[Sentence]:
    if kg := _registered_kg(values, around):
        text = N_("{product} is sold in boxes of {kg} kg, and growers bring loose fruit. Is the product number right?")
        yield say(text, product=short(values["product"]), kg=plain(kg))


def _out_of_season(values: Values, around: Surroundings) -> Iterator[Sentence]:
    first, last = around.season
    if first and last and not in_season(values["at"].astimezone(CHINA).date(), first, last):
        text = N_("That day is out of season ({first} to {last}): its labels would be held. Is it right?")
        yield say(text, first=first, last=last)


def _elsewhere(values: Values, around: Surroundings) -> Iterator[Sentence]:
    keeper = around.record(values["site"]).get("party")
    if keeper and around.party and keeper != around.party:
        text = N_("The place {place} is of somebody else ({keeper}). Is it the right one?")
        yield say(text, place=short(values["site"]), keeper=short(keeper))


def _the_same_again(values: Values, around: Surroundings) -> Iterator[Sentence]:
    if around.alike:
        text = N_("As much of the same plot was reported within these minutes, {count} times: is it the same delivery?")
        yield say(text, count=around.alike)


def _more_than_was_there(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for row in values["lots"]:
        left, kg = around.left.get(row["lot"]), row["mass"]
        if left is not None and kg is not None and kg > left * TIMES_TOO_MANY:
            text = N_("Only {left} kg of {code} should be here, and {kg} kg were counted. Is there a digit too many?")
            yield say(text, left=plain(left), code=short(row["lot"]), kg=plain(kg))


def _residue_without_unit(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for row in values["measurements"]:
        if row["substance"] and not row["unit"]:
            text = N_("{substance} has no unit: {value} {unit} is recorded. Is that what the report says?")
            yield say(text, substance=row["substance"], value=row["value"], unit=RESIDUE_UNIT)


def _another_net_weight(values: Values, around: Surroundings) -> Iterator[Sentence]:
    """Of boxes without codes of their own a label is counted by what is registered."""
    product, typed = values["packed_product"] or values["product"], values["net_weight"]
    kg = _registered_kg(values, around)
    if typed and kg and kg != typed:
        yield say(
            N_("A box of {product} is registered with {kg} kg, not {typed} kg: labels are counted by that."),
            product=short(product), kg=plain(kg), typed=plain(typed),
        )  # fmt: skip


def _twice(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for name in ("inputs", "outputs", "lots"):
        for lot, times in Counter(row["lot"] for row in values.get(name) or ()).items():
            if times > 1:
                text = N_("{code} is in {times} rows: they are added up. Is one of them too many?")
                yield say(text, code=short(lot), times=times)


def _more_than_is_left(values: Values, around: Surroundings) -> Iterator[Sentence]:
    taken: dict[str, Decimal] = {}
    for row in values.get("inputs") or values.get("lots") or ():
        taken[row["lot"]] = taken.get(row["lot"], Decimal(0)) + (row["mass"] or 0)
    for lot, kg in taken.items():
        left = around.left.get(lot)
        if left == 0:
            yield say(N_("Nothing is left of {code}. Was its number mistyped?"), code=short(lot))
        elif left is not None and kg > left * (1 + SCALES_DIFFER):
            text = N_("Only {left} kg are left of {code}, not {kg} kg.")
            yield say(text, left=plain(left), code=short(lot), kg=plain(kg))


def _more_came_out(values: Values, around: Surroundings) -> Iterator[Sentence]:
    into, out = _went_in(values, around), _came_out(values, around)
    if into and out and out > into * (1 + SCALES_DIFFER):
        yield say(N_("{into} kg go in, and {out} kg would come out."), into=plain(into), out=plain(out))


def _less_came_out(values: Values, around: Surroundings) -> Iterator[Sentence]:
    """Of what is only tipped together."""
    into, out = _went_in(values, around), _came_out(values, around)
    if into and out and out < into * (1 - MOST_LOST):
        text = N_("{into} kg go in, and only {out} kg would come out: {lost} kg are missing.")
        yield say(text, into=plain(into), out=plain(out), lost=plain(into - out))


def _went_in(values: Values, around: Surroundings) -> Decimal | None:
    """Of a lot without a weight all that is left; None where that is not known, or a run has other reports."""
    masses = [row["mass"] if row["mass"] is not None else around.left.get(row["lot"]) for row in values["inputs"]]
    return None if values.get("run") else _sum(masses)


def _came_out(values: Values, around: Surroundings) -> Decimal | None:
    if "output_mass" in values:
        return _sum([values["output_mass"]])
    boxes = values.get("boxes") or ()
    each = values.get("net_weight") or _registered_kg(values, around)
    return _sum([*(row["mass"] for row in values["outputs"]), *([each and each * len(boxes)] if boxes else [])])


def _sum(masses: Iterable[Decimal | None]) -> Decimal | None:
    known = list(masses)
    return None if None in known else sum((one for one in known if one is not None), Decimal(0))


def _registered_kg(values: Values, around: Surroundings) -> Decimal | None:
    registered = around.record(values.get("packed_product") or values["product"]).get("net_weight_kg")
    return Decimal(str(registered)) if registered else None


_RULES: Mapping[str, tuple[Callable[[Values, Surroundings], Iterator[Sentence]], ...]] = {
    "deliveries": (
        _used_before,
        _the_same_again,
        _heavy,
        _full_crates,
        _more_than_the_trees_bear,
        _another_growers_plot,
        _elsewhere,
        _a_packed_product,
        _out_of_season,
    ),
    "poolings": (_used_before, _twice, _more_than_is_left, _more_came_out, _less_came_out),
    "gradings": (_twice, _more_than_is_left, _more_came_out),
    "packing": (_box_used_before, _twice, _more_than_is_left, _more_came_out, _another_net_weight),
    "sales": (_twice, _more_than_is_left),
    "inspections": (_residue_without_unit,),
    "losses": (_twice, _more_than_is_left),
    "shipments": (_twice, _more_than_is_left),
    "stock-takes": (_twice, _more_than_was_there),
}


_BREACHES: Mapping[str, str] = {
    "recalled": N_("{code} is recalled: do not sell it and do not pass it on."),
    "recalled-in-part": N_("Some of {code} is recalled, and nobody knows which: do not sell it and do not pass it on."),
    "held": N_("{code} is held back: do not sell it and do not pass it on until it is let go."),
    "recall-stays": N_("{code} stays recalled: only the regulator or the operator ends a recall."),
    "hold-stays": N_("{code} stays held: who held it, an inspector or the operator lets it go."),
    "nothing-held": N_("{code} is neither held nor recalled: there is nothing to let go."),
    "no-say": N_(
        "{code}: you had nothing to do with these goods, so this is only shown and holds nothing. Ask who had them, an"
        " inspector or the brand's office."
    ),
    "failed-before": N_(
        "{code} failed a test: another accredited laboratory lifts that only with a reason, on a sealed sample, in a"
        " report with a number."
    ),
    "gone": N_("{code} was reported lost or destroyed."),
    "not-here": N_("No report says that {code} came here. Is it the right box or lot, and the right place?"),
    "not-sent": N_("No report says that {code} was sent here. Is it the right box or lot, and the right place?"),
    "sold-twice": N_("{code} was sold before and has not come back: it is held until that is settled."),
    "returned-unsold": N_("{code} comes back, and nobody reported selling it: it is held until somebody does."),
    "other-order": N_("{code} was sold under another order number than this. Was the number mistyped?"),
}


def no_effect(around: Surroundings) -> list[Sentence]:
    """Why a hold or release changes nothing, and who could."""
    return [say(_BREACHES[what], code=short(key)) for what, key in sorted(around.breaches) if what in NO_EFFECT]


def _breaches(around: Surroundings) -> Iterator[Sentence]:
    """In the order of the table."""
    for breach, text in _BREACHES.items():
        for key in sorted(key for what, key in around.breaches if what == breach):
            yield say(text, code=short(key))


def _ahead(values: Values, now: datetime) -> Iterator[Sentence]:
    """A phone's wrong clock is no reason to refuse."""
    skew = values["at"] - now
    if skew > CLOCKS_DIFFER:
        hours, minutes = divmod(int(skew.total_seconds()) // 60, 60)
        text = N_("This time is still to come: it is {hours} h {minutes} min ahead of our clock. Is the day right?")
        yield say(text, hours=hours, minutes=minutes)


def _long_ago(values: Values, now: datetime) -> Iterator[Sentence]:
    if now - values["at"] > LONG_AGO:
        text = N_("This is {days} days ago. Is the year right, and the day?")
        yield say(text, days=(now - values["at"]).days)


MAY_BE_OLD = frozenset({"certificates", "farm-inputs"})


def _unregistered(around: Surroundings) -> Iterator[Sentence]:
    for key in around.records:
        if around.is_unregistered(key):
            sentence = N_("{code} is not registered: the goods are held until it is. Was a character mistyped?")
            yield say(sentence, code=short(key))


def _unheard(around: Surroundings) -> Iterator[Sentence]:
    for key in sorted(around.unheard):
        sentence = N_("No other report names {code}: it is held until one does. Was a character mistyped?")
        yield say(sentence, code=short(key))


def _net_kg(values: Values) -> Decimal:
    tare, crates = values.get("tare") or Decimal(0), values.get("crates") or 0
    return Decimal(values["gross"] - tare - crates * (values.get("crate_weight") or Decimal(0)))


def _area_mu(around: Surroundings, plot: str) -> Decimal:
    try:
        return Decimal(str(around.record(plot).get("area_mu") or 0))
    except InvalidOperation:
        return Decimal(0)
