"""What a history does not know, said plainly: one sentence, and the events it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from provenance.quantities import plain_text

GapCode = Literal[
    "missing-origin",
    "missing-parent",
    "missing-receipt",
    "unknown-quantity",
    "cycle",
    "two-lots",
    "more-than-there-was",
    "too-many-boxes",
    "missing-shipment",
    "begun-elsewhere",
    "made-elsewhere",
    "sold-twice",
    "gone-before",
    "returned-unsold",
    "sealed-twice",
    "not-followed",
    "stranger",
    "told-late",
]


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something missing about `key`. Where more was taken of it than there was: both, in kilograms."""

    code: GapCode
    key: str
    message: str
    event_ids: tuple[str, ...] = ()
    taken_kg: Fraction = Fraction(0)
    there_kg: Fraction = Fraction(0)


def missing_origin(key: str, event_ids: Iterable[str]) -> Gap:
    return Gap("missing-origin", key, f"{key} is reported, but not where it came from.", _sorted(event_ids))


def missing_parent(key: str, event_ids: Iterable[str]) -> Gap:
    return Gap("missing-parent", key, f"{key} was used, but nobody reported on it.", _sorted(event_ids))


def missing_inputs(key: str, event_ids: Iterable[str]) -> Gap:
    return Gap("missing-parent", key, f"What {key} was made from is not reported.", _sorted(event_ids))


def missing_receipt(key: str, event_ids: Iterable[str]) -> Gap:
    return Gap("missing-receipt", key, f"{key} was shipped; its arrival is not reported.", _sorted(event_ids))


def unweighed(key: str, event_ids: Iterable[str]) -> Gap:
    text = f"The mass of {key} is not reported; shares are of what was weighed, else counted, else taken as equal."
    return Gap("unknown-quantity", key, text, _sorted(event_ids))


def assumed_equal(key: str, event_ids: Iterable[str], *, others: int = 0) -> Gap:
    named = f"{key} and {others} more were" if others else f"{key} was"
    text = f"{named} not weighed; what went in is taken as divided equally."
    return Gap("unknown-quantity", key, text, _sorted(event_ids))


def cycle(members: tuple[str, ...], event_ids: Iterable[str]) -> Gap:
    text = f"{', '.join(members)} are reported as made from each other; they are taken as one mixture."
    return Gap("cycle", members[0], text, _sorted(event_ids))


def two_lots(item: str, lots: Iterable[str], taken: str, event_ids: Iterable[str]) -> Gap:
    """`taken` is the lot that counts, "" where none does."""
    said = f"{taken} is taken, whose maker says so too" if taken else "so it is not known which it is of"
    return Gap("two-lots", item, f"{item} is named as of {' and of '.join(lots)}; {said}.", _sorted(event_ids))


def more_than_there_was(lot: str, taken: Fraction, there: Fraction, event_ids: Iterable[str]) -> Gap:
    amounts = f"{kilograms_text(taken)} kg were taken of {lot}, and there were {kilograms_text(there)} kg"
    text = f"{amounts}; what there was is with those reported first."
    return Gap("more-than-there-was", lot, text, _sorted(event_ids), taken, there)


def too_many_boxes(lot: str) -> Gap:
    text = f"So many reports name boxes of {lot} that it was not checked whether they weigh more than there was."
    return Gap("too-many-boxes", lot, text)


def missing_shipment(key: str, event_ids: Iterable[str]) -> Gap:
    return Gap("missing-shipment", key, f"{key} was received; nobody reported sending it.", _sorted(event_ids))


def begun_elsewhere(key: str, event_ids: Iterable[str]) -> Gap:
    text = f"{key} was made, and somebody else reports it as begun elsewhere; it is taken as the same goods told twice."
    return Gap("begun-elsewhere", key, text, _sorted(event_ids))


def made_elsewhere(key: str, event_ids: Iterable[str]) -> Gap:
    text = f"Somebody else says that {key} was made of other things; only what its first maker says counts."
    return Gap("made-elsewhere", key, text, _sorted(event_ids))


def sold_twice(item: str, event_ids: Iterable[str]) -> Gap:
    text = (
        f"{item} was sold again without having come back: one of the reports is wrong, or its number is on two boxes."
    )
    return Gap("sold-twice", item, text, _sorted(event_ids))


def gone_before(item: str, event_ids: Iterable[str]) -> Gap:
    text = (
        f"{item} was reported as destroyed and went on: one of the reports is wrong, or its number is on another box."
    )
    return Gap("gone-before", item, text, _sorted(event_ids))


def returned_unsold(item: str, event_ids: Iterable[str]) -> Gap:
    return Gap("returned-unsold", item, f"{item} was brought back; nobody reported selling it.", _sorted(event_ids))


def not_followed(container: str) -> Gap:
    text = f"Nobody reported that {container} was emptied; so much was reported of it since that it is not all told."
    return Gap("not-followed", container, text)


def sealed_twice(sample: str, event_ids: Iterable[str]) -> Gap:
    text = f"{sample} was sealed more than once: which goods a report on it is about is not known."
    return Gap("sealed-twice", sample, text, _sorted(event_ids))


def stranger(key: str, event_ids: Iterable[str]) -> Gap:
    text = f"Who reports this of {key} had nothing to do with it, by any other report; it counts for nothing."
    return Gap("stranger", key, text, _sorted(event_ids))


def many_strangers(key: str, more: int, event_ids: Iterable[str]) -> Gap:
    text = f"Somebody who had nothing to do with {key} reports on it again and again: these first, and {more:,} more."
    return Gap("stranger", key, text, _sorted(event_ids))


def objection(key: str, event_ids: Iterable[str]) -> Gap:
    text = f"Who calls this report on {key} wrong had nothing to do with it; the report stands."
    return Gap("stranger", key, text, _sorted(event_ids))


def never_had(key: str, event_ids: Iterable[str]) -> Gap:
    text = f"{key} was used by somebody who had nothing to do with it before; nobody reported sending it to him."
    return Gap("missing-shipment", key, text, _sorted(event_ids))


def told_late(lot: str, days: int, event_ids: Iterable[str]) -> Gap:
    text = f"{lot} was reported long after it was picked: {days} days at most."
    return Gap("told-late", lot, text, _sorted(event_ids))


def kilograms_text(kg: Fraction) -> str:
    """To the gram."""
    return plain_text(kg, 3)


def _sorted(event_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(event_ids)))
