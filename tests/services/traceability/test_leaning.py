"""What leaned on a certificate is read in the order of time, a window at a time, and no more than a page wants."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from provenance import reports
from provenance.certificates.reading import read_certificates
from provenance.certificates.states import Certificate
from provenance.days import DAY_MS
from provenance.graph import gathering
from provenance.graph.gathering import During, Wanted
from provenance.histories.history import History, Step
from provenance.histories.tracing import trace_forward
from provenance.registry.memory import MemoryRegistry
from provenance.reports import Json
from provenance.standing import Reported, nobody
from services.traceability.certificates.leaning import AT_ONCE, MOST_OF_A_NUMBER, Place, Ways, find_certificates, ways
from services.traceability.events.in_time import MANY, in_time, merged
from services.traceability.events.query import QueryError
from services.traceability.histories.building import Read, build
from services.traceability.histories.telling import Told, tell
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.ports import Ahead, StoredEvent
from services.traceability.store.memory import MemoryEventStore
from simulator.world import CHINA, World
from tests.provenance.reported import report
from tests.services.traceability.test_walks import stored
from wire.errors import Rejected

CERTIFICATE = "https://id.gs1.org/253/9520001000508C0001"
NOW_MS = 1_800_000_000_000


class Counting(MemoryEventStore):
    """Refuses more than `most` events at once, and says how many each reading gave."""

    def __init__(self, most: int = 10_000) -> None:
        super().__init__()
        self.read_at_once: list[int] = []
        self.most = most

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        found = await super().gathered(wanted, ahead)
        if len(found) > self.most:
            raise Rejected("more than that")
        self.read_at_once.append(len(found))
        return found


class Season:
    """`lots` picked on a plot, `apart` after each other, under a certificate of the plot or of something else."""

    def __init__(self, lots: int, apart: timedelta, **certified: Any) -> None:
        self.world = World(seed=3, start=datetime(2026, 8, 20, 6, tzinfo=CHINA))
        self.grower = self.world.grow()
        self.station = self.world.site("station")
        written: dict[str, Any] = {
            "scope": [self.grower.plot], "valid_from": date(2026, 1, 1), "at": datetime(2026, 3, 1, tzinfo=CHINA),
        }  # fmt: skip
        self._certify(**written | certified)
        self.lots = []
        for _ in range(lots):
            self.lots.append(self.world.pick(self.grower, 50, station=self.station))
            self.world.now += apart
        self.certificate = certificate(self.world.events)

    def _certify(self, **fields: Any) -> None:
        self.world.report(
            reports.certificate, certificate=CERTIFICATE, state="issued", issuer="https://example.org/certifier",
            scheme="green_food", valid_to=date(2029, 1, 1), **fields,
        )  # fmt: skip


def certificate(events: Sequence[Json]) -> Certificate:
    (found,) = read_certificates([report(body, recorded=n) for n, body in enumerate(events)])
    return found


async def kept(season: Season, most: int = 10_000) -> Counting:
    store = Counting(most)
    await store.record(stored(season.world.events))
    return store


async def page(season: Season, store: Counting, most: int, after: Place | None = None) -> Ways:
    standing = stored(season.world.events)

    async def forward(seed: str) -> Told:
        event = next(event for event in standing if seed in event.parsed.items_by_key)
        reported = Reported(event.record_id, event.parsed, event.content_hash, event.first)
        steps = (Step(reported, "harvest", carried=False, standing="in_force"),)
        return tell(History(seed, "forward", frozenset({seed}), steps), {event.record_id: event})

    return await ways(
        season.certificate, store=store, forward=forward, registry=MemoryRegistry(season.world.records), most=most,
        after=after, now_ms=NOW_MS,
    )  # fmt: skip


async def all_pages(season: Season, store: Counting, most: int) -> list[str]:
    found = [await page(season, store, most)]
    while found[-1].next is not None:
        found.append(await page(season, store, most, found[-1].next))
    assert all(len(one.ways) <= most for one in found)
    return [way.seed for one in found for way in one.ways]


async def test_pages_tell_all_that_was_made_in_the_order_of_making() -> None:
    season = Season(60, timedelta(hours=7))
    assert await all_pages(season, await kept(season), 7) == season.lots


async def test_what_was_made_at_one_moment_is_told_once_whichever_page_ends_there() -> None:
    season = Season(9, timedelta(minutes=-10))
    assert len({body["eventTime"] for body in season.world.events[1:]}) == 1
    assert sorted(await all_pages(season, await kept(season), 2)) == sorted(season.lots)


async def test_a_page_reads_about_what_it_tells_however_much_is_there() -> None:
    season = Season(900, timedelta(hours=1))
    store = await kept(season)
    await page(season, store, 10)
    assert sum(store.read_at_once) < 300


async def test_where_a_window_holds_more_than_is_read_at_once_shorter_ones_are_read() -> None:
    season = Season(80, timedelta(0))
    assert await all_pages(season, await kept(season, most=9), 50) == season.lots


async def test_however_long_much_happened_the_windows_never_end() -> None:
    """Of forty in a row each has more than the next is to have."""
    asked: list[During] = []

    class Busy(MemoryEventStore):
        async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
            (one,) = wanted.during
            asked.append(one)
            assert one.since_ms < one.until_ms
            return busy if len(asked) < 40 else []

    event = stored(Season(1, timedelta(0)).world.events)[-1]
    busy = [replace(event, record_id=str(n)) for n in range(MANY + 1)]
    async for _ in in_time({"urn:x:busy"}, 0, 9 * DAY_MS, store=Busy(), after=None, now_ms=NOW_MS):
        pass
    assert asked[-1].until_ms == 9 * DAY_MS


async def test_years_in_which_nothing_was_made_are_few_readings() -> None:
    season = Season(1, timedelta(0))
    store = await kept(season)
    assert len((await page(season, store, 10)).ways) == 1
    assert len(store.read_at_once) < 100


async def test_of_very_many_plots_the_first_windows_are_longer() -> None:
    plots = [f"urn:x:plot{n}" for n in range(500)]
    season = Season(1, timedelta(0), scope=plots)
    store = await kept(season)
    assert not (await page(season, store, 10)).ways
    assert len(store.read_at_once) < 10


async def test_what_a_certificate_was_written_for_afterwards_is_found() -> None:
    lot = Season(1, timedelta(0)).lots[0]
    season = Season(1, timedelta(0), scope=[lot], at=datetime(2026, 9, 2, tzinfo=CHINA))
    assert season.lots == [lot]
    assert await all_pages(season, await kept(season), 5) == [lot]


async def test_what_is_made_of_a_product_is_found_beside_what_is_named() -> None:
    gtin = World(seed=3).fruit
    season = Season(5, timedelta(hours=3), scope=[f"https://id.gs1.org/01/{gtin[-14:]}"])
    assert await all_pages(season, await kept(season), 2) == season.lots


async def test_boxes_of_a_product_are_found_by_it_though_no_lot_of_it_is_named() -> None:
    season = Season(3, timedelta(hours=3))
    box = season.world.product("礼盒", net_weight_kg=5)
    season._certify(scope=[f"https://id.gs1.org/01/{box[-14:]}"], valid_from=date(2026, 1, 1),
                    at=datetime(2026, 3, 1, tzinfo=CHINA))  # fmt: skip
    season.certificate = certificate(season.world.events[-1:])
    boxes = [season.world.pack(lot, 2, product=box, site=season.station) for lot in season.lots]
    assert await all_pages(season, await kept(season), 50) == [each for packed in boxes for each in packed]


async def test_a_page_ends_within_what_one_run_made_and_the_next_goes_on_there() -> None:
    season, boxes = packed(300)
    store = await kept(season)
    first = await page(season, store, 10)
    assert [way.seed for way in first.ways] == boxes[:10]
    assert first.next is not None
    assert Place.of_token(first.next.token) == first.next
    assert await all_pages(season, store, 90) == [*boxes, *season.lots]


NINES = "9" * 5_000


@pytest.mark.parametrize(
    "token", ["", "1.x.1", "1..1", *(f"1.{'a' * 64}{end}" for end in ("", ".", ".٣", f".{NINES}"))]
)
def test_what_is_no_token_of_a_page_is_refused(token: str) -> None:
    with pytest.raises(QueryError):
        Place.of_token(token)


async def test_of_what_one_run_made_few_are_followed_together(mongo_url: str, database: str) -> None:
    """Out of the real store, where more at once were refused."""
    season, boxes = packed(300)
    client = connect(mongo_url)
    store = MongoEventStore(client, database)
    await store.prepare()
    await store.record(stored(season.world.events))
    most = now = 0

    async def forward(seed: str) -> Told:
        nonlocal most, now
        now += 1
        most = max(most, now)
        read: Read = {}
        history = await build(trace_forward([seed]), store.gathered, read)
        now -= 1
        return tell(history, read)

    found = await ways(
        season.certificate, store=store, forward=forward, registry=MemoryRegistry(season.world.records), most=20,
        after=None, now_ms=NOW_MS,
    )  # fmt: skip
    client.close()
    assert [way.seed for way in found.ways] == boxes[:20]
    assert most <= AT_ONCE


def packed(boxes: int) -> tuple[Season, list[str]]:
    """By one run, under a certificate of the packing house."""
    season = Season(1, timedelta(hours=3))
    product = season.world.product("礼盒", net_weight_kg=5)
    season._certify(scope=[season.station], valid_from=date(2026, 1, 1), at=datetime(2026, 3, 1, tzinfo=CHINA))
    season.certificate = certificate(season.world.events[-1:])
    return season, list(season.world.pack(season.lots[0], boxes, product=product, site=season.station))


@pytest.mark.parametrize("before", [False, True])
async def test_nobody_buries_a_certificate_under_reports_of_its_number(before: bool) -> None:
    """A stranger's are dated later than the issuer's, and recorded after it or before."""
    world = World(seed=3, start=datetime(2026, 8, 20, 6, tzinfo=CHINA))
    plot = world.grow().plot
    for n in range(30):
        world.report(
            reports.certificate, certificate=f"https://id.gs1.org/253/9520001000508{n}", state="issued",
            issuer="https://example.org/rival" if n else "https://example.org/certifier", scheme="green_food",
            number="GF141031260007", scope=[plot], valid_from=date(2026, 1, 1), valid_to=date(2029, 1, 1),
            at=datetime(2026, 3, 1 + n, tzinfo=CHINA),
        )  # fmt: skip
    issued, *strangers = stored(world.events[-30:])
    of_strangers = [replace(one, first=one.first._replace(capturer="https://example.org/rival")) for one in strangers]
    late = replace(issued, first=issued.first._replace(record_time_ms=NOW_MS))
    store = MemoryEventStore()
    await store.record([late if before else issued, *of_strangers])
    found = await find_certificates(["GF141031260007"], store, nobody)
    assert "https://example.org/certifier" in {one.issuer for one in found}
    assert len(found) == MOST_OF_A_NUMBER


RIVAL = "https://example.org/rival"


def flooded(season: Season, state: str, reports_of_his: int, by: str = RIVAL) -> list[StoredEvent]:
    """The season, what a rival says of its certificate before the issuer withdraws it, and that."""

    def said(reason: str, issuer: str, state: str) -> None:
        season.world.report(
            reports.certificate, certificate=CERTIFICATE, state=state, issuer=issuer, reason=reason, number="GF1",
            scheme="green_food", scope=[season.grower.plot], valid_from=date(2026, 1, 1), valid_to=date(2029, 1, 1),
            at=datetime(2026, 4, 1, tzinfo=CHINA),
        )  # fmt: skip

    for n in range(reports_of_his):
        said(f"x{n}", by, "suspended")
    said("残留超标", "https://example.org/certifier", state)
    *before, withdrawn = stored(season.world.events)
    rivals = {one.record_id for one in before[-reports_of_his:]}
    return [
        replace(one, first=one.first._replace(capturer=RIVAL)) if one.record_id in rivals else one
        for one in (*before, withdrawn)
    ]


@pytest.mark.parametrize("in_whose_name", [RIVAL, "https://example.org/certifier"])
async def test_however_often_a_rival_reports_on_a_certificate_its_issuer_withdraws_it(
    in_whose_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_EVENTS", 1_000)
    store = MemoryEventStore()
    await store.record(flooded(Season(1, timedelta(0)), "revoked", 1_100, in_whose_name))
    found = await find_certificates([CERTIFICATE], store, nobody)
    assert [(one.issuer, one.validity(NOW_MS)) for one in found] == [("https://example.org/certifier", "revoked")]


async def test_however_much_a_rival_tells_of_a_certificate_at_one_moment_what_leaned_on_it_is_told() -> None:
    season = Season(5, timedelta(hours=7))
    store = Counting(most=1_000)
    await store.record(flooded(season, "suspended", 1_100))
    assert await all_pages(season, store, 3) == season.lots


async def test_a_certificate_is_found_by_its_number_however_many_others_bear_it() -> None:
    world = World(seed=3, start=datetime(2026, 8, 20, 6, tzinfo=CHINA))
    plot = world.grow().plot
    for n in range(2_001):
        world.report(
            reports.certificate, certificate=f"https://id.gs1.org/253/9520001000508{n}", state="issued",
            issuer=RIVAL if n else "https://example.org/certifier", scheme="green_food",
            number="GF141031260007", scope=[plot], valid_from=date(2026, 1, 1), valid_to=date(2029, 1, 1),
            at=datetime(2026, 3, 1, tzinfo=CHINA) + timedelta(minutes=n),
        )  # fmt: skip
    issued, *rivals = stored(world.events[-2_001:])
    store = MemoryEventStore()
    await store.record([issued, *(replace(one, first=one.first._replace(capturer=RIVAL)) for one in rivals)])
    found = await find_certificates(["GF141031260007"], store, nobody)
    assert "https://example.org/certifier" in {one.issuer for one in found}


async def test_a_page_of_a_product_reads_about_what_it_tells() -> None:
    gtin = World(seed=3).fruit
    season = Season(400, timedelta(hours=1), scope=[f"https://id.gs1.org/01/{gtin[-14:]}"])
    store = await kept(season)
    await page(season, store, 10)
    assert sum(store.read_at_once) < 300


async def test_streams_are_merged_and_each_event_comes_once() -> None:
    season = Season(6, timedelta(hours=3))
    store = await kept(season)

    def stream(key: str) -> AsyncIterator[StoredEvent]:
        return in_time({key}, 0, NOW_MS, store=store, after=None, now_ms=NOW_MS)

    found = [event async for event in merged([stream(season.station), stream(season.grower.plot), stream("urn:x:no")])]
    times = [event.parsed.time_ms for event in found]
    assert times == sorted(times)
    assert len({event.record_id for event in found}) == len(found) >= 6
