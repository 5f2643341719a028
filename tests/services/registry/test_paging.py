"""A page of the registry costs so much and no more, whatever is asked; and with its next ones tells all there is."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from provenance.access.authority import Principal
from provenance.registry.records import Record, Site
from services.registry.handlers import list_records
from services.registry.paging import MOST_LOOKED_AT, USUAL_READ

COOPERATIVE = "https://suyuan.example/party/coop"
REGISTRAR = Principal("urn:x:registrar", frozenset({"registrar"}))


@dataclass
class ManyPlots:
    """All of one party since 2026, the last of them since 1980."""

    count: int
    looked_at: int = 0
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = [f"https://suyuan.example/plot/{n:06}" for n in range(self.count)]

    def ids_after(self, kind: str, after_id: str, limit: int) -> Sequence[str]:
        at = bisect.bisect_right(self.ids, after_id)
        return self.ids[at:][:limit]

    def linked_after(self, kind: str, target: str, after_id: str, limit: int) -> Sequence[str]:
        return self.ids_after(kind, after_id, limit)

    def versions(self, kind: str, id: str) -> tuple[Record, ...]:
        self.looked_at += 1
        since = date(1980 if id == self.ids[-1] else 2026, 1, 1)
        return (Site(id=id, version=1, valid_from=since, kind="plot", party=COOPERATIVE, name_zh="x"),)


async def page(view: Any, **asked: Any) -> tuple[list[str], str]:
    wanted: dict[str, Any] = {
        "on": date(1990, 1, 1),
        "after_id": "",
        "most": 1,
        "after": (),
        "principal": REGISTRAR,
    } | asked
    found = await list_records("site", view=view, **wanted)
    return [record.id for record in found.records], found.next_after


@pytest.mark.parametrize("naming", ["", COOPERATIVE])
async def test_a_page_of_a_day_before_all_is_short_and_cheap_and_the_pages_after_it_find_what_there_is(
    naming: str,
) -> None:
    view = ManyPlots(3 * MOST_LOOKED_AT + 5)
    asked, after = 0, ""
    told: list[str] = []
    while True:
        before = view.looked_at
        found, after = await page(view, naming=naming, after_id=after)
        assert view.looked_at - before <= MOST_LOOKED_AT
        asked, told = asked + 1, told + found
        if not after:
            break
    assert (asked, told) == (4, view.ids[-1:])


@pytest.mark.parametrize("most", [1, USUAL_READ - 1, USUAL_READ, USUAL_READ + 1, 1000])
async def test_pages_of_any_size_tell_each_record_once_and_the_last_says_so(most: int) -> None:
    view = ManyPlots(2 * USUAL_READ)
    told, after = await page(view, on=date(2026, 2, 1), most=most)
    assert len(told) == min(most, len(view.ids))
    while after:
        more, after = await page(view, on=date(2026, 2, 1), most=most, after_id=after)
        told += more
    assert told == view.ids
