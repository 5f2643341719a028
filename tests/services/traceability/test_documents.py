"""What an event can be found by, and what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epcis.documents import read_document
from epcis.events import Event
from services.traceability.handlers import sorted_out
from services.traceability.ports import Shelf
from services.traceability.store.documents import UnreadableEvent, document_of, keys_of, stored_event
from services.traceability.store.envelopes import events_of
from services.traceability.store.memory import MemoryEventStore
from services.traceability.store.names import names
from stream.receipts import Record
from tests.material import shared
from tests.services.traceability.events import GTIN, LOT, SSCC, aggregation, harvest, packing, shipping, stored
from wire.envelope import RecordedEvent, encode
from wire.errors import Rejected


def outside_events() -> Iterator[Any]:
    for folder in ("oracles/epcis/valid", "oracles/trace_back", "examples"):
        for path in sorted(shared(*folder.split("/")).glob("*.jsonld")):
            yield from (dict(event) for event in read_document(path.read_bytes()).events)


def test_the_fast_reading_of_names_agrees_with_the_event() -> None:
    bodies = [
        body | {"eventID": body.get("eventID", f"urn:uuid:{number}")} for number, body in enumerate(outside_events())
    ]
    assert len(bodies) > 50
    for body in bodies:
        assert {(name.role, name.key) for name in names(body)} == set(Event(body).keys), body


LOTS = st.sampled_from([LOT + letter for letter in "ABC"] + [f"urn:private:{n}" for n in range(3)])
BODIES = st.one_of(
    st.builds(harvest, st.just("h"), LOTS),
    st.builds(packing, st.just("p"), st.lists(LOTS, min_size=1), st.lists(LOTS, min_size=1)),
    st.builds(aggregation, st.just("a"), st.just(SSCC), st.lists(LOTS, min_size=1)),
    st.builds(shipping, st.just("s"), LOTS),
)


@given(BODIES)
def test_a_document_reads_back_as_the_event_it_was_made_of(body: dict[str, Any]) -> None:
    event = stored(body)
    document = document_of(event)
    assert stored_event(document) == event
    assert keys_of(document) == {key for _, key in event.parsed.keys}


def test_members_of_quantity_lists_are_marked_as_classes() -> None:
    body = packing("p", [LOT + "A"], [LOT + "B"]) | {"outputEPCList": [GTIN + "/21/1"]}
    marked = {key["k"]: key.get("c", False) for key in document_of(stored(body))["keys"]}
    assert (marked[LOT + "A"], marked[LOT + "B"], marked[GTIN + "/21/1"]) == (True, True, False)


def record(*events: bytes) -> Record:
    envelope = encode([RecordedEvent(event, bytes(32), 5, "https://id.gs1.org/417/9521234000006") for event in events])
    return Record("produce.harvest.v1", 2, 7, 0, None, envelope)


def test_each_event_of_a_record_carries_where_it_was_reported() -> None:
    (event,) = events_of(record(stored(harvest("h", LOT + "A")).event))
    first = event.first
    assert (first.topic, first.partition, first.offset, first.record_time_ms) == ("produce.harvest.v1", 2, 7, 5)


@pytest.mark.parametrize("value", [None, b"", b"\xff\xff", b"plain text"])
def test_a_record_that_is_no_envelope_is_bad_data(value: bytes | None) -> None:
    with pytest.raises(Rejected, match="envelope"):
        events_of(Record("produce.harvest.v1", 0, 0, 0, None, value))


@pytest.mark.parametrize("wrong", [b"{", b"[]", b"{}", b'"text"', b'{"eventID": 3, "type": 4, "eventTime": 5}'])
def test_what_can_be_read_of_a_record_is_sorted_out_from_what_cannot(wrong: bytes) -> None:
    good = stored(harvest("h", LOT + "A"))
    shelf = Shelf(events_of, document_of, MemoryEventStore())
    readable, problems = sorted_out(events_of(record(wrong, good.event)), shelf)
    assert [event.record_id for event in readable] == [good.record_id]
    assert len(problems) == 1
    assert problems[0].startswith("event 0 of the envelope")
    with pytest.raises(UnreadableEvent):
        document_of(events_of(record(wrong))[0])


def test_what_an_event_makes_is_found_by_its_number_alone_and_by_its_product() -> None:
    body = packing("p", inputs=[LOT + "A"], outputs=[LOT + "gra%2Fde1", LOT + "GRADE2"])
    assert {key["k"] for key in document_of(stored(body))["keys"] if key["k"][:1] == "#"} == {
        "#GRA/DE1",
        "#GRADE2",
        "# " + GTIN[-14:],
    }


def test_a_lot_that_only_its_labelled_items_name_is_found_by_its_number() -> None:
    body = {**harvest("h", LOT + "A"), "epcList": [GTIN + "/21/S1"], "ilmd": {"cbvmda:lotNumber": "L7"}}
    del body["quantityList"]
    numbers = {key["k"] for key in document_of(stored(body))["keys"] if key["k"][:1] == "#"}
    assert numbers == {"#S1", "#L7", "# " + GTIN[-14:]}


def test_the_lot_printed_on_boxes_of_a_run_is_found_by_its_number_and_that_of_what_went_in_is_not() -> None:
    link = f"https://shop.example{GTIN.removeprefix('https://id.gs1.org')}/10/OLD/21/S0"
    body = packing("p", inputs=[LOT + "A"], outputs=[]) | {
        "inputEPCList": [link],
        "outputEPCList": [GTIN + "/21/S1", GTIN + "/21/S2"],
        "ilmd": {"cbvmda:lotNumber": "Z7"},
    }
    keys = {key["k"]: key.get("of") for key in document_of(stored(body))["keys"] if key["k"][:1] == "#"}
    assert keys.keys() == {"#S1", "#S2", "#Z7", "# " + GTIN[-14:]}
    assert (keys["#Z7"], keys["# " + GTIN[-14:]]) == ([LOT + "Z7"], [LOT + "Z7"])


def test_what_an_event_only_handles_is_not_made_by_it() -> None:
    for body in (shipping("s", GTIN + "/21/1"), aggregation("a", SSCC, [LOT + "A"]), harvest("h", "urn:private:lot")):
        assert not [key for key in document_of(stored(body))["keys"] if key["k"][:1] == "#"]
