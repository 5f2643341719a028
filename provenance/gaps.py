"""What a history does not know, said plainly: one sentence, and the events it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

GapCode = Literal[
    "missing-origin",
    "missing-parent",
    "missing-receipt",
    "unknown-quantity",
    "cycle",
    "two-lots",
    "more-than-there-was",
]


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something missing about `key`."""

    code: GapCode
    key: str
    message: str
    event_ids: tuple[str, ...] = ()


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


def two_lots(item: str, lots: Iterable[str], event_ids: Iterable[str]) -> Gap:
    text = f"{item} is named as of {' and of '.join(lots)}; the first of these is taken."
    return Gap("two-lots", item, text, _sorted(event_ids))


def more_than_there_was(lot: str, event_ids: Iterable[str]) -> Gap:
    text = f"The items named of {lot} weigh more than there was of it; what there was is with those reported first."
    return Gap("more-than-there-was", lot, text, _sorted(event_ids))


def _sorted(event_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(event_ids)))
