"""What the public sees of an event that has an extension in every place the standard allows one."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from epcis.events import Event
from provenance.access.public_view import public_view

GS1 = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
NOTE = {"ex:phone": "13800000000"}
BODY: dict[str, Any] = {
    "@context": [
        GS1,
        {"ex": "https://example.com/ns/", "own": "https://example.com/13800000000/"},
        {"wang": {"@id": "https://example.com/13800000000"}},
        "https://example.com/13800000000.jsonld",
    ],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:1",
    "eventTime": "2026-09-12T06:30:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "ex:tasting",
    "epcList": ["urn:x:box"],
    "quantityList": [{"epcClass": "urn:x:lot", "quantity": 5, "uom": "KGM", **NOTE}],
    "readPoint": {"id": "urn:x:site", **NOTE},
    "bizLocation": {"id": "urn:x:site", **NOTE},
    "persistentDisposition": {"set": ["active"], **NOTE},
    "errorDeclaration": {"declarationTime": "2026-09-12T06:30:00.000+08:00", "reason": "incorrect_data", **NOTE},
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2026-09-12T06:30:00.000+08:00", **NOTE},
            "sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL", "stringValue": "13800000000", **NOTE}],
            **NOTE,
        }
    ],
    "ex:grower": {"name": "Wang", **NOTE},
}


def names(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
    for member in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from names(member)


def test_no_extension_is_public_at_any_depth() -> None:
    shown = public_view(Event(BODY))
    assert not [name for name in names(shown) if ":" in name]
    assert b"13800000000" not in orjson.dumps(shown)


def test_the_context_keeps_what_gives_the_shown_values_their_meaning() -> None:
    assert public_view(Event(BODY))["@context"] == [GS1, {"ex": "https://example.com/ns/"}]


def test_standard_fields_are_shown_as_reported() -> None:
    shown: Any = public_view(Event(BODY))
    assert shown["quantityList"] == [{"epcClass": "urn:x:lot", "quantity": 5, "uom": "KGM"}]
    assert shown["readPoint"] == shown["bizLocation"] == {"id": "urn:x:site"}
    assert shown["persistentDisposition"] == {"set": ["active"]}
    assert shown["sensorElementList"][0]["sensorReport"] == [{"type": "Temperature", "value": 4.5, "uom": "CEL"}]
    assert shown["errorDeclaration"].keys() == {"declarationTime", "reason"}
