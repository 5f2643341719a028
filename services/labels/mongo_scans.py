"""Look-ups of labels in the labels' store: a row for each phone, label and day, and how far the topic was read.

Nothing here is primary: the topic keeps as many days as the rows, and a row is the same however often its scans come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from provenance.scans.cells import Cell
from provenance.scans.scan import KEPT_HOURS, Look, Scan
from services.labels.mongo import answered
from services.labels.scans_ports import MOST_LOOKS, Looked
from stream.progress import Advance, Progress
from stream.receipts import TopicPartition

_HOUR_S = 3600
_HOUR_DIGITS = 7
_NO_PLACE = "~"
"""Behind every cell: of one hour, a place that is told comes before none."""


class MongoScans:
    """`services.labels.scans_ports.Scans`, and the `stream.progress.ProgressStore` of who fills it."""

    def __init__(self, scans: Any, progress: Any) -> None:
        self._scans, self._progress = scans, progress

    @answered
    async def prepare(self) -> None:
        """Makes the indexes; rows leave by themselves once nobody counts them any more."""
        await self._scans.create_index([("label", 1), ("first", -1)])
        await self._scans.create_index("expires", expireAfterSeconds=0)

    @answered
    async def keep(self, scans: Sequence[Scan]) -> None:
        if scans:
            await self._scans.bulk_write([_kept(scan) for scan in scans], ordered=False)

    async def looked_all(self, labels: Sequence[str], *, now_hour: int) -> Mapping[str, Looked]:
        """With one read, unless they were looked up so often that this does not tell all."""
        if (found := await self._few(labels, now_hour)) is None:
            return {label: await self.looked(label, now_hour=now_hour) for label in labels}
        return {label: Looked(tuple(map(_look, sorted(found.get(label, ()))))) for label in labels}

    @answered
    async def _few(self, labels: Sequence[str], now_hour: int) -> Mapping[str, Sequence[str]] | None:
        wanted = {"label": {"$in": list(labels)}, "first": _counted(now_hour)}
        rows = self._scans.find(wanted, {"label": 1, "first": 1}).limit(MOST_LOOKS + 1)
        listed = await rows.to_list(MOST_LOOKS + 1)
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in listed:
            found[row["label"]].append(row["first"])
        return found if len(listed) <= MOST_LOOKS else None

    @answered
    async def looked(self, label: str, *, now_hour: int) -> Looked:
        found = self._scans.find({"label": label, "first": _counted(now_hour)}, {"first": 1})
        newest = [_look(row["first"]) async for row in found.sort("first", -1).limit(MOST_LOOKS + 1)]
        return Looked(tuple(reversed(newest[:MOST_LOOKS])), more=len(newest) > MOST_LOOKS)

    @answered
    async def read(self, of: TopicPartition) -> Progress | None:
        found = await self._progress.find_one({"_id": str(of)})
        return Progress(found["next"], bytes(found["digest"])) if found else None

    @answered
    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        return all([await self._advance(one) for one in advances])

    async def _advance(self, one: Advance) -> bool:
        new = {"next": one.new.next_offset, "digest": one.new.digest}
        if one.expected is None:
            try:
                await self._progress.insert_one({"_id": str(one.of), **new})
            except DuplicateKeyError:
                return False
            return True
        stood = {"next": one.expected.next_offset, "digest": one.expected.digest}
        return bool((await self._progress.update_one({"_id": str(one.of), **stood}, {"$set": new})).matched_count)


def _kept(scan: Scan) -> UpdateOne:
    """A tag is of one day, so a row is one phone's look at the label that day, with its first hour."""
    first = _first(scan.hour, str(scan.cell) if scan.cell else _NO_PLACE)
    change = {"$min": {"first": first, "expires": _expires(scan.hour)}, "$setOnInsert": {"label": scan.label}}
    return UpdateOne({"_id": f"{scan.label}/{scan.tag.hex()}"}, change, upsert=True)


def _counted(now_hour: int) -> dict[str, str]:
    return {"$gt": _first(now_hour - KEPT_HOURS, _NO_PLACE), "$lte": _first(now_hour, _NO_PLACE)}


def _first(hour: int, place: str) -> str:
    """Sorts by hour, then by place."""
    return f"{hour:0{_HOUR_DIGITS}d}{place}"


def _look(first: str) -> Look:
    hour, place = first[:_HOUR_DIGITS], first[_HOUR_DIGITS:]
    return Look(int(hour), None if place == _NO_PLACE else Cell(place))


def _expires(hour: int) -> datetime:
    return datetime.fromtimestamp((hour + KEPT_HOURS) * _HOUR_S, UTC)
