"""How the ledger's values are written in the store, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from provenance.label_link import LabelLink
from services.labels.domain import Issued, Order, Reservation, Series, Span
from services.labels.rolls import Part, Roll, RollOrder

Document = dict[str, Any]


def entry(reservation: Reservation) -> Document:
    """In the book of a lot, whose document names product and lot."""
    order = reservation.order
    written = {
        "request": order.request_id,
        "brand": order.brand,
        "count": order.count,
        "seed": reservation.seed,
        "reserved_ms": reservation.reserved_ms,
        "owner": reservation.owner,
        "event_ids": list(reservation.event_ids),
        "published": reservation.published,
        "net_g": reservation.net_g,
        "lot_g": reservation.lot_g,
        "act": reservation.act,
    }
    return written | ({"span": asdict(reservation.span)} if reservation.span else {})


def read_entry(written: Mapping[str, Any], *, gtin: str, lot: str) -> Reservation:
    """Entries of before there were rolls have neither grams nor act."""
    return Reservation(
        Order(written["request"], written["brand"], gtin, lot, written["count"]),
        bytes(written["seed"]),
        written["reserved_ms"],
        written["owner"],
        tuple(written["event_ids"]),
        written["published"],
        written.get("net_g", 0),
        written.get("lot_g", 0),
        written.get("act", "issued"),
        Span(**written["span"]) if "span" in written else None,
    )


def entries(book: Mapping[str, Any]) -> list[Reservation]:
    """Those of a lot's document."""
    return [read_entry(written, gtin=book["gtin"], lot=book["lot"]) for written in book["requests"]]


def row(series: Series, serial: str, place: int) -> Document:
    """One label."""
    of = {"roll": series.roll, "at": place} if series.roll else {"lot": series.lot}
    made = {"gtin": series.gtin, "brand": series.brand, "request": series.made_as, "issued_ms": series.made_ms}
    return {"_id": serial, **of, **made}


def read_row(written: Mapping[str, Any]) -> Issued:
    return Issued(
        LabelLink(written["gtin"], written.get("lot", ""), written["_id"], written.get("roll", "")),
        written["brand"],
        written["issued_ms"],
        written.get("lot", ""),
        written["request"],
        written.get("at", 0),
        written.get("void", ""),
    )


def roll_document(roll: Roll) -> Document:
    order = roll.order
    return {
        "_id": order.roll,
        "request": order.request_id,
        "brand": order.brand,
        "gtin": order.gtin,
        "count": order.count,
        "seed": roll.seed,
        "owner": roll.owner,
        "printed_ms": roll.printed_ms,
        "published": roll.published,
        "parts": [_part(part) for part in roll.parts],
        "version": roll.version,
    }


def read_roll(written: Mapping[str, Any]) -> Roll:
    return Roll(
        RollOrder(written["request"], written["brand"], written["gtin"], written["count"]),
        bytes(written["seed"]),
        written["owner"],
        written["printed_ms"],
        written["published"],
        tuple(_read_part(part, gtin=written["gtin"]) for part in written["parts"]),
        written["version"],
    )


def _part(part: Part) -> Document:
    lot, entered = part.reservation.order.lot, entry(part.reservation)
    return {"lot": lot, "entry": entered, "first": part.first, "last": part.last, "settled": part.settled}


def _read_part(written: Mapping[str, Any], *, gtin: str) -> Part:
    reservation = read_entry(written["entry"], gtin=gtin, lot=written["lot"])
    return Part(reservation, written["first"], written["last"], written["settled"])
