"""What a report about lots and boxes is asked about: numbers used before or twice, and sums that come to too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from services.portal.reporting.fields import Values
from services.portal.reporting.goods_before import SCALES_DIFFER, summed
from services.portal.reporting.surroundings import Surroundings
from services.portal.reporting.typed import plain
from services.portal.sentences import N_, Sentence, say
from services.portal.telling.naming import short

MOST_LOST = Decimal("0.05")
"""Part of what goes in: of what is only tipped together so much less may come out, as more by what scales differ."""
TIMES_TOO_MANY = 2


def used_before(values: Values, around: Surroundings) -> Iterator[Sentence]:
    yield from _lots_used(around.used)


def box_used_before(values: Values, around: Surroundings) -> Iterator[Sentence]:
    boxes = [key for key in values["boxes"] or () if key in around.used]
    if boxes:
        text = N_("{code} was reported before, {count} of these boxes were: are they packed already?")
        yield say(text, code=short(boxes[0]), count=len(boxes))
    yield from _lots_used(around.used.difference(boxes))


def _lots_used(lots: Iterable[str]) -> Iterator[Sentence]:
    for key in sorted(lots):
        text = N_("The lot number {code} was used before: this counts as more of that lot. Was it mistyped?")
        yield say(text, code=short(key))


def more_than_was_there(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for row in values["lots"]:
        left, kg = around.left.get(row["lot"]), row["mass"]
        if left is not None and kg is not None and kg > left * TIMES_TOO_MANY:
            text = N_("Only {left} kg of {code} should be here, and {kg} kg were counted. Is there a digit too many?")
            yield say(text, left=plain(left), code=short(row["lot"]), kg=plain(kg))


def another_net_weight(values: Values, around: Surroundings) -> Iterator[Sentence]:
    """Of boxes without codes of their own a label is counted by what is registered."""
    product, typed = values["packed_product"] or values["product"], values["net_weight"]
    kg = registered_kg(values, around)
    if typed and kg and kg != typed:
        yield say(
            N_("A box of {product} is registered with {kg} kg, not {typed} kg: labels are counted by that."),
            product=short(product), kg=plain(kg), typed=plain(typed),
        )  # fmt: skip


def twice(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for name in ("inputs", "outputs", "lots"):
        for lot, times in Counter(row["lot"] for row in values.get(name) or ()).items():
            if times > 1:
                text = N_("{code} is in {times} rows: they are added up. Is one of them too many?")
                yield say(text, code=short(lot), times=times)


def more_than_is_left(values: Values, around: Surroundings) -> Iterator[Sentence]:
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


def more_came_out(values: Values, around: Surroundings) -> Iterator[Sentence]:
    into, out = _went_in(values, around), _came_out(values, around)
    if into and out and out > into * (1 + SCALES_DIFFER):
        yield say(N_("{into} kg go in, and {out} kg would come out."), into=plain(into), out=plain(out))


def less_came_out(values: Values, around: Surroundings) -> Iterator[Sentence]:
    """Of what is only tipped together."""
    into, out = _went_in(values, around), _came_out(values, around)
    if into and out and out < into * (1 - MOST_LOST):
        text = N_("{into} kg go in, and only {out} kg would come out: {lost} kg are missing.")
        yield say(text, into=plain(into), out=plain(out), lost=plain(into - out))


def _went_in(values: Values, around: Surroundings) -> Decimal | None:
    """Of a lot without a weight all that is left; None where that is not known, or a run has other reports."""
    masses = [row["mass"] if row["mass"] is not None else around.left.get(row["lot"]) for row in values["inputs"]]
    return None if values.get("run") else summed(masses)


def _came_out(values: Values, around: Surroundings) -> Decimal | None:
    if "output_mass" in values:
        return summed([values["output_mass"]])
    boxes = values.get("boxes") or ()
    each = values.get("net_weight") or registered_kg(values, around)
    return summed([*(row["mass"] for row in values["outputs"]), *([each and each * len(boxes)] if boxes else [])])


def registered_kg(values: Values, around: Surroundings) -> Decimal | None:
    registered = around.record(values.get("packed_product") or values["product"]).get("net_weight_kg")
    return Decimal(str(registered)) if registered else None
