"""The official examples of GS1 and the wrong documents of OpenEPCIS, and the official JSON schema beside our rules.

Right documents are accepted and written back, wrong ones refused for the reason in their name; every difference between
our verdict and the schema's is listed and meant.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator, FormatChecker  # type: ignore[import-untyped]  # no types installed

from epcis.documents import event_list, read_document, write_query_document
from epcis.event_id import event_hash_id, recorded_bytes
from epcis.problems import errors
from epcis.validation import validate_document, validate_event
from epcis.validation_values import is_uri, time_problem
from tests.epcis.json_values import Path as Place
from tests.epcis.json_values import at, places, replaced, without
from tests.material import shared

_VALID = sorted(shared("oracles/epcis/valid").iterdir())
_INVALID = sorted(shared("oracles/epcis/invalid").iterdir())
_EXAMPLES = sorted(shared("examples").glob("*.jsonld"))
_FOREIGN = [*sorted(shared("oracles/fsma204").iterdir()), shared("oracles/trace_back/traceback_tests.jsonld")]

# What each name says is wrong: (pointer, code) of every problem there is.
_E = "/epcisBody/eventList"
_REASONS = {
    "Combination_of_events_with_missing_mandatory_fields": [
        (f"{_E}/0", "missing-field"),
        (f"{_E}/1", "missing-field"),
        (f"{_E}/1", "missing-field"),
    ],
    "Combination_of_non_standard_bizStep_and_disposition": [
        (f"{_E}/0/bizStep", "unknown-word"),
        (f"{_E}/1/disposition", "unknown-word"),
    ],
    "ObjectEvent_with_ilmd_field_without_namespace": [(f"{_E}/0/ilmd/materialType", "unknown-field")],
    "ObjectEvent_with_invalid_certificationInfo": [
        (f"{_E}/0/certificationInfo/0", "wrong-type"),
        (f"{_E}/0/certificationInfo/1", "wrong-type"),
    ],
    "ObjectEvent_with_non_standard_bizStep": [(f"{_E}/0/bizStep", "unknown-word")],
    "ObjectEvent_with_non_standard_disposition": [(f"{_E}/0/disposition", "unknown-word")],
    "ObjectEvent_with_unknown_field_in_quantityList": [(f"{_E}/0/quantityList/0/weight", "unknown-field")],
    "ObjectEvent_without_identifier_list": [(f"{_E}/0", "names-nothing")],
}


_SLIP = ("/@context/4/cbvmda", "protected-name")


def _name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", [*_VALID, *_EXAMPLES], ids=_name)
def test_an_official_example_has_no_problem_at_all(path: Path) -> None:
    problems = validate_document(json.loads(path.read_bytes()), strict=True)
    # One example declares GS1's prefix cbvmda as a namespace of its own.
    assert [problem for problem in problems if (problem.pointer, problem.code) != _SLIP] == []


@pytest.mark.parametrize("path", _FOREIGN, ids=_name)
def test_a_foreign_document_is_accepted_with_warnings_at_most(path: Path) -> None:
    assert errors(validate_document(json.loads(path.read_bytes()))) == []


@pytest.mark.parametrize("path", _INVALID, ids=_name)
def test_a_wrong_document_is_refused_for_the_reason_in_its_name(path: Path) -> None:
    problems = errors(validate_document(json.loads(path.read_bytes())))
    assert [(problem.pointer, problem.code) for problem in problems] == _REASONS[path.stem]


@pytest.mark.parametrize("path", [*_VALID, *_EXAMPLES, *_FOREIGN], ids=_name)
def test_a_document_is_written_back_equal_as_json_values(path: Path) -> None:
    raw = path.read_bytes()
    given, read = json.loads(raw), read_document(raw)
    assert read.body == given
    assert orjson.loads(orjson.dumps(read.body)) == given
    bodies = event_list(given) or ()
    assert [{**event, "@context": 0} for event in read.events] == [{**event, "@context": 0} for event in bodies]
    assert read_document(orjson.dumps(write_query_document(read.events))).events == read.events


@pytest.mark.parametrize("path", [*_VALID, *_EXAMPLES, *_FOREIGN], ids=_name)
def test_an_event_stands_alone_as_valid_as_in_its_document_and_is_recorded_whole(path: Path) -> None:
    for event in read_document(path.read_bytes()).events:
        assert errors(validate_event(event)) == []
        recorded = json.loads(recorded_bytes(event))
        added = {"eventID": event_hash_id(event), **event}
        assert recorded == {key: value for key, value in added.items() if key != "recordTime"}


# --- beside the JSON schema -------------------------------------------------------------------------------------------

_FORMATS = FormatChecker(formats=())
_FORMATS.checks("uri")(lambda value: not isinstance(value, str) or is_uri(value))
_FORMATS.checks("date-time")(lambda value: not isinstance(value, str) or time_problem(value) is None)
_SCHEMA = Draft7Validator(
    json.loads(shared("oracles/epcis/EPCIS-JSON-Schema.json").read_bytes()), format_checker=_FORMATS
)
_VALUES: list[Any] = [None, True, -1, "x", "urn:x:y", [], {}, ["x"]]

# Where we refuse what the schema lets through, and why. (That the schema refuses what we accept has no entry.)
_STRICTER = {
    "names-nothing": "an empty epcList alone says nothing happened to anything (standards.md 1.4)",
    "missing-parent": "EPCIS 2.0, 7.4.3: the parent may be left out only with OBSERVE",
    "negative-quantity": "nothing weighs or counts less than nothing",
    "minimum-above-maximum": "a least value above the greatest is no measurement",
    "ends-before-start": "an interval that ends before it starts is none",
    "not-a-unit": "the schema forgets the pattern of uom in a sensorReport; EPCIS 2.0, 7.3.7 has it",
    "unknown-field": "the schema forgets that a field of one's own in readPoint and bizLocation needs a prefix",
    "corrective-ids-forbidden": "EPCIS 2.0, 7.4.1.3: what did not occur has no corrected version",
    "undeclared-prefix": "a name whose prefix nobody declared means nothing",
    "unsupported-version": "JSON documents begin with EPCIS 2.0",
}


def _mutants(document: dict[str, Any], chosen: set[Place]) -> Iterator[tuple[Place, Any]]:
    """The document with each chosen place removed, replaced by values of every kind, or given a bare new member."""
    for place in places(document):
        if place not in chosen:
            continue
        # Contexts have tests of their own, and what is inside an extension is the sender's.
        if not place or place[0] == "@context" or any(":" in str(key) for key in place[:-1]):
            continue
        yield place, without(document, place)
        for value in _VALUES:
            yield place, replaced(document, place, value)
        if isinstance(at(document, place), dict):
            yield place, replaced(document, place, {**at(document, place), "lot": "1"})


def _kind_of_place(document: dict[str, Any], place: Place) -> object:
    """What two places must share to be the same test: the fields of their event, and the names that lead there."""
    events = event_list(document) or ()
    fields = frozenset(name for event in events[:1] for name in (*event, event["type"]))
    return fields, document["type"], tuple(key for key in place if not isinstance(key, int))


def test_we_differ_from_the_json_schema_only_where_we_mean_to() -> None:
    tried: set[object] = set()
    for path in [*_VALID, *_EXAMPLES]:
        document = _one_event(json.loads(path.read_bytes()))
        new = {_kind_of_place(document, place): place for place in places(document)}
        chosen = {place for kind, place in new.items() if kind not in tried}
        tried |= new.keys()
        for place, mutant in _mutants(document, chosen):
            found = {problem.code for problem in errors(validate_document(mutant))}
            if _SCHEMA.is_valid(mutant):
                assert found <= _STRICTER.keys(), (path.stem, place)
            else:
                assert found, f"only the schema refuses the change at {place} of {path.stem}"
    assert len(tried) > 500


def _one_event(document: dict[str, Any]) -> dict[str, Any]:
    """Enough to try every field once: the first event alone."""
    events = event_list(document)
    if isinstance(events, list):
        del events[1:]
    return document
