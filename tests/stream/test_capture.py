"""From reports to the log, with a registry that is late and a log that answers as it is told."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from provenance import reports
from provenance.access.admission import Examined, Report
from provenance.access.authority import Principal
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Mandate, Party, Record, Site
from stream.capture import CaptureDoor, EventDesk
from stream.receipts import Receipt
from wire.capture_codec import Outcome
from wire.envelope import RecordedEvent
from wire.errors import Overloaded, Rejected, Transient, Unacknowledged, Unauthenticated, Unauthorised
from wire.limits import MAX_EVENT_BYTES
from wire.topics import HARVEST

AT = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)
NOW_MS = int(AT.timestamp() * 1000)
GROWER, STATION, PLOT = "urn:x:grower", "urn:x:station", "urn:x:plot"
REGISTERED = (
    Party(id=GROWER, kind="grower", name_zh="甲"),
    Party(id=STATION, kind="station", name_zh="站"),
    Site(id=PLOT, kind="plot", party=GROWER, name_zh="园"),
)
MANDATE = Mandate(id="urn:x:m", from_party=GROWER, to_party=STATION, actions=frozenset({"report"}))
AGENT = Principal(STATION, frozenset({"station"}))


class LateRegistry(MemoryRegistry):
    """Knows `arriving` only after it has caught up; `away` means it cannot."""

    def __init__(self, *arriving: Record, away: bool = False) -> None:
        super().__init__(REGISTERED)
        self.arriving, self.away, self.asked = arriving, away, 0

    async def caught_up(self, timeout_s: float = 2.0) -> None:
        self.asked += 1
        if self.away:
            raise Transient("the registry's view has not reached the present end of its topic")
        for record in self.arriving:
            self.put(record)


class Log:
    """Acknowledges at once, unless told otherwise."""

    def __init__(self, *, room: int = 1000, fails: Exception | None = None, silent: bool = False) -> None:
        self.taken: list[RecordedEvent] = []
        self.room, self.fails, self.silent = room, fails, silent

    def offer(self, event: RecordedEvent) -> "asyncio.Future[Receipt]":
        if len(self.taken) >= self.room:
            raise Overloaded("full")
        self.taken.append(event)
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        if self.fails:
            future.set_exception(self.fails)
            future.exception()
        elif not self.silent:
            future.set_result(Receipt("harvest", 0, len(self.taken)))
        return future


def door(log: Log, registry: LateRegistry, **settings: Any) -> CaptureDoor[Examined]:
    given: dict[str, Any] = {"now_ms": lambda: NOW_MS} | settings
    return CaptureDoor(desk=EventDesk(HARVEST, lambda *_: ()), log=log, registry=registry, **given)


def delivery(number: int = 1, plot: str = PLOT, grower: str = GROWER) -> Report:
    body = reports.delivery(
        event_id=f"urn:uuid:{number}", at=AT, lot=f"urn:x:lot:{number}", kg=Decimal(400), plot=plot, grower=grower
    )
    return Report(orjson.dumps(body))


async def capture(
    *given: Report, log: Log | None = None, registry: LateRegistry | None = None, who: Principal = AGENT
) -> list[Outcome]:
    return await door(log or Log(), registry or LateRegistry(MANDATE)).capture(given, who)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


async def test_a_true_report_is_not_refused_because_the_registry_view_was_late() -> None:
    assert statuses(await capture(delivery(), registry=LateRegistry(MANDATE))) == ["accepted"]


async def test_a_report_is_refused_once_the_view_has_caught_up_and_still_knows_no_mandate() -> None:
    registry = LateRegistry()
    (outcome,) = await capture(delivery(), registry=registry)
    assert (outcome.status, outcome.problems[0].code) == ("rejected", "no-mandate")
    assert registry.asked == 1


async def test_while_the_view_cannot_catch_up_what_would_be_refused_is_to_be_sent_again() -> None:
    unknown = delivery(2, plot="urn:x:new", grower="urn:x:newcomer")
    outcomes = await capture(delivery(), unknown, registry=LateRegistry(away=True))
    assert statuses(outcomes) == ["retry", "accepted"]


async def test_nothing_waits_for_the_registry_that_needs_not() -> None:
    registry = LateRegistry(away=True)
    malformed = Report(b"{}")
    outcomes = await capture(delivery(2, plot="urn:x:new", grower="urn:x:newcomer"), malformed, registry=registry)
    assert statuses(outcomes) == ["accepted", "rejected"]
    assert registry.asked == 0


async def test_nothing_is_accepted_that_the_broker_has_not_acknowledged() -> None:
    (outcome,) = await capture(delivery(), log=Log(fails=Unacknowledged("not acknowledged")))
    assert (outcome.status, outcome.receipt) == ("retry", None)


async def test_nothing_is_answered_before_the_broker_has() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await capture(delivery(), log=Log(silent=True))


async def test_a_call_that_is_cancelled_leaves_the_envelope_of_others_alone() -> None:
    log = Log(silent=True)
    shared: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
    log.offer = lambda event: shared  # type: ignore[method-assign]
    waiting = asyncio.ensure_future(capture(delivery(), log=log))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not shared.cancelled()


async def test_when_the_log_takes_nothing_the_call_as_a_whole_is_overloaded() -> None:
    with pytest.raises(Overloaded):
        await capture(delivery(), log=Log(room=0))


async def test_when_the_log_takes_a_part_the_rest_is_to_be_sent_again() -> None:
    outcomes = await capture(delivery(1), delivery(2), delivery(3), log=Log(room=2))
    assert statuses(outcomes) == ["accepted", "accepted", "retry"]


async def test_reports_held_in_memory_are_bounded_over_all_calls() -> None:
    log = Log(silent=True)
    report = delivery()
    bounded = door(log, LateRegistry(MANDATE), max_held_bytes=len(report.event) + 10)
    first = asyncio.ensure_future(bounded.capture([report], AGENT))
    await asyncio.sleep(0.01)
    with pytest.raises(Overloaded):
        await bounded.capture([report], AGENT)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    log.silent = False
    assert statuses(await bounded.capture([report], AGENT)) == ["accepted"]


async def test_one_event_over_the_limit_is_refused_and_its_neighbours_are_not() -> None:
    large = Report(delivery().event[:-1] + b',"suyuan:x":"' + b"x" * MAX_EVENT_BYTES + b'"}')
    outcomes = await capture(delivery(1), large, delivery(3))
    assert statuses(outcomes) == ["accepted", "rejected", "accepted"]
    assert outcomes[1].problems[0].code == "too-large"


async def test_a_call_of_too_many_items_is_refused() -> None:
    with pytest.raises(Rejected, match="at most 500"):
        await capture(*[delivery()] * 501)


async def test_who_reports_nothing_is_told_so_once() -> None:
    with pytest.raises(Unauthenticated):
        await capture(delivery(), who=Principal("", frozenset({"station"})))
    with pytest.raises(Unauthorised):
        await capture(delivery(), who=Principal(STATION, frozenset({"registrar"})))


async def test_the_record_carries_who_reported_it_when_and_by_which_clock() -> None:
    log = Log()
    report = delivery()
    await capture(Report(report.event, NOW_MS - 1000), log=log)
    (recorded,) = log.taken
    assert (recorded.capturer, recorded.record_time_ms, recorded.sent_time_ms) == (STATION, NOW_MS, NOW_MS - 1000)
    assert orjson.loads(recorded.event) == orjson.loads(report.event)


async def test_an_event_of_another_topic_is_refused_with_where_it_belongs() -> None:
    body = reports.inspection(event_id="urn:uuid:1", at=AT, lots={"urn:x:lot": None}, conformant=True, site=PLOT)
    (outcome,) = await capture(Report(orjson.dumps(body)))
    assert outcome.problems[0].code == "belongs-elsewhere"
    assert "quality" in outcome.problems[0].message
