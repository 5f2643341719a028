"""What a report is asked about before it is recorded. Sent again it is recorded all the same (architecture.md, rule 7):
a typing error is seen by him who has just typed it, or by nobody. A program is answered the same as `warnings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from services.portal.reporting.breaches import breaches
from services.portal.reporting.doubts_of_deliveries import (
    a_packed_product,
    another_growers_plot,
    elsewhere,
    full_crates,
    heavy,
    more_than_the_trees_bear,
    out_of_season,
    the_same_again,
)
from services.portal.reporting.doubts_of_lots import (
    another_net_weight,
    box_used_before,
    less_came_out,
    more_came_out,
    more_than_is_left,
    more_than_was_there,
    twice,
    used_before,
)
from services.portal.reporting.fields import Values
from services.portal.reporting.quality_fields import RESIDUE_UNIT
from services.portal.reporting.surroundings import Surroundings
from services.portal.sentences import N_, Sentence, say
from services.portal.telling.naming import short

CLOCKS_DIFFER = timedelta(minutes=15)

LONG_AGO = timedelta(days=60)
"""Reports come late by days; what is older was mistyped, or has waited for nobody."""


def doubts(noun: str, values: Values, around: Surroundings, now: datetime) -> list[Sentence]:
    """The gravest first."""
    rules = _RULES.get(noun, ())
    found = [replace(one, about=_ABOUT.get(rule, "")) for rule in rules for one in rule(values, around)]
    may_be_old = noun in MAY_BE_OLD or around.corrects
    times = [*_ahead(values, now), *(() if may_be_old else _long_ago(values, now))]
    times = [replace(one, about="at") for one in times]
    return [*breaches(around), *found, *times, *_unregistered(around), *_unheard(around)]


def seen(found: Iterable[Sentence]) -> str:
    """As a page carries along what it has asked."""
    return " ".join(sha256(str(one).encode()).hexdigest()[:16] for one in found)


def are_seen(found: Iterable[Sentence], before: str) -> bool:
    """Whether a page that was shown `before` asked all of this."""
    return set(seen(found).split()) <= set(before.split())


def _residue_without_unit(values: Values, around: Surroundings) -> Iterator[Sentence]:
    for row in values["measurements"]:
        if row["substance"] and not row["unit"]:
            text = N_("{substance} has no unit: {value} {unit} is recorded. Is that what the report says?")
            yield say(text, substance=row["substance"], value=row["value"], unit=RESIDUE_UNIT)


_RULES: Mapping[str, tuple[Callable[[Values, Surroundings], Iterator[Sentence]], ...]] = {
    "deliveries": (
        used_before,
        the_same_again,
        heavy,
        full_crates,
        more_than_the_trees_bear,
        another_growers_plot,
        elsewhere,
        a_packed_product,
        out_of_season,
    ),
    "poolings": (used_before, twice, more_than_is_left, more_came_out, less_came_out),
    "gradings": (twice, more_than_is_left, more_came_out),
    "packing": (box_used_before, twice, more_than_is_left, more_came_out, another_net_weight),
    "sales": (twice, more_than_is_left),
    "inspections": (_residue_without_unit,),
    "losses": (twice, more_than_is_left),
    "shipments": (twice, more_than_is_left),
    "stock-takes": (twice, more_than_was_there),
}

_ABOUT: Mapping[Callable[[Values, Surroundings], Iterator[Sentence]], str] = {
    heavy: "gross",
    full_crates: "crates",
    more_than_the_trees_bear: "gross",
    another_growers_plot: "plot",
    elsewhere: "site",
    a_packed_product: "product",
    out_of_season: "at",
}
"""The field that is looked at again."""


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
