"""A supply chain in raw EPCIS, as a stranger's system would write it: nothing of ours takes part.

Everything has a number of this stranger's own, so that many of them share one product. `spelling` says how identifiers
are written: Digital Links, EPC URNs, or URIs of the stranger's own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Literal

Spelling = Literal["link", "urn", "private"]
Event = dict[str, Any]
Amount = float | tuple[float, str] | None

_PREFIX = "9520777"
_START = datetime(2026, 9, 10, 6, 0, tzinfo=timezone(timedelta(hours=8)))
_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9.1: weights of 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


@dataclass
class Stranger:
    """`events` in the order in which they happened."""

    number: int
    spelling: Spelling = "link"
    events: list[Event] = field(default_factory=list)
    hour: float = 0

    # How things are called

    def lot(self, name: str, product: int = 1) -> str:
        item = f"{self.number % 10_000:04}{product}"
        if self.spelling == "private":
            return f"https://stranger.example/{self.number}/lot/{name}"
        if self.spelling == "urn":
            return f"urn:epc:class:lgtin:{_PREFIX}.0{item}.{name}"
        return f"https://id.gs1.org/01/{self._gtin(item)}/10/{name}"

    def box(self, serial: str | int, product: int = 9) -> str:
        item = f"{self.number % 10_000:04}{product}"
        if self.spelling == "private":
            return f"https://stranger.example/{self.number}/box/{serial}"
        if self.spelling == "urn":
            return f"urn:epc:id:sgtin:{_PREFIX}.0{item}.{serial}"
        return f"https://id.gs1.org/01/{self._gtin(item)}/21/{serial}"

    def pallet(self, serial: int) -> str:
        if self.spelling == "private":
            return f"https://stranger.example/{self.number}/pallet/{serial}"
        rest = f"{self.number % 10_000:04}{serial:05}"
        if self.spelling == "urn":
            return f"urn:epc:id:sscc:{_PREFIX}.0{rest}"
        digits = f"0{_PREFIX}{rest}"
        return f"https://id.gs1.org/00/{digits}{check_digit(digits)}"

    def place(self, number: int) -> str:
        if self.spelling == "private":
            return f"https://stranger.example/{self.number}/place/{number}"
        location = f"{number:05}"
        if self.spelling == "urn":
            return f"urn:epc:id:sgln:{_PREFIX}.{location}.0"
        digits = _PREFIX + location
        return f"https://id.gs1.org/414/{digits}{check_digit(digits)}"

    def _gtin(self, item: str) -> str:
        digits = f"0{_PREFIX}{item}"
        return digits + check_digit(digits)

    # What happens

    def pick(self, lot: str, amount: Amount, at: int = 1, **more: Any) -> Event:
        step = {"action": "ADD", "bizStep": "commissioning", "quantityList": amounts({lot: amount})}
        return self.add("ObjectEvent", at, **step, **more)

    def make(self, inputs: Mapping[str, Amount], outputs: Mapping[str, Amount], at: int = 2, **more: Any) -> Event:
        named = {"inputQuantityList": amounts(inputs), "outputQuantityList": amounts(outputs)}
        return self.add("TransformationEvent", at, **{k: v for k, v in named.items() if v}, **more)

    def pack(self, inputs: Mapping[str, Amount], boxes: Sequence[str], kg: float | None, at: int = 2) -> Event:
        """A lot into boxes with serials; each says what it weighs, where `kg` is given."""
        ilmd = {"ilmd": {"cbvmda:netWeight": f"{kg} KGM"}} if kg else {}
        return self.make(inputs, {}, at, outputEPCList=list(boxes), **ilmd)

    def put(self, parent: str, children: Sequence[str], at: int = 2, action: str = "ADD", **more: Any) -> Event:
        step = {"ADD": "packing", "DELETE": "unpacking"}.get(action, "inspecting")
        named = {"childEPCs": list(children)} if children else {}
        return self.add("AggregationEvent", at, action=action, bizStep=step, parentID=parent, **named, **more)

    def ship(self, things: Sequence[str], source: int, to: int, **more: Any) -> Event:
        ends = {
            "sourceList": [{"type": "location", "source": self.place(source)}],
            "destinationList": [{"type": "location", "destination": self.place(to)}],
        }
        return self.see("shipping", things, source, **{"disposition": "in_transit", **ends, **more})

    def receive(self, things: Sequence[str], at: int, **more: Any) -> Event:
        return self.see("receiving", things, at, bizLocation={"id": self.place(at)}, **more)

    def see(self, step: str, things: Sequence[str], at: int, action: str = "OBSERVE", **more: Any) -> Event:
        named = {"epcList": list(things)} if things else {}
        return self.add("ObjectEvent", at, action=action, bizStep=step, **named, **more)

    def add(self, type_: str, at: int, **fields: Any) -> Event:
        self.hour += 1
        event = {
            "type": type_,
            "eventTime": (_START + timedelta(hours=self.hour)).isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+08:00",
            "readPoint": {"id": self.place(at)},
            **fields,
        }
        self.events.append(event)
        return event

    def correct(self, wrong: Event, right: Event | None) -> Event:
        """Declares an event wrong that has an id; `right`, where given, is named as the one that stands instead."""
        ids = {"correctiveEventIDs": [right["eventID"]]} if right else {}
        declared = {**wrong, "errorDeclaration": {"declarationTime": "2026-09-30T08:00:00.000+08:00", **ids}}
        self.events.append(declared)
        return declared

    def reports(self, seed: int = 0) -> list[Event]:
        """All events, each twice, in any order."""
        reported = [event for event in self.events for _ in range(2)]
        Random(seed).shuffle(reported)
        return reported


def amounts(listed: Mapping[str, Amount]) -> list[dict[str, Any]]:
    return [{"epcClass": key, **_amount(amount)} for key, amount in listed.items()]


def _amount(amount: Amount) -> dict[str, Any]:
    if amount is None:
        return {}
    quantity, uom = amount if isinstance(amount, tuple) else (amount, "KGM")
    return {"quantity": quantity, "uom": uom} if uom else {"quantity": quantity}


def document(events: Sequence[Event], *context: Any) -> bytes:
    """An EPCISDocument as a program posts it."""
    body = {
        "@context": [_CONTEXT, *context],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-10-01T08:00:00.000+08:00",
        "epcisBody": {"eventList": list(events)},
    }
    return json.dumps(body).encode()
