"""What the one-machine store finds in an index: a query, and each later page of it, in a filter that is flat."""

import pytest

from services.traceability.events.query import EventQuery, Position, Range, match
from services.traceability.mongo.filter import filters_of

AFTER = Position(1_000, "ab" * 32)
QUERIES = {
    "everything": EventQuery(after=AFTER),
    "of a thing, in a time": EventQuery(
        matches=(match("MATCH_anyEPC", ["urn:x:thing"]),), event_time=Range(500, 2_000), after=AFTER
    ),
    "of a product": EventQuery(matches=(match("MATCH_epcClass", ["https://id.gs1.org/01/09521234543213/10/*"]),)),
    "lately recorded": EventQuery(record_time=Range(1), after=AFTER),
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_part_of_a_page_is_asked_for_below_or(name: str) -> None:
    filters = filters_of(QUERIES[name])
    assert not any("$or" in one for one in filters)


def test_what_stands_at_the_same_moment_comes_before_what_is_later() -> None:
    same, later = filters_of(EventQuery(event_time=Range(500, 2_000), after=AFTER))
    assert same == {"time": 1_000, "_id": {"$gt": AFTER.record_id}}
    assert later == {"time": {"$gte": 1_001, "$lt": 2_000}}


def test_a_position_outside_the_time_asked_for_does_not_widen_it() -> None:
    assert filters_of(EventQuery(event_time=Range(5_000), after=AFTER)) == ({"time": {"$gte": 5_000}},)


def test_several_names_are_asked_for_below_one_field_and_the_order_of_the_answer_first() -> None:
    matches = (match("MATCH_epcClass", ["urn:x:*", "urn:y:*"]), match("MATCH_anyEPC", ["urn:z:*"]))
    (wanted,) = filters_of(EventQuery(matches=matches, event_time=Range(1), record_time=Range(1)))
    assert list(wanted) == ["first.recorded", "time", "keys"]


def test_a_name_that_is_known_whole_comes_before_the_time() -> None:
    wanted = filters_of(EventQuery(matches=(match("MATCH_anyEPC", ["urn:x:thing"]),), after=AFTER))
    assert all(next(iter(one)) == "keys.k" for one in wanted)
