"""Small events for tests of the store: valid, canonical, one field of meaning each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from epcis.event_id import content_hash, recorded_bytes
from provenance.standing import First
from services.traceability.ports import StoredEvent

GTIN = "https://id.gs1.org/01/09521234543213"
LOT = GTIN + "/10/"
SSCC = "https://id.gs1.org/00/095212341234567891"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://ns.example.com/"}]

Body = dict[str, Any]


def stored(body: Body, first: First | None = None) -> StoredEvent:
    """As the projector would store it."""
    first = first or First(1_700_000_000_000, "produce.shipping.v1", 0, 0, "https://id.gs1.org/417/9521234000006")
    return StoredEvent.of(recorded_bytes(body), content_hash(body), first)


def harvest(name: str, lot: str, *, minute: int = 0, kilograms: float = 100) -> Body:
    return {
        **_event("ObjectEvent", name, f"08:{minute:02}"),
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": "https://suyuan.example/plot/1"},
        "quantityList": [_kilograms(lot, kilograms)],
    }


def packing(name: str, inputs: Sequence[str], outputs: Sequence[str], kilograms: float = 100) -> Body:
    return {
        **_event("TransformationEvent", name, "10:00"),
        "bizStep": "commissioning",
        "inputQuantityList": [_kilograms(lot, kilograms) for lot in inputs],
        "outputQuantityList": [_kilograms(lot, kilograms) for lot in outputs],
    }


def aggregation(name: str, parent: str, lots: Sequence[str], action: str = "ADD") -> Body:
    return {
        **_event("AggregationEvent", name, "11:00"),
        "action": action,
        "bizStep": "packing",
        "parentID": parent,
        "childQuantityList": [_kilograms(lot, 10) for lot in lots],
    }


def shipping(name: str, epc: str) -> Body:
    return {
        **_event("ObjectEvent", name, "12:00"),
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "epcList": [epc],
    }


def recalling(name: str, lot: str) -> Body:
    return {
        **_event("ObjectEvent", name, "13:00"),
        "action": "OBSERVE",
        "bizStep": "holding",
        "disposition": "recalled",
        "quantityList": [{"epcClass": lot}],
    }


def _event(kind: str, name: str, clock: str) -> Body:
    return {
        "@context": CONTEXT,
        "eventID": f"urn:uuid:{name}",
        "type": kind,
        "eventTime": f"2026-09-12T{clock}:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
    }


def _kilograms(lot: str, amount: float) -> Body:
    return {"epcClass": lot, "quantity": amount, "uom": "KGM"}
