"""Reports on the way to the buyer: stored, shipped, measured, received, sold. None of them renames a lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from provenance.reports.event_json import (
    Json,
    Lots,
    amounts,
    ends,
    event,
    instant,
    number,
    papers,
    place,
    present,
    texts,
)


def storing(*, event_id: str, at: datetime, room: str, items: Sequence[str] = (), lots: Lots | None = None) -> Json:
    """Goods put into a room; they are there until something else is reported of them."""
    return _moved(event_id, at, "storing", "in_progress", items, lots, site=room)


def stock_take(*, event_id: str, at: datetime, site: str, lots: Lots) -> Json:
    """What was counted or weighed of lots at a site: all of each that is there, on pallets too."""
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="OBSERVE",
        bizStep="stock_taking",
        quantityList=amounts(lots),
        readPoint=place(site),
        bizLocation=place(site),
    )


def shipment(
    *,
    event_id: str,
    at: datetime,
    from_site: str,
    to_site: str | None = None,
    from_party: str | None = None,
    to_party: str | None = None,
    carrier: str | None = None,
    items: Sequence[str] = (),
    lots: Lots | None = None,
    despatch_advice: str | None = None,
) -> Json:
    """Goods leave a site for another; `carrier` has them in hand meanwhile."""
    return _moved(
        event_id, at, "shipping", "in_transit", items, lots,
        readPoint=place(from_site),
        sourceList=ends("source", location=from_site, owner=from_party, holder=carrier),
        destinationList=ends("destination", location=to_site, owner=to_party),
        bizTransactionList=papers(("desadv", despatch_advice)),
    )  # fmt: skip


def receipt(
    *,
    event_id: str,
    at: datetime,
    site: str,
    from_site: str | None = None,
    from_party: str | None = None,
    to_party: str | None = None,
    items: Sequence[str] = (),
    lots: Lots | None = None,
    receiving_advice: str | None = None,
) -> Json:
    """Goods arrive at a site."""
    return _moved(
        event_id, at, "receiving", "in_progress", items, lots, site=site,
        sourceList=ends("source", location=from_site, owner=from_party),
        destinationList=ends("destination", location=site, owner=to_party),
        bizTransactionList=papers(("recadv", receiving_advice)),
    )  # fmt: skip


def reading(
    *,
    event_id: str,
    start: datetime,
    end: datetime,
    device: str,
    mean_c: Decimal,
    min_c: Decimal | None = None,
    max_c: Decimal | None = None,
    humidity_percent: Decimal | None = None,
    goods: Sequence[str] = (),
    site: str | None = None,
    alarm: bool = False,
) -> Json:
    """What a logger measured from start to end, on a pallet or truck (`goods`) or in a room (`site`)."""
    temperature = present(
        {
            "type": "Temperature",
            "meanValue": number(mean_c),
            "minValue": None if min_c is None else number(min_c),
            "maxValue": None if max_c is None else number(max_c),
            "uom": "CEL",
            "exception": "ALARM_CONDITION" if alarm else None,
        }
    )
    measured = [temperature]
    if humidity_percent is not None:
        measured.append({"type": "RelativeHumidity", "meanValue": number(humidity_percent), "uom": "P1"})
    metadata = {"startTime": instant(start), "endTime": instant(end), "deviceID": device}
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=end,
        action="OBSERVE",
        bizStep="sensor_reporting",
        epcList=texts(goods),
        readPoint=place(site),
        sensorElementList=[{"sensorMetadata": metadata, "sensorReport": measured}],
    )


def sale(
    *,
    event_id: str,
    at: datetime,
    site: str,
    items: Sequence[str] = (),
    lots: Lots | None = None,
    order: str | None = None,
) -> Json:
    """Sold to a consumer at a shop, or sent to one; `order` is a hash, never the order itself."""
    return _moved(
        event_id, at, "retail_selling", "retail_sold", items, lots, site=site,
        action="DELETE",
        bizTransactionList=papers(("po", order)),
    )  # fmt: skip


def parcel(
    *,
    event_id: str,
    at: datetime,
    site: str,
    items: Sequence[str],
    order: str,
    waybill: str | None = None,
    courier: str | None = None,
) -> Json:
    """Boxes sold online and handed to a courier for one consumer, each by its serial: custody ends here.

    `order` and `waybill` are hashes (`provenance.parcels`), never the numbers. Raises ValueError where no box is named.
    """
    if not items:
        raise ValueError("items: a parcel holds boxes with serials; name at least one")
    return _moved(
        event_id, at, "retail_selling", "retail_sold", items, None, site=site,
        action="DELETE",
        destinationList=ends("destination", holder=courier),
        bizTransactionList=papers(("po", order), ("bol", waybill)),
    )  # fmt: skip


def returned(
    *,
    event_id: str,
    at: datetime,
    site: str,
    items: Sequence[str] = (),
    lots: Lots | None = None,
    order: str | None = None,
    reason: str = "",
) -> Json:
    """Goods that were sold or refused at the door are back at a site, and may be sold again or destroyed there."""
    return _moved(
        event_id, at, "receiving", "returned", items, lots, site=site,
        bizTransactionList=papers(("rma", order)),
        **{"suyuan:reason": reason},
    )  # fmt: skip


def _moved(
    event_id: str, at: datetime, step: str, disposition: str, items: Sequence[str], lots: Lots | None,
    *, site: str | None = None, action: str = "OBSERVE", **fields: Any,
) -> Json:  # fmt: skip
    """What happened to goods on their way, at a site where they then are."""
    here = {"readPoint": place(site), "bizLocation": place(site)} if site else {}
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action=action,
        bizStep=step,
        disposition=disposition,
        epcList=texts(items),
        quantityList=amounts(lots or {}),
        **here,
        **fields,
    )
