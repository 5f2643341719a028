"""A query as it comes over the wire."""

from dataclasses import asdict

from produce.v1 import traceability_pb2 as pb

from services.portal.epcis_door.event_query import read_query
from services.traceability.events.query import Range
from services.traceability.events.rpc import event_query


def test_a_time_of_1970_is_a_bound_and_an_absent_one_is_open() -> None:
    asked = read_query([("LT_eventTime", "1970-01-01T00:00:00Z"), ("GE_recordTime", "1970-01-01T00:00:00Z")])
    query = event_query(pb.QueryEventsRequest(**asdict(asked)))
    assert (query.event_time, query.record_time) == (Range(None, 0), Range(0, None))
    assert event_query(pb.QueryEventsRequest()).event_time.is_open
