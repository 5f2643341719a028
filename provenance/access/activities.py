"""What an event is, as something people do: the words in which roles and mandates are given.

Owns the total table from (type, action, business step) to an activity. Leaves to `wire.routing` which topic it goes to.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from epcis.events import Event
from provenance import steps


class Activity(StrEnum):
    PICKING = "picking"
    FARM_INPUT = "farm inputs"
    SAMPLING = "sampling"
    INSPECTING = "inspections"
    CERTIFYING = "certificates"
    HOLDING = "holds"
    POOLING = "pooling"
    PROCESSING = "grading and processing"
    PACKING = "packing"
    STORING = "storing"
    DISPATCHING = "shipping"
    RECEIVING = "receiving"
    READING = "sensor readings"
    SELLING = "sales"
    LOSING = "losses"
    OTHER = "steps of other kinds"


_STEPS: Mapping[Activity, tuple[str, ...]] = {
    Activity.FARM_INPUT: (steps.APPLYING_INPUT,),
    Activity.SAMPLING: ("sampling",),
    Activity.INSPECTING: ("inspecting",),
    Activity.CERTIFYING: (steps.CERTIFYING,),
    Activity.HOLDING: ("holding",),
    Activity.POOLING: (steps.POOLING,),
    Activity.PROCESSING: ("commissioning", "creating_class_instance", "assembling", "disassembling", "repackaging"),
    Activity.PACKING: ("packing", "unpacking", "encoding"),
    Activity.STORING: ("storing", "stocking", "stock_taking", "cycle_counting", "picking", "staging_outbound"),
    Activity.DISPATCHING: ("shipping", "void_shipping", "consigning", "loading", "departing", "transporting"),
    Activity.RECEIVING: ("receiving", "accepting", "arriving", "unloading"),
    Activity.READING: ("sensor_reporting",),
    Activity.SELLING: ("retail_selling", "dispensing"),
    Activity.LOSING: ("destroying", "decommissioning"),
}
_OF_STEP: Mapping[str, Activity] = {step: activity for activity, listed in _STEPS.items() for step in listed}


def activity_of(event: Event) -> Activity:
    """Total: a step that is absent, private or in no list is OTHER, and a transformation without a step PROCESSING.

    New produce with a quantity is PICKING, as in the routing table (architecture.md, "Routing").
    """
    step = event.biz_step
    if step in ("commissioning", "creating_class_instance") and _brings_new_produce(event):
        return Activity.PICKING
    if step is None and event.type == "TransformationEvent":
        return Activity.PROCESSING
    return _OF_STEP.get(step or "", Activity.OTHER)


def _brings_new_produce(event: Event) -> bool:
    return event.type == "ObjectEvent" and event.action == "ADD" and bool(event.body.get("quantityList"))
