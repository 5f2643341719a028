"""Raw EPCIS events as somebody else would write them: short names become private URIs, nothing of ours is used."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from tests.provenance.reported import Body, reports

START = datetime(2026, 9, 10, tzinfo=timezone(timedelta(hours=8)))
Amount = float | tuple[float, str] | None


def uri(name: str) -> str:
    return name if ":" in name else f"urn:x:{name}"


def amounts(listed: Mapping[str, Amount]) -> list[dict[str, Any]]:
    return [{"epcClass": uri(name), **_amount(amount)} for name, amount in listed.items()]


def _amount(amount: Amount) -> dict[str, Any]:
    if amount is None:
        return {}
    quantity, uom = amount if isinstance(amount, tuple) else (amount, "KGM")
    return {"quantity": quantity, "uom": uom} if uom else {"quantity": quantity}


def event(type: str, hour: float, **fields: Any) -> dict[str, Any]:
    place = fields.pop("at", None)
    time = START + timedelta(hours=hour)
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": type,
        "eventTime": time.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+08:00",
        **({"readPoint": {"id": uri(place)}} if place else {}),
        **fields,
    }


def harvest(hour: float, lots: Mapping[str, Amount], **fields: Any) -> Body:
    return event("ObjectEvent", hour, action="ADD", bizStep="commissioning", quantityList=amounts(lots), **fields)


def made(hour: float, inputs: Mapping[str, Amount], outputs: Mapping[str, Amount], **fields: Any) -> Body:
    named: dict[str, Any] = {}
    if inputs:
        named["inputQuantityList"] = amounts(inputs)
    if outputs:
        named["outputQuantityList"] = amounts(outputs)
    for side in ("inputEPCList", "outputEPCList"):
        if side in fields:
            named[side] = [uri(epc) for epc in fields.pop(side)]
    return event("TransformationEvent", hour, **named, **fields)


def joined(hour: float, action: str, parent: str, *children: str, **fields: Any) -> Body:
    lots = fields.pop("lots", None)
    named: dict[str, Any] = {"childEPCs": [uri(child) for child in children]} if children else {}
    if lots:
        named["childQuantityList"] = amounts(lots)
    return event("AggregationEvent", hour, action=action, parentID=uri(parent), **named, **fields)


def seen(hour: float, step: str, *epcs: str, action: str = "OBSERVE", **fields: Any) -> Body:
    lots, to = fields.pop("lots", None), fields.pop("to", None)
    named: dict[str, Any] = {"epcList": [uri(epc) for epc in epcs]} if epcs else {}
    if lots:
        named["quantityList"] = amounts(lots)
    if to:
        named["destinationList"] = [{"type": "location", "destination": uri(to)}]
    return event("ObjectEvent", hour, action=action, bizStep=step, **named, **fields)


def back(name: str, *bodies: Body, capturer: str = "urn:x:me") -> History:
    return build_from(reports(bodies, capturer=capturer), trace_back([uri(name)]))


def forward(name: str, *bodies: Body) -> History:
    return build_from(reports(bodies), trace_forward([uri(name)]))


def shares(history: History) -> dict[str, str]:
    """Fractions by the lot's short name, as text."""
    return {share.lot.removeprefix("urn:x:"): str(share.fraction) for share in history.shares}


def holders(history: History) -> dict[str, str | None]:
    """Kilograms by the holder's short name, as text."""
    named = ((h.site or h.party).removeprefix("urn:x:") for h in history.holders)
    kilograms = (None if h.kilograms is None else str(h.kilograms) for h in history.holders)
    return dict(zip(named, kilograms, strict=True))


def gaps(history: History) -> set[tuple[str, str]]:
    return {(gap.code, gap.key.removeprefix("urn:x:")) for gap in history.gaps}
