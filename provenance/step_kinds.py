"""What kind of step an event is, in the words of the buyer's timeline: a table, tried from the top."""

from __future__ import annotations

from epcis.events import Event
from provenance.steps import APPLYING_INPUT, CERTIFYING, POOLING

_BY_STEP = {
    APPLYING_INPUT: "farm_input",
    CERTIFYING: "certificate",
    POOLING: "pooling",
    "inspecting": "inspection",
    "sampling": "sampling",
    "holding": "hold",
    "packing": "packing",
    "unpacking": "unpacking",
    "shipping": "shipping",
    "departing": "shipping",
    "consigning": "shipping",
    "receiving": "receiving",
    "arriving": "receiving",
    "accepting": "receiving",
    "storing": "storing",
    "stocking": "storing",
    "stock_taking": "stock_take",
    "cycle_counting": "stock_take",
    "sensor_reporting": "reading",
    "retail_selling": "sale",
    "dispensing": "sale",
    "destroying": "destroying",
    "decommissioning": "loss",
}
_HELD = {"recalled": "recall", "available": "release"}
_BY_SHAPE = {
    ("TransformationEvent", None): "transformation",
    ("ObjectEvent", "ADD"): "harvest",
    ("ObjectEvent", "DELETE"): "loss",
    ("AggregationEvent", "ADD"): "packing",
    ("AggregationEvent", "DELETE"): "unpacking",
}


def kind_of(event: Event) -> str:
    """One of the kinds `produce.v1.Step` lists; a returned thing that is received is a return.

    Serials that come into being as pieces of a lot are labelled; packing says what was put in.
    """
    if event.biz_step == "receiving" and event.disposition == "returned":
        return "return"
    named = _BY_STEP.get(event.biz_step or "")
    if named == "hold":
        return _HELD.get(event.disposition or "", named)
    if named:
        return named
    if event.commissions and event.item_lots:
        return "labelling"
    if "sensorElementList" in event.body and event.action == "OBSERVE":
        return "reading"
    return _BY_SHAPE.get((event.type, event.action), "other")
