"""What of an event's JSON object the public sees: listed fields only, at every depth.

It has what happened, when, where, to what, and on which certificate. Left out are the partners of a trade, its papers,
free text, and every extension wherever it stands, since nobody has said what a foreign one holds. Of the ``@context``
only what gives the rest its meaning stays: GS1's own, and the prefixes that a shown value uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from epcis.context import GS1_ADDRESS
from epcis.events import Event

Fields: TypeAlias = Mapping[str, "Fields | None"]
"""The fields of an object that are shown; None where the value is a text, a number or a list of them."""


def _plain(*names: str) -> dict[str, Fields | None]:
    return dict.fromkeys(names)


_PLACE: Fields = _plain("id")
_QUANTITY: Fields = _plain("epcClass", "quantity", "uom")
_MEASURING = _plain("time", "deviceID", "deviceMetadata", "dataProcessingMethod")
_READING: Fields = {
    **_MEASURING,
    **_plain("type", "exception", "microorganism", "chemicalSubstance", "component", "coordinateReferenceSystem"),
    **_plain("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "booleanValue", "uom"),
}
_SENSOR: Fields = {
    "type": None,
    "sensorMetadata": {**_MEASURING, **_plain("startTime", "endTime", "bizRules")},
    "sensorReport": _READING,
}
_FIELDS: Fields = {
    **_plain("type", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "action", "bizStep", "disposition"),
    **_plain("epcList", "parentID", "childEPCs", "transformationID", "inputEPCList", "outputEPCList"),
    **_plain("certificationInfo"),
    "persistentDisposition": _plain("set", "unset"),
    "errorDeclaration": _plain("declarationTime", "reason", "correctiveEventIDs"),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "quantityList": _QUANTITY,
    "childQuantityList": _QUANTITY,
    "inputQuantityList": _QUANTITY,
    "outputQuantityList": _QUANTITY,
    "sensorElementList": _SENSOR,
}

PUBLIC_FIELDS = frozenset({"@context", *_FIELDS})
"""Of an event itself."""


def public_view(event: Event) -> Mapping[str, object]:
    """The event's JSON object as the public sees it."""
    shown: dict[str, object] = _object(event.body, _FIELDS)
    context = event.body.get("@context")
    return shown if context is None else {"@context": _context(context, shown), **shown}


def _object(body: Mapping[str, Any], fields: Fields) -> dict[str, object]:
    """Texts, as nearly all of it is, are not looked into."""
    return {
        name: value if type(value) is str else _value(value, fields[name])
        for name, value in body.items()
        if name in fields
    }


def _value(value: Any, fields: Fields | None) -> object:
    if isinstance(value, list):
        return [member if type(member) is str else _value(member, fields) for member in value]
    return _object(value, fields or {}) if isinstance(value, dict) else value


def _context(context: Any, event: dict[str, object]) -> list[object]:
    """Of `event` as it is shown."""
    parts = context if isinstance(context, list) else [context]
    defined = {name for part in parts if isinstance(part, dict) for name in part}
    used = _prefixes(event, tuple(f"{name}:" for name in defined)) if defined else set()
    shown: list[object] = []
    for part in parts:
        if isinstance(part, dict):
            prefixes = {name: uri for name, uri in part.items() if name in used and isinstance(uri, str)}
            shown += [prefixes] if prefixes else []
        elif isinstance(part, str) and GS1_ADDRESS.fullmatch(part):
            shown.append(part)
    return shown


def _prefixes(shown: dict[str, object], marks: tuple[str, ...]) -> set[str]:
    """Of prefixes, each with its colon, those that any text begins with."""
    found: set[str] = set()
    left: list[Iterable[object]] = [shown.values()]
    while left:
        for value in left.pop():
            if type(value) is str:
                if value.startswith(marks):
                    found.add(value.partition(":")[0])
            elif isinstance(value, dict):
                left.append(value.values())
            elif isinstance(value, list):
                left.append(value)
    return found
