"""One EPCIS event as the rest of the product sees it: a typed, read-only view of the JSON that was reported.

Owns the reading of an event's *names* (what it speaks of, and in which role) and amounts. Leaves to others whether the
event is valid (`epcis.validation`), which id it has (`epcis.event_id`) and what it means (`provenance`).
The body is never changed, so fields this product does not know survive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote

from epcis import readings
from epcis.computed_once import cached_property
from epcis.identifiers import canonical, whole_place
from epcis.vocabulary import bare_word

Role = Literal[
    "object",
    "in",
    "out",
    "parent",
    "child",
    "transformation",
    "site",
    "device",
    "certificate",
    "event",
    "corrective",
    "lot",
    "applied",
    "picked",
    "reading",
    "joined",
    "within",
    "emptied",
    "declared",
    "tested",
    "recall",
]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing an event names: canonical key, and how much of it where the event says so (EPCIS 2.0, 7.3.3.3).

    `of_class` where it stands in a quantity list: some of a class or lot, not one thing.
    """

    key: str
    quantity: Decimal | None = None
    uom: str | None = None
    of_class: bool = False


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """That an earlier report with the same event id is wrong (EPCIS 2.0, 7.4.1.3)."""

    declared_ms: int
    reason: str | None
    corrective_event_ids: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """A validated event. `body` is the JSON object as accepted, its own ``@context`` and ``eventID`` included."""

    body: Mapping[str, Any]

    @cached_property
    def type(self) -> str:
        return str(self.body["type"])

    @cached_property
    def event_id(self) -> str:
        return str(self.body["eventID"])

    @cached_property
    def action(self) -> str | None:
        return self.body.get("action")

    @cached_property
    def biz_step(self) -> str | None:
        """The bare CBV word, or the private URI as reported."""
        return bare_word(self.body.get("bizStep"))

    @cached_property
    def disposition(self) -> str | None:
        return bare_word(self.body.get("disposition"))

    @property
    def offset(self) -> str:
        """The local offset as reported, for showing the time as it was on the reporter's clock."""
        return str(self.body["eventTimeZoneOffset"])

    @cached_property
    def time_ms(self) -> int:
        """Event time as milliseconds since 1970 UTC; order is by instant, never by the text."""
        return milliseconds(self.body["eventTime"])

    @cached_property
    def read_point(self) -> str | None:
        return _place(self.body.get("readPoint"))

    @cached_property
    def biz_location(self) -> str | None:
        return _place(self.body.get("bizLocation"))

    @cached_property
    def parent(self) -> str | None:
        return _key(self.body.get("parentID"))

    @cached_property
    def transformation(self) -> str | None:
        return _key(self.body.get("transformationID"))

    @cached_property
    def objects(self) -> tuple[Item, ...]:
        """What an Object or Transaction event speaks of."""
        return self._items("epcList", "quantityList")

    @cached_property
    def children(self) -> tuple[Item, ...]:
        return self._items("childEPCs", "childQuantityList")

    @cached_property
    def inputs(self) -> tuple[Item, ...]:
        return self._items("inputEPCList", "inputQuantityList")

    @cached_property
    def outputs(self) -> tuple[Item, ...]:
        return self._items("outputEPCList", "outputQuantityList")

    @cached_property
    def items_by_key(self) -> Mapping[str, Sequence[Item]]:
        """All of these, in this order, by key: an event may name thousands, and be asked about each."""
        found: dict[str, list[Item]] = {}
        for item in (*self.objects, *self.children, *self.inputs, *self.outputs):
            found.setdefault(item.key, []).append(item)
        return found

    @cached_property
    def object_keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.objects)

    @cached_property
    def input_keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.inputs)

    @cached_property
    def output_keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.outputs)

    @cached_property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """(kind, id) of each source: owning_party, possessing_party or location (CBV 2.0, 7.4)."""
        listed = self.body.get("sourceList", ())
        return tuple([(str(bare_word(s["type"])), canonical(s["source"])) for s in listed])

    @cached_property
    def destinations(self) -> tuple[tuple[str, str], ...]:
        listed = self.body.get("destinationList", ())
        return tuple([(str(bare_word(d["type"])), canonical(d["destination"])) for d in listed])

    @cached_property
    def transactions(self) -> tuple[tuple[str | None, str], ...]:
        """(kind or None, id) of each business transaction."""
        listed = self.body.get("bizTransactionList", ())
        return tuple([(bare_word(t.get("type")), canonical(t["bizTransaction"])) for t in listed])

    @cached_property
    def certificates(self) -> tuple[str, ...]:
        """Certificates this event rests on: `certificationInfo`, and business transactions of type cert."""
        if "certificationInfo" not in self.body and "bizTransactionList" not in self.body:
            return ()
        info = self.body.get("certificationInfo", ())
        named = [info] if isinstance(info, str) else list(info)
        named += [t for kind, t in self.transactions if kind == "cert"]
        return tuple(dict.fromkeys(canonical(c) for c in named))

    @cached_property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(readings.devices(self.body))) if "sensorElementList" in self.body else ()

    @cached_property
    def only_reads(self) -> bool:
        """Whether it says nothing but what sensors measured."""
        return readings.only_reads(self.body)

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """Every thing, place and device that what it measured is said of."""
        return tuple(dict.fromkeys((*(item.key for item in self.objects), *self.places, *self.devices)))

    @cached_property
    def error_declaration(self) -> ErrorDeclaration | None:
        declared = self.body.get("errorDeclaration")
        if declared is None:
            return None
        return ErrorDeclaration(
            milliseconds(declared["declarationTime"]),
            bare_word(declared.get("reason")),
            tuple(declared.get("correctiveEventIDs", ())),
        )

    @cached_property
    def commissions(self) -> bool:
        """Whether things come into being here without being made of others: ObjectEvent with ADD."""
        return self.type == "ObjectEvent" and self.action == "ADD"

    @cached_property
    def item_lots(self) -> tuple[tuple[str, str], ...]:
        """(item, lot) of each serialised item that is named here with its lot (CBV 2.0, 8.9.2 and 9.3), in any list.

        The canonical name of an item has GTIN and serial, that of a lot GTIN and lot; what ties the one to the other is
        the lot in the item's Digital Link as reported, else, of what came into being here, the lot number in the ILMD.
        """
        found = {canonical(epc): lot for epc in self._instances() if "/10/" in epc and (lot := _lot_in_link(epc))}
        made = (*self.outputs, *(self.objects if self.commissions else ())) if "ilmd" in self.body else ()
        items = [item.key for item in made if "/21/" in item.key and not item.of_class]
        number = _lot_number(self.body["ilmd"]) if items else None
        for item in items if number else ():
            found.setdefault(item, _lot_of(item, str(number)))
        return tuple(found.items())

    def _instances(self) -> Iterator[str]:
        for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
            if name in self.body:
                yield from self.body[name]
        if "parentID" in self.body:
            yield self.body["parentID"]

    @cached_property
    def lot_keys(self) -> tuple[str, ...]:
        """Where these are found by who has their lot: under `items_of` it; what commissions or inspects items, under it
        too, for that says something of the lot."""
        if not self.item_lots:
            return ()
        lots = dict.fromkeys(lot for _, lot in self.item_lots)
        of_the_lot = self.commissions or self.biz_step == "inspecting"
        return (*(lots if of_the_lot else ()), *map(items_of, lots))

    @property
    def applied_keys(self) -> tuple[str, ...]:
        """Where a spray or fertiliser is found by who has the plot it was used on: under `applied_to` it. A declaration
        is found by what it declares wrong alone, for anybody may make one."""
        if self.read_point is None or self.error_declaration or not applies_input(self.body):
            return ()
        return (applied_to(self.read_point),)

    @property
    def picked_keys(self) -> tuple[str, ...]:
        """Where fruit is found by who has the plot it was picked on: under `picked_on` it in that year; as above."""
        if self.read_point is None or self.error_declaration or not picks(self.body):
            return ()
        return (picked_on(self.read_point, self.body["eventTime"][:4]),)

    @property
    def tested_keys(self) -> tuple[str, ...]:
        """Where an inspection of items that it names without their lot is found by who has their product: under
        `tested` it in that year."""
        if self.biz_step != "inspecting":
            return ()
        bare = (item.key for item in self.objects if "/21/" in item.key and item.key not in self.lots_by_item)
        return tuple(dict.fromkeys(tested(key, self.body["eventTime"][:4]) for key in bare))

    @property
    def joined_keys(self) -> tuple[str, ...]:
        """Where a logger or a part is found by who has the room or truck it was joined to: under `joined_to` it; and
        what it was joined to by who has the part."""
        if self.type != "AssociationEvent" or not self.parent:
            return ()
        parts = [item.key for item in self.children if not item.of_class and "/00/" not in item.key]
        found = [self.parent] if parts or not self.children else []
        return tuple(map(joined_to, (*found, *filter(is_container, parts))))

    @property
    def within_keys(self) -> tuple[str, ...]:
        """Where a container is found by who asks what it was in: under `put_in` it, apart from what was in it."""
        if self.type not in JOINING:
            return ()
        return tuple(put_in(item.key) for item in self.children if not item.of_class and is_container(item.key))

    @property
    def emptied_keys(self) -> tuple[str, ...]:
        """Where the end of all that stood in a place is found: under `emptied` it, apart from all its traffic."""
        all_of_it = self.type in JOINING and self.action == "DELETE" and not self.children
        return (emptied(self.parent),) if all_of_it and self.parent and is_place(self.parent) else ()

    @cached_property
    def lots_by_item(self) -> Mapping[str, Sequence[str]]:
        """`item_lots` by item."""
        found: dict[str, list[str]] = {}
        for item, lot in self.item_lots:
            found.setdefault(item, []).append(lot)
        return found

    @cached_property
    def items_by_lot(self) -> Mapping[str, Sequence[str]]:
        """`item_lots` by lot."""
        found: dict[str, list[str]] = {}
        for item, lot in self.item_lots:
            found.setdefault(lot, []).append(item)
        return found

    @cached_property
    def keys(self) -> tuple[tuple[Role, str], ...]:
        """Every (role, canonical key) the event can be found by, each once; what only reads sensors, by day."""
        return tuple(dict.fromkeys(self._reading_keys() if self.only_reads else self._keys()))

    @cached_property
    def found_by(self) -> tuple[str, ...]:
        """These keys without their roles, each once."""
        return tuple(dict.fromkeys([key for _, key in self.keys]))

    def _reading_keys(self) -> Iterator[tuple[Role, str]]:
        for role, key in self._keys():
            yield role, readings.readings_of(key) if role in _MEASURED else key
        yield from (("reading", name) for name in readings.names_by_day(self.body, self.measured))

    def _keys(self) -> list[tuple[Role, str]]:
        """Lists, and each role asked only of what may have it: this is done for every event that is read."""
        found: list[tuple[Role, str]] = [("event", self.event_id)]
        found += [("object", item.key) for item in self.objects]
        found += [("child", item.key) for item in self.children]
        found += [("in", item.key) for item in self.inputs]
        found += [("out", item.key) for item in self.outputs]
        if self.parent:
            found.append(("parent", self.parent))
        if self.transformation:
            found.append(("transformation", self.transformation))
        found += [("site", place) for place in self.places]
        found += [("lot", key) for key in self.lot_keys]
        found += [(role, key) for role, keys in self._rarer() for key in keys]
        return found

    def _rarer(self) -> Iterator[tuple[Role, Iterable[str]]]:
        if not _RARE.isdisjoint(self.body):
            yield from (("device", self.devices), ("certificate", self.certificates))
        if self.type in JOINING:
            yield from (("joined", self.joined_keys), ("within", self.within_keys), ("emptied", self.emptied_keys))
        else:
            yield from (("picked", self.picked_keys), ("tested", self.tested_keys))
        yield "applied", self.applied_keys
        if recalls(self.body):
            yield "recall", (RECALLS,)
        if self.error_declaration:
            yield "declared", (declared(self.event_id),)
            yield "corrective", self.error_declaration.corrective_event_ids

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Read point, business location, and the locations it came from or goes to."""
        ends = [id_ for kind, id_ in (*self.sources, *self.destinations) if kind == "location"]
        return tuple(dict.fromkeys([p for p in (self.read_point, self.biz_location, *ends) if p]))

    def _items(self, epcs: str, quantities: str) -> tuple[Item, ...]:
        listed = [Item(canonical(epc)) for epc in self.body.get(epcs, ())]
        listed += [_quantity(element) for element in self.body.get(quantities, ())]
        return tuple(listed)


def milliseconds(text: str) -> int:
    """An EPCIS time (ISO 8601 with zone) as milliseconds since 1970 UTC. Raises ValueError on anything else."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return round(instant.timestamp() * 1000)


def _quantity(element: Mapping[str, Any]) -> Item:
    amount = element.get("quantity")
    # Through the text, so that 1250.5 is exactly 1250.5 kg and not its binary neighbour.
    quantity = None if amount is None else Decimal(str(amount))
    return Item(canonical(element["epcClass"]), quantity, element.get("uom"), True)


_MEASURED: frozenset[Role] = frozenset({"object", "site", "device"})
"""Roles in which what only reads sensors names what it measured."""

ITEMS = "#items"


def items_of(lot: str) -> str:
    """The key beside a lot's own under which its items are found where they are named.

    A key of its own, because a lot has thousands of boxes, each scanned many times: where a box came from must not
    read about all the others.
    """
    return lot + ITEMS


_APPLYING_INPUT = "BizStep-applying_input"
_APPLIED = "#applied"


def applied_to(plot: str) -> str:
    """The key beside a plot's own under which what was used on it is found.

    A key of its own, because every delivery of every year names the plot: when it was last sprayed must not read those.
    That of the whole, where a GLN has an extension (AI 254): a spray on one part says something of the others.
    """
    return whole_place(plot) + _APPLIED


def declared(event_id: str) -> str:
    """The key under which those reports are found that declare an event wrong, and not the event."""
    return event_id + "#declared"


_RARE = frozenset({"sensorElementList", "certificationInfo", "bizTransactionList"})
"""Fields in which devices and certificates are named."""

JOINING = frozenset({"AggregationEvent", "AssociationEvent"})
"""What puts things into others and takes them out."""


def joined_to(asset: str) -> str:
    """The key beside an asset's own under which what was joined to it is found: of a room, beside its whole traffic.

    Pallets and lots that were joined to it are left out: in ten years a room has a hundred thousand.
    """
    return asset + "#joined"


def put_in(container: str) -> str:
    """The key beside a container's own under which what it was put into itself is found, and taken out of."""
    return container + "#within"


def is_container(key: str) -> bool:
    """Whether one thing may be filled over and over: anything but an item of a product, which is used once."""
    return "/01/" not in key


def emptied(place: str) -> str:
    """The key under which those reports are found that all that was put into a place is out of it."""
    return place + "#emptied"


def is_place(key: str) -> bool:
    return "/414/" in key


def applies_input(body: Mapping[str, Any]) -> bool:
    """Whether a farm input is used up here: by the end of the step's name, whatever namespace it is written in."""
    return str(body.get("bizStep", "")).endswith(_APPLYING_INPUT)


_PICKED = "#picked-"


def tested(item_or_lot: str, year: str) -> str:
    """The key beside its product's own under which inspections of items that are named without their lot are found."""
    product = item_or_lot.partition("/21/")[0].partition("/10/")[0]
    return f"{product}#tested{year}"


def picked_on(plot: str, year: str) -> str:
    """The key beside a plot's own under which what was picked there in a year is found.

    Of a year, because trees stand for decades; a key of its own, because much else happens at a place. That of the
    whole, where a GLN has an extension: the trees of a part bear no more for being named apart.
    """
    return f"{whole_place(plot)}{_PICKED}{year}"


def picks(body: Mapping[str, Any]) -> bool:
    """Whether new produce with a quantity comes into being here, as the routing of harvests has it."""
    if body.get("action") != "ADD" or body["type"] != "ObjectEvent" or not body.get("quantityList"):
        return False
    return bare_word(body.get("bizStep")) in ("commissioning", "creating_class_instance")


RECALLS = "#recalls"
"""The key under which every report is found that recalls something."""


def recalls(body: Mapping[str, Any]) -> bool:
    """Whether a report recalls what it names; a disposition counts whatever step it came with (CBV 2.0: recalled)."""
    if bare_word(body.get("disposition")) == "recalled":
        return True
    return "persistentDisposition" in body and "recalled" in set_lastingly(body)


def set_lastingly(body: Mapping[str, Any], how: Literal["set", "unset"] = "set") -> frozenset[str]:
    """Bare words of the persistent dispositions that are set, or unset."""
    words = body.get("persistentDisposition", {}).get(how, ())
    return frozenset(word.rsplit("-", 1)[-1].rsplit(":", 1)[-1] for word in words)


def _lot_in_link(epc: str) -> str | None:
    """The lot of an item whose Digital Link has both: /01/…/10/…/21/…"""
    if "/10/" not in epc or "/21/" not in epc:
        return None
    before = epc.partition("?")[0].rpartition("/21/")[0]
    lot = canonical(before)
    return lot if lot.startswith("https://id.gs1.org/01/") and "/10/" in lot else None


def _lot_of(item: str, number: str) -> str:
    return canonical(f"{item.partition('/21/')[0]}/10/{number}")


def _lot_number(ilmd: Any) -> str | None:
    """The lot number, whatever prefix its name has; percent-escaped as in a Digital Link."""
    named = ilmd.items() if isinstance(ilmd, Mapping) else ()
    found = (value for name, value in named if name.rsplit(":", 1)[-1].rsplit("#", 1)[-1] == "lotNumber")
    return next((quote(value, safe="") for value in found if isinstance(value, str) and value), None)


def _place(element: Mapping[str, Any] | None) -> str | None:
    return None if element is None else canonical(element["id"])


def _key(text: str | None) -> str | None:
    return None if text is None else canonical(text)
