"""What a report does to the goods it names, step by step."""

import pytest

from epcis.events import Event
from provenance.graph.effects import effect
from provenance.steps import APPLYING_INPUT

TABLE = {
    ("OBSERVE", "shipping", "in_transit"): "sent",
    ("OBSERVE", "departing", "in_transit"): "sent",
    ("OBSERVE", "void_shipping", "in_progress"): "unsent",
    ("OBSERVE", "receiving", "in_progress"): "received",
    ("OBSERVE", "arriving", "in_progress"): "received",
    ("OBSERVE", "receiving", "returned"): "returned",
    ("OBSERVE", "storing", "in_progress"): "stored",
    ("OBSERVE", "stock_taking", "in_progress"): "counted",
    ("OBSERVE", "retail_selling", "retail_sold"): "sold",
    ("DELETE", "retail_selling", "retail_sold"): "sold",
    ("DELETE", "decommissioning", "inactive"): "lost",
    ("OBSERVE", "destroying", "destroyed"): "lost",
    ("OBSERVE", "shipping", "destroyed"): "lost",
    ("DELETE", APPLYING_INPUT, "inactive"): "used",
    ("OBSERVE", "inspecting", "in_progress"): "",
    ("ADD", "commissioning", "active"): "",
}


@pytest.mark.parametrize("said", TABLE, ids=lambda said: " ".join(said).rsplit("/", 1)[-1])
def test_every_account_reads_a_step_alike(said: tuple[str, str, str]) -> None:
    action, step, disposition = said
    body = {
        "type": "ObjectEvent",
        "eventID": "urn:uuid:e",
        "eventTime": "2026-09-12T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": action,
        "bizStep": step,
        "disposition": disposition,
        "epcList": ["https://id.gs1.org/01/09520001007026/21/1"],
    }
    assert effect(Event(body)) == TABLE[said]
