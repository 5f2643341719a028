"""Events and documents of an orchard, for tests: right as they come, changed by keyword; None leaves out."""

from __future__ import annotations

from typing import Any

CONTEXT: list[Any] = [
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    {"farm": "https://ns.example.org/farm/"},
]
LOT = "https://id.gs1.org/01/09521234000013/10/P0912"
GRADED = "https://id.gs1.org/01/09521234000013/10/G0912"
BOX = "https://id.gs1.org/01/09521234000020/21/BX0001"
PALLET = "https://id.gs1.org/00/095212340000000013"
ORCHARD = "https://id.gs1.org/414/9521234000068"

Json = dict[str, Any]


def document(*events: Json, **fields: Any) -> Json:
    body = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-12T20:00:00+08:00",
        "epcisBody": {"eventList": list(events)},
    }
    return _present({**body, **fields})


def query_document(*events: Json, **fields: Any) -> Json:
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(events)}}
    return document(**{"type": "EPCISQueryDocument", "epcisBody": {"queryResults": results}, **fields})


def event(kind: str, **fields: Any) -> Json:
    common = {"type": kind, "eventTime": "2026-09-12T08:30:00+08:00", "eventTimeZoneOffset": "+08:00"}
    return _present({**common, **fields})


def picked(**fields: Any) -> Json:
    lot = [{"epcClass": LOT, "quantity": 412.5, "uom": "KGM"}]
    return event("ObjectEvent", **{"action": "ADD", "bizStep": "commissioning", "quantityList": lot, **fields})


def graded(**fields: Any) -> Json:
    sides = {
        "inputQuantityList": [{"epcClass": LOT, "quantity": 412.5, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": GRADED, "quantity": 380, "uom": "KGM"}],
    }
    return event("TransformationEvent", **{"bizStep": "commissioning", **sides, **fields})


def packed(**fields: Any) -> Json:
    return event(
        "AggregationEvent", **{"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": [BOX], **fields}
    )


def mounted(**fields: Any) -> Json:
    logger = ["https://id.gs1.org/8004/9521234LOGGER7"]
    return event("AssociationEvent", **{"action": "ADD", "parentID": "urn:farm:truck:5", "childEPCs": logger, **fields})


def ordered(**fields: Any) -> Json:
    order = [{"type": "po", "bizTransaction": "urn:farm:order:77"}]
    return event("TransactionEvent", **{"action": "ADD", "bizTransactionList": order, "epcList": [BOX], **fields})


def measured(*reports: Json, **fields: Any) -> Json:
    readings = [{"sensorReport": list(reports) or [{"type": "Temperature", "value": 3.5, "uom": "CEL"}]}]
    where = {"readPoint": {"id": "urn:farm:room:3"}}
    return event(
        "ObjectEvent",
        **{"action": "OBSERVE", "bizStep": "sensor_reporting", "sensorElementList": readings, **where, **fields},
    )


def _present(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
