"""The vectors of the reference event hash generator, event for event, and the differences ADR 0010 explains."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from epcis.documents import read_document
from epcis.event_id import event_hash_id, pre_hash
from tests.material import shared

_FOLDER = shared("oracles/event_hash")
_DOCUMENTS = sorted(_FOLDER.glob("*.jsonld"))

# (document, number of the event): the reference writes destinationList before sourceList (ADR 0010, 1).
_DESTINATION_FIRST = {
    ("epcisDocWithShippingAndTransportingEvent", 0),
    ("epcisDocWithVariousEventTypes", 0),
    ("epcisDocWithVariousEventTypes", 1),
}
# The .prehashes line is of another event of the same file, in an older order; its .hashes line is right (ADR 0010, 2).
_STALE_PRE_HASH = {("epcisDocWithCustomSchemaInContext", 1)}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


_CASES: list[Any] = []
for _path in _DOCUMENTS:
    _read = read_document(_path.read_bytes())
    _ids, _texts = _lines(_path.with_suffix(".hashes")), _lines(_path.with_suffix(".prehashes"))
    for _number, (_event, _id, _text) in enumerate(zip(_read.events, _ids, _texts, strict=True)):
        _CASES.append(
            pytest.param((_path.stem, _number), _event, _read.ignored, _id, _text, id=f"{_path.stem}-{_number}")
        )


def _swapped(text: str) -> str:
    """The string with the source list moved behind the destination list."""
    source, destination = text.index("sourceListtype"), text.index("destinationListtype")
    return text[:source] + text[destination:] + text[source:destination]


@pytest.mark.parametrize(("case", "event", "ignored", "id_", "text"), _CASES)
def test_an_event_hashes_as_the_reference_hashes_it(
    case: tuple[str, int], event: dict[str, Any], ignored: frozenset[str], id_: str, text: str
) -> None:
    ours = pre_hash(event, ignored=ignored)
    if case in _DESTINATION_FIRST:
        assert _swapped(ours) == text
        assert event_hash_id(event) != id_
        assert hashlib.sha256(_swapped(ours).encode()).hexdigest() in id_
        return
    assert event_hash_id(event, ignored=ignored) == id_
    if case not in _STALE_PRE_HASH:
        assert ours == text


def test_every_explained_difference_is_still_one() -> None:
    named = {parameter.values[0] for parameter in _CASES}
    assert named >= _DESTINATION_FIRST | _STALE_PRE_HASH


def test_the_worked_vector_of_the_reference_is_reproduced() -> None:
    """standards.md 1.6: nested extensions, a place with extension, URNs; written anew from its pre-hash string."""
    field = "https://ns.example.com/epcis/"
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"example": field}],
        "type": "ObjectEvent",
        "eventTime": "2020-03-04T11:00:30+01:00",
        "eventTimeZoneOffset": "+01:00",
        "epcList": [
            "urn:epc:id:sscc:4012345.0000000333",
            "urn:epc:id:sscc:4012345.0000000111",
            "urn:epc:id:sscc:4012345.0000000222",
        ],
        "action": "OBSERVE",
        "bizStep": "departing",
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.987"},
        "example:myField1": {"example:mySubField2": "5", "example:mySubField1": "2"},
        "example:myField2": 0,
        "example:myField3": {"example:mySubField3": ["3", "1"]},
    }
    assert json.loads(json.dumps(event)) == event
    assert event_hash_id(event) == (
        "ni:///sha-256;6ae96341e0acc6d7a261364751f60e68278a81cdf51da0abb6b4e617014e39d7?ver=CBV2.0"
    )
