"""A GTIN is of one brand at a time: whose it is recalls its lots, and sees who holds them and what was paid (ADR 0125).

What is sold under another brand has another GTIN. Fruit is theirs who list what is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

from epcis.problems import Problem
from provenance.registry.reading import valid_on
from provenance.registry.records import Brand, Record
from services.registry.writers import VersionsOf

Linked: TypeAlias = Callable[[str, str], Sequence[str]]
"""Ids of records of a kind that name a target, in any of their versions."""


def listed_elsewhere(
    brand: Brand, versions: Sequence[Record], versions_of: VersionsOf, linked: Linked
) -> Iterator[Problem]:
    """One problem for each GTIN that another brand has on the first day on which this version newly lists it, or later:
    days past are not taken from under whoever came after. `versions` are those registered, the highest first."""
    for gtin in sorted(brand.gtins):
        first = _first_listed(gtin, (brand, *versions), versions)
        sentences = () if first is None else _had_by_others(gtin, first, brand.id, versions_of, linked)
        yield from (Problem("/gtins", "of-another-brand", sentence) for sentence in sentences)


def _first_listed(gtin: str, with_it: Sequence[Record], without: Sequence[Record]) -> date | None:
    new = (day for day in _turns(with_it) if _lists(with_it, gtin, day) and not _lists(without, gtin, day))
    return next(new, None)


def _had_by_others(gtin: str, first: date, own: str, versions_of: VersionsOf, linked: Linked) -> Iterator[str]:
    for listed in (gtin, *linked("product", gtin)):
        for other in linked("brand", listed):
            theirs = versions_of("brand", other)
            days = (first, *(day for day in _turns(theirs) if day > first))
            has = next((day for day in days if _lists(theirs, listed, day)), None)
            if other != own and has is not None:
                yield _sentence(gtin, listed, theirs, has)


def _sentence(gtin: str, listed: str, theirs: Sequence[Record], has: date) -> str:
    what = gtin if listed == gtin else f"{gtin} is what {listed} is made of, which"
    until = next((day for day in _turns(theirs) if day > has and not _lists(theirs, listed, day)), None)
    ends = "with no end" if until is None else f"until {until}"
    brand = f"{theirs[0].id} ({getattr(theirs[0], 'name_zh', '')})"
    return f"{what} is listed by the brand {brand}, {ends}: a GTIN is of one brand at a time"


def _turns(records: Sequence[Record]) -> list[date]:
    """The days on which another version may begin or cease to be in force."""
    return sorted({r.valid_from for r in records} | {r.valid_to for r in records if r.valid_to is not None})


def _lists(versions: Sequence[Record], gtin: str, on: date) -> bool:
    record = valid_on(versions, on)
    return isinstance(record, Brand) and gtin in record.gtins
