"""An event read back into the form it came from: the inverse of `command_events`, one row a command.

What a form shows again is what it would have been typed as; a number alone where the form knows the rest. An event that
no form of ours could have written is said so, by building it again and comparing: it is corrected where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from epcis.events import Event, Item
from epcis.identifiers import canonical
from epcis.vocabulary import bare_word
from provenance import steps
from provenance.reports import Json
from services.portal.commands import COMMANDS
from services.portal.domain import CHINA, FieldError, plain
from services.portal.fields import Situation, read
from services.portal.naming import short

Given = dict[str, Any]

_GOODS_STEPS: Mapping[str, str] = {
    "shipping": "shipments",
    "receiving": "receipts",
    "retail_selling": "sales",
    "destroying": "losses",
}
_OF_OUR_OWN: Mapping[str, str] = {steps.POOLING: "poolings", steps.CERTIFYING: "certificates"}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The form an event belongs to, what would have to be typed into it, and the event that would make."""

    noun: str
    given: Given
    event: Json


def read_back(event: Event, base: str) -> ReadBack | None:
    """None where no form of ours says all of what the event says."""
    noun = noun_of(event)
    given = _present(_ROWS[noun](event, base), COMMANDS[noun].field_names()) if noun else {}
    if noun is None or not given:
        return None
    at = Situation(_issuer(event), datetime.fromtimestamp(event.time_ms / 1000, UTC).astimezone(CHINA), base)
    reading = read(COMMANDS[noun].entries, given, at)
    if reading.problems:
        return None
    try:
        built = COMMANDS[noun].build(reading.values, at, event.event_id)
    except (FieldError, ValueError):
        return None
    return ReadBack(noun, given, dict(built)) if _says_the_same(event, Event(built)) else None


def corrected(original: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """`original` with what differs between the form as it was and as it was sent: what no form knows stays.

    The words of the scale (`suyuan:reported`) go where the amounts do.
    """
    made = _merged(original, before, after)
    if before.get("quantityList") != after.get("quantityList") and isinstance(made.get("ilmd"), dict):
        said = after.get("ilmd", {}).get("suyuan:reported")
        made["ilmd"] = {name: value for name, value in made["ilmd"].items() if name != "suyuan:reported"}
        made["ilmd"] |= {"suyuan:reported": said} if said else {}
    return made


def _merged(original: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    made: Json = {}
    for name in dict.fromkeys((*original, *after)):
        was, is_ = before.get(name), after.get(name)
        if was == is_:
            value = original.get(name)
        elif isinstance(was, dict) and isinstance(is_, dict) and isinstance(original.get(name), dict):
            value = _merged(original[name], was, is_)
        else:
            value = is_
        if value is not None:
            made[name] = value
    return made


def noun_of(event: Event) -> str | None:
    """The command that writes events of this kind; None where none does."""
    step, kind = event.biz_step or "", event.type
    if kind == "ObjectEvent" and step in ("commissioning", "creating_class_instance") and event.action == "ADD":
        return "deliveries" if event.body.get("quantityList") else "labellings"
    if kind == "ObjectEvent":
        return "inspections" if step == "inspecting" else _GOODS_STEPS.get(step) or _OF_OUR_OWN.get(step)
    if kind == "TransformationEvent":
        return {"commissioning": "gradings", "packing": "packing"}.get(step) or _OF_OUR_OWN.get(step)
    if kind == "AggregationEvent":
        return {("ADD", "packing"): "pallets", ("DELETE", "unpacking"): "unpackings"}.get((event.action or "", step))
    return None


# --- one row a command ---


def _delivery(event: Event, base: str) -> Given:
    if len(event.objects) != 1:
        return {}
    (item,) = event.objects
    gross, tare = _said(event, "grossKg"), _said(event, "tareKg")
    return {
        **_product(item.key),
        **_usual(event, base, "bizLocation"),
        "plot": _code(event.read_point, "plot", base),
        "grower": _code(dict(event.sources).get("owning_party"), "grower", base),
        "gross": plain(gross if gross is not None else item.quantity or Decimal(0)),
        "tare": plain(tare) if tare is not None else "",
        "lot": _lot(item.key, item.key),
    }


def _pooling(event: Event, base: str) -> Given:
    if len(event.outputs) != 1:
        return {}
    (output,) = event.outputs
    return {
        **_product(output.key),
        **_usual(event, base),
        "inputs": _rows(event.inputs, output.key),
        "output": _lot(output.key, output.key),
        "output_mass": "" if output.quantity is None else plain(output.quantity),
    }


def _grading(event: Event, base: str) -> Given:
    first = event.inputs[0].key if event.inputs else ""
    return {
        **_product(first),
        **_usual(event, base),
        "inputs": _rows(event.inputs, first),
        "outputs": _rows(event.outputs, first),
    }


def _inspection(event: Event, base: str) -> Given:
    if len(event.objects) != 1:
        return {}
    (item,) = event.objects
    reports = [one for part in event.body.get("sensorElementList", ()) for one in part.get("sensorReport", ())]
    return {
        **_product(item.key),
        **_usual(event, base),
        "lot": _lot(item.key, item.key),
        "measurements": [
            {"property": one.get("suyuan:property", ""), "value": plain(Decimal(str(one.get("value", ""))))}
            for one in reports
            if "value" in one
        ],
        "verdict": event.disposition or "",
        "test_report": next((id_ for kind, id_ in event.transactions if kind == "testres"), ""),
    }


def _certificate(event: Event, base: str) -> Given:
    lots = [item.key for item in event.objects if item.of_class]
    scope = [canonical(str(id_)) for id_ in event.body.get("suyuan:scope", ())]
    words = ("state", "scheme", "number", "reason")
    return {
        **{word: str(event.body.get(f"suyuan:{word}", "")) for word in words},
        "certificate": _code(next(iter(event.certificates), None), "certificate", base),
        "scope": "\n".join(_code(id_, "plot", base) for id_ in scope if id_ not in lots),
        "lots": "\n".join(lots),
        "valid_from": str(event.body.get("suyuan:validFrom", "")),
        "valid_to": str(event.body.get("suyuan:validTo", "")),
        "at": _time(event),
    }


def _packing(event: Event, base: str) -> Given:
    first = event.inputs[0].key if event.inputs else ""
    boxes = [item.key for item in event.outputs if not item.of_class]
    lots = [item for item in event.outputs if item.of_class]
    packed = _gtin((lots[0].key if lots else boxes[0]) if event.outputs else "")
    net = _said(event, "netWeightKg")
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


_ROWS: Mapping[str, Callable[[Event, str], Given]] = {
    "deliveries": _delivery,
    "poolings": _pooling,
    "gradings": _grading,
    "inspections": _inspection,
    "certificates": _certificate,
    "packing": _packing,
    "labellings": _labelling,
    "pallets": _pallet,
    "unpackings": _pallet,
    "shipments": _goods_step,
    "receipts": _goods_step,
    "sales": _goods_step,
    "losses": _goods_step,
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


def _said(event: Event, name: str) -> Decimal | None:
    value = event.body.get("ilmd", {}).get(f"suyuan:{name}")
    return None if value is None or isinstance(value, str) else Decimal(str(value))


def _issuer(event: Event) -> str:
    return str(event.body.get("suyuan:issuer", ""))


def _present(given: Given, names: Sequence[str]) -> Given:
    """Only what is filled in, of the fields the command has."""
    return {name: given[name] for name in names if given.get(name) not in ("", [], None)}


def _says_the_same(original: Event, built: Event) -> bool:
    """What people would correct; what no form asks for (extensions, papers) stays as it was and is not compared."""
    return _facts(original) == _facts(built)


def _facts(event: Event) -> tuple[Any, ...]:
    named = (event.objects, event.inputs, event.outputs, event.children)
    return (
        event.type,
        event.action,
        event.biz_step,
        bare_word(event.body.get("disposition")),
        [sorted((i.key, i.of_class, i.uom or "", i.quantity or 0) for i in items) for items in named],
        event.parent,
        event.read_point,
        event.biz_location,
    )
