"""What would be typed to make an event: the inverse of `command_events`, one row a command.

A number alone where the form knows the rest. Whether it says all of the event is for `read_back` to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from epcis.events import Event, Item
from epcis.identifiers import canonical
from provenance.certificates.schemes import scheme_of
from provenance.days import CHINA
from provenance.graph.runs import RUN_CLOSED
from provenance.steps import substance
from provenance.weights import stated_net_weight
from services.portal.reporting.quality_fields import PROPERTIES
from services.portal.reporting.typed import last_day, plain
from services.portal.reporting.understood import unit_sign
from services.portal.telling.naming import short

Given = dict[str, Any]


def _delivery(event: Event, base: str) -> Given:
    if len(event.objects) != 1:
        return {}
    (item,) = event.objects
    gross, tare, each = _said(event, "grossKg"), _said(event, "tareKg"), _said(event, "crateKg")
    crates = _said(event, "crates") or Decimal(0)
    cart = None if tare is None else tare - crates * (each or Decimal(0))
    unit = str(event.body.get("ilmd", {}).get("suyuan:weighedIn", "")) or "kg"
    return {
        **_product(item.key),
        **_usual(event, base, "bizLocation"),
        "plot": _code(event.read_point, "plot", base),
        "grower": _code(dict(event.sources).get("owning_party"), "grower", base),
        "unit": unit,
        "gross": _in_unit(gross if gross is not None else item.quantity or Decimal(0), unit),
        "tare": _in_unit(cart, unit) if cart else "",
        "crates": plain(crates) if crates else "",
        "crate_weight": "" if each is None else _in_unit(each, unit),
        "lot": _lot(item.key, item.key),
    }


def _pooling(event: Event, base: str) -> Given:
    if len(event.outputs) != 1:
        return {}
    (output,) = event.outputs
    is_sum = output.quantity == sum(item.quantity or Decimal(0) for item in event.inputs)
    return {
        **_product(output.key),
        **_usual(event, base),
        "inputs": _rows(event.inputs, output.key),
        "output": _lot(output.key, output.key),
        "output_mass": "" if output.quantity is None or is_sum else plain(output.quantity),
    }


def _grading(event: Event, base: str) -> Given:
    first = next((item.key for item in (*event.inputs, *event.outputs)), "")
    closed = event.body.get(RUN_CLOSED) in (True, "true")
    return {
        **_product(first),
        **_usual(event, base),
        "inputs": _rows(event.inputs, first),
        "outputs": _rows(event.outputs, first),
        "run": event.transformation or "",
        "closed": "" if not event.transformation else "closed" if closed else "open",
    }


def _certificate(event: Event, base: str) -> Given:
    lots = [item.key for item in event.objects if item.of_class]
    scope = [canonical(str(id_)) for id_ in event.body.get("suyuan:scope", ())]
    words = ("state", "number", "reason")
    return {
        **{word: str(event.body.get(f"suyuan:{word}", "")) for word in words},
        "scheme": scheme_of(str(event.body.get("suyuan:scheme", ""))),
        "certificate": _code(next(iter(event.certificates), None), "certificate", base),
        "scope": "\n".join(id_ if "/417/" in id_ else _code(id_, "plot", base) for id_ in scope if id_ not in lots),
        "lots": "\n".join(lots),
        "valid_from": str(event.body.get("suyuan:validFrom", "")),
        "valid_to": last_day(str(event.body.get("suyuan:validTo", ""))),
        "at": _time(event),
    }


def _packing(event: Event, base: str) -> Given:
    first = event.inputs[0].key if event.inputs else ""
    boxes = [item.key for item in event.outputs if not item.of_class]
    lots = [item for item in event.outputs if item.of_class]
    packed = _gtin((lots[0].key if lots else boxes[0]) if event.outputs else "")
    net = stated_net_weight(event)
    return {
        **_product(first),
        **_usual(event, base),
        "inputs": _rows(event.inputs, first),
        "packed_product": packed if packed != _gtin(first) else "",
        "boxes": "\n".join(boxes),
        "outputs": _rows(lots, f"/01/{packed}/"),
        "lot": event.body.get("ilmd", {}).get("cbvmda:lotNumber", ""),
        "net_weight": "" if net is None else plain(net),
    }


def _labelling(event: Event, base: str) -> Given:
    boxes = [item.key for item in event.objects]
    return {
        **_product(boxes[0] if boxes else ""),
        **_usual(event, base),
        "lot": event.body.get("ilmd", {}).get("cbvmda:lotNumber", ""),
        "boxes": "\n".join(boxes),
    }


def _pallet(event: Event, base: str) -> Given:
    return {**_usual(event, base), **_goods(event.children), "pallet": event.parent or ""}


def _goods_step(event: Event, base: str) -> Given:
    ends = {"to_site": event.destinations, "carrier": event.sources, "from_site": event.sources}
    wanted = {
        "shipping": {"to_site": ("location", "site"), "carrier": ("possessing_party", "party")},
        "receiving": {"from_site": ("location", "site")},
    }.get(event.biz_step or "", {})
    named = {name: _code(dict(ends[name]).get(end), kind, base) for name, (end, kind) in wanted.items()}
    reason = {"reason": event.body["suyuan:reason"]} if event.body.get("suyuan:reason") else {}
    return {**_usual(event, base), **_goods(event.objects), **named, **reason}


def _sample(event: Event, base: str) -> Given:
    lots = [item for item in event.objects if item.of_class]
    if len(lots) != 1:
        return {}
    return {
        **_product(lots[0].key),
        **_usual(event, base),
        "lot": _lot(lots[0].key, lots[0].key),
        "seal": _seal(event, base),
        "mass": "" if lots[0].quantity is None else plain(lots[0].quantity),
        "due": str(event.body.get("suyuan:dueOn", "")),
        "laboratory": _code(_word(event, "laboratory"), "party", base),
    }


def _inspection(event: Event, base: str) -> Given:
    lots = [item for item in event.objects if item.of_class]
    if len(lots) != 1:
        return {}
    reports = [one for part in event.body.get("sensorElementList", ()) for one in part.get("sensorReport", ())]
    words = {"cma": "cma", "report_number": "reportNumber", "file_hash": "fileHash", "reason": "reason"}
    return {
        **_product(lots[0].key),
        **_usual(event, base),
        **{name: _word(event, field) for name, field in words.items()},
        "lot": _lot(lots[0].key, lots[0].key),
        "kind": _word(event, "inspectionKind"),
        "measurements": [_measurement(one) for one in reports],
        "seal": _seal(event, base),
        "laboratory": _code(_word(event, "laboratory"), "party", base),
        "verdict": event.disposition or "",
        "override_reason": _word(event, "overrideReason"),
        "test_report": next((id_ for kind, id_ in event.transactions if kind == "testres"), ""),
    }


def _measurement(one: Mapping[str, Any]) -> Given:
    name = one.get("suyuan:property", "")
    number = one.get("value", one.get("maxValue", ""))
    return {
        "property" if name in PROPERTIES else "substance": name,
        "value": f"{'' if 'value' in one else '<'}{plain(Decimal(str(number)))}" if number != "" else "",
        "unit": unit_sign(str(one.get("uom", ""))),
        "method": one.get("suyuan:method", ""),
    }


def _hold(event: Event, base: str) -> Given:
    return {
        **_usual(event, base),
        "kind": "recall" if event.disposition == "recalled" else "hold",
        "items": "\n".join(item.key for item in event.objects if not item.of_class),
        "lots": "\n".join(item.key for item in event.objects if item.of_class),
        "reason": _word(event, "reason"),
    }


def _farm_input(event: Event, base: str) -> Given:
    if len(event.objects) != 1:
        return {}
    (item,) = event.objects
    said = _word(event, "substance")
    return {
        "plot": _code(event.read_point, "plot", base),
        "substance": said,
        "input_lot": "" if item.key == substance(said) else item.key,
        "unit": "kg",
        "mass": "" if item.quantity is None else plain(item.quantity),
        "dose": _word(event, "dose"),
        "grower": _code(dict(event.sources).get("owning_party"), "grower", base),
        "at": _time(event),
    }


ROWS: Mapping[str, Callable[[Event, str], Given]] = {
    "deliveries": _delivery,
    "poolings": _pooling,
    "gradings": _grading,
    "samples": _sample,
    "inspections": _inspection,
    "holds": _hold,
    "releases": _hold,
    "farm-inputs": _farm_input,
    "certificates": _certificate,
    "packing": _packing,
    "labellings": _labelling,
    "pallets": _pallet,
    "unpackings": _pallet,
    "shipments": _goods_step,
    "receipts": _goods_step,
    "sales": _goods_step,
    "returns": _goods_step,
    "losses": _goods_step,
    "stock-takes": _goods_step,
}


# --- parts ---


def _usual(event: Event, base: str, place: str = "readPoint") -> Given:
    where = event.biz_location if place == "bizLocation" else event.read_point
    return {"site": _code(where, "site", base), "at": _time(event), "unit": "kg"}


def _time(event: Event) -> str:
    return f"{datetime.fromtimestamp(event.time_ms / 1000, UTC).astimezone(CHINA):%Y-%m-%dT%H:%M}"


def _gtin(key: str) -> str:
    return key.split("/01/", 1)[1].split("/", 1)[0] if "/01/" in key else ""


def _product(key: str) -> Given:
    return {"product": _gtin(key)}


def _lot(key: str, of: str) -> str:
    """The lot's number where it is one of the product of `of`, else all of its key."""
    return short(key) if "/10/" in key and _gtin(key) == _gtin(of) else key


def _rows(items: Sequence[Item], of: str) -> list[Given]:
    return [
        {"lot": _lot(item.key, of), "mass": "" if item.quantity is None else plain(item.quantity)} for item in items
    ]


def _goods(items: Sequence[Item]) -> Given:
    lots = [item for item in items if item.of_class]
    return {"items": "\n".join(item.key for item in items if not item.of_class), "lots": _rows(lots, "")}


def _code(id_: str | None, kind: str, base: str) -> str:
    """As it stands on a card or sign: a short code of ours, a GLN's digits, else all of it."""
    if not id_:
        return ""
    start = f"{base}{kind}/"
    if id_.startswith(start):
        return id_.removeprefix(start)
    last = short(id_)
    return last if len(last) == 13 and last.isdigit() and ("/414/" in id_ or "/417/" in id_) else id_


def _seal(event: Event, base: str) -> str:
    return _word(event, "seal") or _code(_word(event, "sample"), "sample", base)


def _word(event: Event, name: str) -> str:
    value = event.body.get(f"suyuan:{name}", "")
    return value if isinstance(value, str) else ""


def _in_unit(kilograms: Decimal, unit: str) -> str:
    """As the scale showed it: a 斤 is half a kilogram."""
    return plain(kilograms * 2 if unit in ("斤", "jin") else kilograms)


def _said(event: Event, name: str) -> Decimal | None:
    value = event.body.get("ilmd", {}).get(f"suyuan:{name}")
    return None if value is None or isinstance(value, str) else Decimal(str(value))
