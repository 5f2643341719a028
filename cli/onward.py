"""A forward history of any size: read page by page and put together, telling meanwhile how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cli.language import say

if TYPE_CHECKING:
    from cli.rpc import History, HistoryPage, Hold, Holder, OnwardPage


def put_together(pages: Iterable[HistoryPage]) -> History:
    """What a holder has by several pages is summed; a gap that several pages tell stands once."""
    first, *others = _told(pages)
    for one in others:
        first.steps.extend(one.steps)
        _together(first.holders, one.holders)
        _together(first.losses, one.losses)
        first.gaps.extend(gap for gap in one.gaps if gap not in first.gaps)
        first.conflicts.extend(conflict for conflict in one.conflicts if conflict not in first.conflicts)
        _held_together(first.holds, one.holds)
        for name in ("places", "parties", "products"):
            _fill(getattr(first, name), getattr(one, name))
        first.lost_kg = _sum(first.lost_kg, one.lost_kg)
        first.withheld_kg = _sum(first.withheld_kg, one.withheld_kg) if one.withheld_holders else first.withheld_kg
        first.withheld_holders += one.withheld_holders
    return first


def _told(pages: Iterable[HistoryPage]) -> Iterable[History]:
    for number, (history, page) in enumerate(pages):
        if number or page.next_page_token:
            print(progress(page), file=sys.stderr, flush=True)
        yield history


def progress(page: OnwardPage) -> str:
    """How far the pages are."""
    followed, ahead = f"{page.followed:,}", f"{page.ahead:,}"
    if not page.ahead:
        return say("{followed} things: all of it", followed=followed)
    if not page.ahead_kg:
        return say("{followed} things, {ahead} more known to come", followed=followed, ahead=ahead)
    kg = f"{float(page.ahead_kg):,.3f}".rstrip("0").rstrip(".")
    return say("{followed} things, {ahead} more known to come with {kg} kg", followed=followed, ahead=ahead, kg=kg)


def _together(holders: Any, more: Iterable[Holder]) -> None:
    known = {(one.site, one.party, one.state): one for one in holders}
    for one in more:
        same = known.get((one.site, one.party, one.state))
        if same is None:
            holders.append(one)
        else:
            same.kilograms = _sum(same.kilograms, one.kilograms)
            same.keys[:] = sorted({*same.keys, *one.keys})


def _held_together(holds: Any, more: Iterable[Hold]) -> None:
    """One report of goods on several pages holds them all."""
    known = {one.event_id: one for one in holds}
    for one in more:
        same = known.get(one.event_id)
        if same is None:
            holds.append(one)
        else:
            same.keys.extend(key for key in one.keys if key not in same.keys)
            if same.keys:
                same.sentence_zh = same.sentence_en = ""


def _fill(names: Any, more: Any) -> None:
    """Of a protobuf map."""
    for key in more:
        names[key].CopyFrom(more[key])


def _sum(one: str, other: str) -> str:
    """Decimal texts; empty where one of them is unknown."""
    return f"{Decimal(one) + Decimal(other):f}" if one and other else ""
