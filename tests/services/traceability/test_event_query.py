"""A query as it comes over the wire."""

from dataclasses import asdict, replace

from produce.v1 import traceability_pb2 as pb

from services.portal.epcis_door.event_query import read_query
from services.traceability.events.query import EventQuery, Position, Range, match
from services.traceability.events.rpc import event_query
from services.traceability.store.memory import MemoryEventStore
from tests.services.traceability.events import LOT, harvest, stored


def test_a_time_of_1970_is_a_bound_and_an_absent_one_is_open() -> None:
    asked = read_query([("LT_eventTime", "1970-01-01T00:00:00Z"), ("GE_recordTime", "1970-01-01T00:00:00Z")])
    query = event_query(pb.QueryEventsRequest(**asdict(asked)))
    assert (query.event_time, query.record_time) == (Range(None, 0), Range(0, None))
    assert event_query(pb.QueryEventsRequest()).event_time.is_open


async def test_a_token_that_was_made_up_shows_nothing_that_the_query_does_not() -> None:
    """Nobody signs it: it says where to go on, and what is asked for and who asks come with it each time (ADR 0119)."""
    store = MemoryEventStore()
    mine = [stored(harvest(f"m{n}", LOT + "MINE", minute=n)) for n in range(5)]
    others = [stored(harvest(f"o{n}", LOT + "OTHER", minute=n)) for n in range(5)]
    await store.record([*mine, *others])
    query = EventQuery(matches=(match("MATCH_anyEPCClass", [LOT + "MINE"]),))
    times = (mine[0].parsed.time_ms - 1, mine[2].parsed.time_ms, 10**18 - 1, 1 - 10**18)
    for at in [
        *((ms, id_) for ms in times for id_ in ("0" * 64, "f" * 64)),
        (others[2].parsed.time_ms, others[2].record_id),
    ]:
        made_up = Position.of_token(Position(*at).token)
        assert set((await store.query(replace(query, after=made_up))).events) <= set(mine)
