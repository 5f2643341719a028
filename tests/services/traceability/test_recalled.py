"""Of many boxes in one call which are recalled, however the recall came; and how little is read for all the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from provenance import reports
from provenance.access.declaring import may_declare
from provenance.access.say import parties_of
from provenance.graph.gathering import MOST_EVENTS, Wanted
from provenance.standing import First
from provenance.weights import registered
from services.traceability.histories.cache import HistoryCache, ReadNow
from services.traceability.histories.telling import Question, Told, size_of, tell, trace
from services.traceability.ports import StoredEvent
from services.traceability.recalls.finding import State, recalled
from services.traceability.recalls.reaching import Recalls, recall_lists, recall_reaches
from services.traceability.store.memory import MemoryEventStore
from tests.provenance.claimed import NOW
from tests.provenance.quality.test_tested import REGULATOR, STATION, Judged
from tests.services.traceability.events import stored
from wire.errors import Rejected

ROOMY = 1 << 26


@dataclass
class Boxes:
    """Three boxes of a pooled lot, on a pallet, and two of another lot; `reads` are the store's."""

    told: Judged = field(default_factory=Judged)
    reads: list[Wanted] = field(default_factory=list)
    most: int = MOST_EVENTS

    def __post_init__(self) -> None:
        world, season = self.told.season.world, self.told.season
        self.boxes = [self.told.box, *world.pack(self.told.pooled, 2, product=season.box, site=season.house)]
        self.pallet = world.palletise(self.boxes, site=season.house)
        other = world.pool([world.pick(season.growers[0], 20, station=season.station)], site=season.house)
        self.others = world.pack(other, 2, product=season.box, site=season.house)
        self.lot = self._lot(self.told.pooled)
        self.other_lot = self._lot(other)
        self.store = MemoryEventStore()
        self.caches = caches = self._caches()
        for cache in caches:
            cache.feed_begins()
        histories, lists, reaches = caches
        self.histories, self.recalls = histories, Recalls(lists, reaches)
        self.sent = 0

    def _lot(self, pooled: str) -> str:
        return f"{self.told.season.box}/10/{pooled.rsplit('/', 1)[1]}"

    def _caches(self) -> tuple[HistoryCache[Question, Any, Told], Any, Any]:
        registry = self.told.season.world.registry
        judging: dict[str, Any] = {
            "may_declare": partial(may_declare, registry),
            "parties": parties_of(registry, NOW.date),
        }
        histories: HistoryCache[Question, Any, Told] = HistoryCache(
            naming=self.naming,
            trace=partial(trace, net_weight=registered(registry), **judging),
            tell=tell,
            size_of=size_of,
            max_bytes=ROOMY,
        )
        lists = recall_lists(self.naming, max_bytes=ROOMY)
        reaches = recall_reaches(self.naming, **judging, max_bytes=ROOMY)
        return histories, lists, reaches

    async def naming(self, wanted: Wanted) -> Sequence[StoredEvent]:
        self.reads.append(wanted)
        found = await self.store.gathered(wanted)
        if len(found) > self.most:
            raise Rejected("too many")
        return found

    async def record(self) -> None:
        """What was reported since is stored, and the feed tells of it."""
        told = self.told.season.world.events[self.sent :]
        fresh = [self._stored(n, body) for n, body in enumerate(told, start=self.sent)]
        self.sent += len(fresh)
        await self.store.record(fresh)
        for event in fresh:
            for cache in self.caches:
                cache.changed(event.parsed.found_by)

    def _stored(self, n: int, body: Any) -> StoredEvent:
        by = self.told.reporters.get(body["eventID"], STATION)
        return stored(body, First(1_700_000_000_000 + n, "produce.quality.v1", 0, n, by))

    async def of(self, *boxes: str, now: bool = False) -> list[State]:
        await self.record()
        goods = [(box, self.other_lot if box in self.others else self.lot) for box in boxes]
        recalls, histories = self.recalls, self.histories
        return await recalled(
            goods,
            recalls=recalls.read_now() if now else recalls,
            histories=ReadNow(histories) if now else histories,
            registry=self.told.season.world.registry,
        )

    async def all(self) -> list[State]:
        """Each alone, all together and all read anew: the same."""
        every = [*self.boxes, *self.others]
        alone = [(await self.of(box))[0] for box in every]
        assert alone == await self.of(*every) == await self.of(*every, now=True)
        return alone

    def recall(self, *things: str, by: str = STATION, **more: Any) -> str:
        lots = [one for one in things if "/10/" in one]
        items = [one for one in things if one not in lots]
        return self.told.do(reports.hold, by=by, lots=lots, items=items, reason="mould", recall=True, **more)

    def persistently(self, *items: str) -> None:
        """As CBV 2.0 has it: with a step of some other kind."""
        body = reports.hold(event_id="urn:uuid:persistent", at=self.told.season.world.now, reason="mould", items=items)
        body |= {"bizStep": "inspecting", "persistentDisposition": {"set": ["recalled"]}}
        del body["disposition"]
        self.told.season.world.events.append(body)


NONE: State = ""
Recalling = Callable[[Boxes], object]

KINDS: dict[str, tuple[Recalling, list[State]]] = {
    "nothing": (lambda b: None, [NONE] * 5),
    "a box": (lambda b: b.recall(b.boxes[1]), [NONE, "whole", NONE, NONE, NONE]),
    "a box, by what is set lastingly": (lambda b: b.persistently(b.boxes[2]), [NONE, NONE, "whole", NONE, NONE]),
    "a range of boxes": (lambda b: b.recall(*b.boxes[:2], b.others[0]), ["whole", "whole", NONE, "whole", NONE]),
    "the lot of the fruit": (lambda b: b.recall(b.told.pooled), ["whole", "whole", "whole", NONE, NONE]),
    "the lot on the label": (lambda b: b.recall(b.lot), ["whole", "whole", "whole", NONE, NONE]),
    "a harvest": (lambda b: b.recall(b.told.season.lots[1]), ["whole", "whole", "whole", NONE, NONE]),
    "the pallet": (lambda b: b.recall(b.pallet), ["whole", "whole", "whole", NONE, NONE]),
}


@pytest.mark.parametrize(("recalling", "states"), KINDS.values(), ids=KINDS)
async def test_a_recall_of_each_kind_is_told_of_what_it_reaches_and_of_nothing_else(
    recalling: Recalling, states: list[State]
) -> None:
    told = Boxes()
    assert await told.all() == [NONE] * 5
    recalling(told)
    assert await told.all() == states


async def test_a_recall_of_a_pallet_is_of_what_was_on_it_then() -> None:
    told = Boxes()
    told.told.season.world.unpack(told.pallet, items=[told.boxes[0]])
    told.recall(told.pallet)
    assert await told.all() == [NONE, "whole", "whole", NONE, NONE]


async def test_a_recall_that_the_regulator_ended_is_none_and_one_that_anybody_ended_still_is() -> None:
    told = Boxes()
    fruit: dict[str, Any] = {"lots": [told.told.season.lots[0]], "site": told.told.season.station}
    told.recall(told.told.season.lots[0])
    for by, states in ((STATION, ["whole"] * 3), (REGULATOR, [NONE] * 3)):
        told.told.do(reports.release, by=by, reason=f"sorted out by {by}", **fruit)
        assert await told.all() == [*states, NONE, NONE]


async def test_where_so_much_of_a_lot_is_recalled_nobody_knows_which_boxes() -> None:
    told = Boxes()
    event_id = told.recall(told.told.pooled)
    body = next(one for one in told.told.season.world.events if one["eventID"] == event_id)
    body["quantityList"] = [{"epcClass": told.told.pooled, "quantity": 5, "uom": "KGM"}]
    assert await told.all() == ["in_part"] * 3 + [NONE] * 2


async def test_of_what_no_recall_reaches_nothing_is_read_however_many_ask() -> None:
    told = Boxes()
    told.recall(told.others[0])
    await told.of(*told.boxes)
    told.reads.clear()
    assert await told.of(*told.boxes, *(f"{told.told.season.box}/21/X{n}" for n in range(900))) == [NONE] * 903
    assert told.reads == []


async def test_of_a_recalled_lot_its_own_history_is_read_and_not_each_boxs() -> None:
    told = Boxes()
    told.recall(told.told.pooled)
    await told.of(told.boxes[0])
    told.reads.clear()
    assert await told.of(*told.boxes) == ["whole"] * 3
    assert told.reads == []


async def test_a_recall_is_told_from_the_moment_on_at_which_the_feed_told_of_it() -> None:
    told = Boxes()
    for n, box in enumerate(told.boxes):
        assert await told.of(box) == [NONE]
        told.recall(box)
        assert await told.of(*told.boxes) == ["whole"] * (n + 1) + [NONE] * (2 - n)


async def test_where_recalls_reach_more_than_can_be_read_each_box_is_looked_at_by_itself() -> None:
    told = Boxes()
    told.recall(told.boxes[1])
    await told.record()
    told.most = 0
    assert await told.of(*told.boxes) == ["not_known"] * 3, "nobody may take it for no recall"
    told.most = MOST_EVENTS
    reached = await told.recalls.reached()
    assert reached is not None and told.boxes[1] in reached and told.boxes[0] not in reached

    async def too_much() -> None:
        return None

    told.recalls.reached = too_much  # type: ignore[method-assign]
    assert await told.of(*told.boxes, *told.others) == [NONE, "whole", NONE, NONE, NONE]
