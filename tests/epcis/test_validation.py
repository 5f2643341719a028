"""Each rule of EPCIS 2.0 and of ours, one behaviour each; rules that are lists are tested as tables."""

from typing import Any

import pytest

from epcis.event_id import content_hash, recorded_bytes
from epcis.exact_json import read_json
from epcis.problems import Problem, errors
from epcis.validation import NOT_CHECKED, validate_document, validate_event
from epcis.validation_inspection import MOST_PROBLEMS
from tests.epcis.documents_of_ours import (
    BOX,
    CONTEXT,
    LOT,
    document,
    event,
    graded,
    measured,
    mounted,
    ordered,
    packed,
    picked,
    query_document,
)


def found(body: dict[str, Any], **options: Any) -> list[Problem]:
    return validate_event(body, context=CONTEXT, **options)


def codes(body: dict[str, Any], **options: Any) -> list[str]:
    return [problem.code for problem in found(body, **options)]


@pytest.mark.parametrize("make", [picked, graded, packed, mounted, ordered, measured])
def test_an_ordinary_event_has_no_problems(make: Any) -> None:
    assert found(make()) == []


# --- required fields and combinations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field"),
    [
        *((make, field) for make in (picked, graded, packed, mounted, ordered) for field in ("eventTime", "type")),
        *((make, "eventTimeZoneOffset") for make in (picked, graded, packed, mounted, ordered)),
        *((make, "action") for make in (picked, packed, mounted, ordered)),
        (mounted, "parentID"),
        (ordered, "bizTransactionList"),
    ],
)
def test_a_required_field_that_is_missing_is_named(make: Any, field: str) -> None:
    (problem,) = errors(found(make(**{field: None})))
    assert problem.code == "missing-field"
    assert field in problem.message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (picked(quantityList=None), "names-nothing"),
        (picked(quantityList=[]), "names-nothing"),
        (measured(readPoint=None), "names-nothing"),
        (measured(readPoint=None, epcList=[]), "names-nothing"),
        (packed(childEPCs=None), "missing-children"),
        (packed(childEPCs=[]), "missing-children"),
        (packed(action="DELETE", parentID=None), "missing-parent"),
        (mounted(childEPCs=None), "missing-children"),
        (ordered(epcList=None), "names-nothing"),
        (ordered(epcList=[]), "names-nothing"),
        (graded(inputQuantityList=None), "missing-inputs"),
        (graded(inputQuantityList=None, outputQuantityList=None), "names-nothing"),
        (graded(inputQuantityList=None, outputQuantityList=None, transformationID="urn:farm:run:1"), "names-nothing"),
    ],
)
def test_an_event_that_names_too_little_is_refused(body: dict[str, Any], code: str) -> None:
    assert codes(body) == [code]


@pytest.mark.parametrize(
    "body",
    [
        picked(epcList=[]),
        measured(epcList=[]),
        packed(action="OBSERVE", parentID=None),
        packed(action="DELETE", childEPCs=None),
        mounted(action="DELETE", childEPCs=None),
        ordered(action="DELETE", epcList=None),
        ordered(epcList=[], parentID="urn:farm:pallet:1"),
        graded(outputQuantityList=None, transformationID="urn:farm:run:1"),
        graded(inputQuantityList=None, transformationID="urn:farm:run:1"),
    ],
)
def test_an_event_may_name_as_little_as_its_type_and_action_allow(body: dict[str, Any]) -> None:
    assert codes(body) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (picked(action="OBSERVE", ilmd={}), "ilmd"),
        (picked(action="DELETE", ilmd={}), "ilmd"),
        (packed(ilmd={}), "ilmd"),
        (mounted(ilmd={}), "ilmd"),
        (ordered(ilmd={}), "ilmd"),
        (packed(persistentDisposition={"set": ["recalled"]}), "persistentDisposition"),
        (mounted(persistentDisposition={"set": ["recalled"]}), "persistentDisposition"),
        (graded(action="ADD"), "action"),
        (graded(epcList=[]), "epcList"),
        (picked(childEPCs=[]), "childEPCs"),
        (packed(quantityList=[]), "quantityList"),
        (ordered(transformationID="urn:farm:run:1"), "transformationID"),
    ],
)
def test_a_field_of_another_type_or_action_is_forbidden(body: dict[str, Any], field: str) -> None:
    (problem,) = found(body)
    assert (problem.pointer, problem.code) == (f"/{field}", "forbidden-field")


def test_a_field_of_another_type_is_answered_with_the_types_that_have_it() -> None:
    (problem,) = found(packed(epcList=[]))
    assert problem.message == "epcList stands on ObjectEvent and TransactionEvent, not on AggregationEvent"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (picked(quantityList="none"), "quantityList"),
        (packed(childEPCs={}), "childEPCs"),
        (ordered(epcList=7), "epcList"),
        (graded(inputQuantityList={}), "inputQuantityList"),
        (measured(sensorElementList={}), "sensorElementList"),
    ],
)
def test_what_is_there_but_no_list_is_one_mistake_and_not_two(body: dict[str, Any], field: str) -> None:
    assert [(problem.pointer, problem.code) for problem in found(body)] == [(f"/{field}", "wrong-type")]


def test_a_container_is_not_its_own_child_in_whatever_spelling() -> None:
    (problem,) = found(packed(childEPCs=[BOX, "urn:epc:id:sscc:9521234.0000000001"]))
    assert (problem.pointer, problem.code) == ("/childEPCs/1", "own-child")


def test_a_name_beyond_ascii_is_answered_with_how_to_write_it() -> None:
    (problem,) = found(picked(**{"farm:品种": "Yulu"}))
    assert (problem.pointer, problem.code) == ("/farm:品种", "not-a-uri")
    assert "percent-encoded" in problem.message


@pytest.mark.parametrize("field", ["epcClass", "lot", "eventid"])
def test_a_field_that_is_not_of_this_type_and_has_no_prefix_is_unknown(field: str) -> None:
    assert codes(picked(**{field: []})) == ["unknown-field"]


def test_a_further_event_type_under_a_uri_is_accepted_with_a_warning() -> None:
    (problem,) = found(event("farm:Blessing", whatever={"it": "says"}))
    assert (problem.code, problem.severity) == ("further-event-type", "warning")


def test_a_bare_event_type_that_does_not_exist_is_refused_with_the_nearest_one() -> None:
    (problem,) = found(event("ObjectEvents", action="ADD"))
    assert problem.code == "unknown-event-type"
    assert '"ObjectEvent"' in problem.message


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
        "https://ns.example.org/BizStep-cooling",
        "farm:cooling",
        "urn:farm:step:cooling",
    ],
)
def test_a_business_step_is_a_cbv_word_in_any_living_spelling_or_a_uri_of_ones_own(word: str) -> None:
    assert codes(picked(bizStep=word)) == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("harvesting", "unknown-word"),
        ("Shipping", "unknown-word"),
        ("", "unknown-word"),
        ("in_transit", "unknown-word"),
        ("urn:epcglobal:cbv:bizstep:shipping", "cbv-urn"),
        ("https://ns.gs1.org/cbv/BizStep-shipping", "cbv-urn"),
        ("https://ref.gs1.org/cbv/BizStep-harvesting", "unknown-word"),
        ("cbv:BizStep-harvesting", "unknown-word"),
        (7, "wrong-type"),
        (["shipping"], "wrong-type"),
    ],
)
def test_other_business_steps_are_refused(word: Any, code: str) -> None:
    assert codes(picked(bizStep=word)) == [code]


def test_a_word_of_another_list_in_gs1s_namespace_is_strange_but_accepted() -> None:
    (problem,) = found(picked(sourceList=[{"type": "cbv:my_own_party", "source": "urn:farm:party:1"}]))
    assert (problem.code, problem.severity) == ("foreign-word", "warning")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (picked(disposition="in_transport"), "/disposition"),
        (picked(sourceList=[{"type": "place", "source": "urn:x:y"}]), "/sourceList/0/type"),
        (picked(destinationList=[{"type": "buyer", "destination": "urn:x:y"}]), "/destinationList/0/type"),
        (picked(bizTransactionList=[{"type": "bill", "bizTransaction": "urn:x:y"}]), "/bizTransactionList/0/type"),
        (picked(persistentDisposition={"set": ["recaled"]}), "/persistentDisposition/set/0"),
        (picked(action="CREATE"), "/action"),
        (picked(action="add"), "/action"),
        (measured({"type": "Warmth"}), "/sensorElementList/0/sensorReport/0/type"),
        (measured({"type": "Angle", "component": "w"}), "/sensorElementList/0/sensorReport/0/component"),
        (measured({"type": "Angle", "exception": "ALARM"}), "/sensorElementList/0/sensorReport/0/exception"),
        (
            picked(errorDeclaration={"declarationTime": "2026-09-13T08:30:00Z", "reason": "typo"}),
            "/errorDeclaration/reason",
        ),
    ],
)
def test_a_word_outside_its_list_is_refused_where_it_stands(body: dict[str, Any], pointer: str) -> None:
    (problem,) = found(body)
    assert (problem.pointer, problem.code) == (pointer, "unknown-word")


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "time",
    [
        "2026-09-12T08:30:00Z",
        "2026-09-12T08:30:00.1Z",
        "2026-09-12T08:30:00.123456789+08:00",
        "2026-09-12T08:30:00-00:00",
        "2026-09-12T08:30:00+14:00",
        "2024-02-29T23:59:59Z",
    ],
)
def test_times_with_zone_are_accepted(time: str) -> None:
    assert errors(found(picked(eventTime=time))) == []


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("22-07-2026", "not-a-time"),
        ("2026-09-12", "not-a-time"),
        ("2026-09-12 08:30:00Z", "not-a-time"),
        ("2026-09-12T08:30Z", "not-a-time"),
        ("2026-9-12T08:30:00Z", "not-a-time"),
        ("20260912T083000Z", "not-a-time"),
        ("2026-09-12T24:00:00Z", "not-a-time"),
        ("2026-13-01T00:00:00Z", "not-a-time"),
        ("2025-02-29T00:00:00Z", "not-a-time"),
        ("2026-09-12T08:30:60Z", "not-a-time"),
        ("0001-01-01T00:00:00+08:00", "not-a-time"),
        ("9999-12-31T23:59:59-08:00", "not-a-time"),
        ("2026-09-12T08:30:00+14:01", "not-a-time"),
        ("2026-09-12T08:30:00+8:00", "not-a-time"),
        ("2026-09-12T08:30:00Z\n", "not-a-time"),
        ("٢٠٢٦-09-12T08:30:00Z", "not-a-time"),
        ("2026-09-12T08:30:00+0٨:00", "not-a-time"),
        ("", "not-a-time"),
        ("2026-09-12T08:30:00", "time-without-zone"),
        (1757665800, "wrong-type"),
    ],
)
def test_other_times_are_refused(time: Any, code: str) -> None:
    assert codes(picked(eventTime=time)) == [code]


@pytest.mark.parametrize("offset", ["+08:00", "-06:30", "+14:00", "-14:00", "+00:00"])
def test_offsets_up_to_fourteen_hours_are_accepted(offset: str) -> None:
    assert errors(found(picked(eventTimeZoneOffset=offset))) == []


@pytest.mark.parametrize(
    "offset", ["Z", "08:00", "+8:00", "+0800", "+14:01", "+15:00", "+08:60", "+0٨:00", "+08:00\n", ""]
)
def test_other_offsets_are_refused(offset: str) -> None:
    assert codes(picked(eventTimeZoneOffset=offset)) == ["not-an-offset"]


def test_an_offset_that_is_not_that_of_the_time_is_pointed_out() -> None:
    (problem,) = found(picked(eventTimeZoneOffset="+09:00"))
    assert (problem.code, problem.severity) == ("offset-differs", "warning")


def test_a_time_in_utc_says_nothing_against_any_offset() -> None:
    assert codes(picked(eventTime="2026-09-12T00:30:00Z")) == []


@pytest.mark.parametrize(
    "uri", ["urn:farm:x", "tag:a,2026:b", "https://例子".encode("idna").decode() + ":x", "ni:///x;y"]
)
def test_any_uri_may_name_a_thing(uri: str) -> None:
    assert codes(picked(epcList=[uri])) == []


@pytest.mark.parametrize(
    "uri", ["BX0001", "", " ", "urn:", ":x", "1a:b", "urn:a b", "urn:a%zz", "urn:a#b#c", "urn:梨:1", "urn:x\n", "a_b:c"]
)
def test_what_is_no_uri_names_nothing(uri: str) -> None:
    assert codes(picked(epcList=[uri])) == ["not-a-uri"]


@pytest.mark.parametrize(
    ("quantity", "code"),
    [("5", "wrong-type"), (True, "wrong-type"), (None, "wrong-type"), (-0.5, "negative-quantity")],
)
def test_a_quantity_is_a_number_of_something(quantity: Any, code: str) -> None:
    assert codes(picked(quantityList=[{"epcClass": LOT, "quantity": quantity, "uom": "KGM"}])) == [code]


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30, 2.0**53, -1e16, 9.99e20, float("nan"), float("inf")])
def test_a_number_json_readers_cannot_keep_is_refused_wherever_it_stands(number: float) -> None:
    quantity = [{"epcClass": LOT, "quantity": number, "uom": "KGM"}]
    reported = [
        picked(quantityList=quantity),
        picked(**{"farm:x": {"farm:y": [number]}}),
        measured({"type": "Mass", "value": number}),
    ]
    assert all(errors(found(body)) for body in reported)


@pytest.mark.parametrize("number", [9007199254740991, 9007199254740991.0, 1e21, -1e21, 1e300, 6.02e23, 0, -0.0, 1e-9])
def test_a_number_json_readers_keep_is_accepted(number: float) -> None:
    body = measured({"type": "Count", "value": number})
    assert codes(body) == []
    again = read_json(recorded_bytes(body))
    assert (codes(again), content_hash(again), recorded_bytes(again)) == ([], content_hash(body), recorded_bytes(body))


@pytest.mark.parametrize(
    ("unit", "expected"), [("KGM", []), ("ZZ9", ["unknown-unit"]), ("kg", ["not-a-unit"]), ("斤", ["not-a-unit"])]
)
def test_a_unit_is_a_code_of_recommendation_20(unit: str, expected: list[str]) -> None:
    assert codes(picked(quantityList=[{"epcClass": LOT, "quantity": 1, "uom": unit}])) == expected
    assert codes(measured({"type": "Mass", "value": 1, "uom": unit})) == expected


def test_an_unknown_unit_is_only_a_warning() -> None:
    assert errors(found(picked(quantityList=[{"epcClass": LOT, "quantity": 1, "uom": "ZZ9"}]))) == []


# --- elements ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (picked(quantityList=[{"quantity": 1}]), "missing-field"),
        (picked(quantityList=[{"epcClass": LOT, "farm:sweetness": 13}]), "unknown-field"),
        (picked(bizTransactionList=[{"type": "po"}]), "missing-field"),
        (picked(bizTransactionList=[{"bizTransaction": "urn:x:y", "farm:z": 1}]), "unknown-field"),
        (picked(destinationList=[{"type": "location"}]), "missing-field"),
        (picked(readPoint={}), "missing-field"),
        (picked(readPoint="urn:farm:plot:1"), "wrong-type"),
        (picked(persistentDisposition={}), "missing-field"),
        (picked(persistentDisposition={"set": []}), "empty-list"),
        (picked(persistentDisposition={"set": ["recalled", "recalled"]}), "duplicate-item"),
        (picked(persistentDisposition={"set": ["recalled"], "since": "x"}), "unknown-field"),
        (picked(errorDeclaration={}), "missing-field"),
        (picked(certificationInfo=["not a uri"]), "not-a-uri"),
        (picked(certificationInfo={"gs1:certificationAgency": "x"}), "wrong-type"),
        (measured(sensorElementList=[{}]), "missing-field"),
        (measured(sensorElementList=[{"sensorReport": []}]), "empty-list"),
        (measured({"value": 3.5}), "missing-field"),
        (measured({"type": "Mass", "hexBinaryValue": "0xFF"}), "not-hexadecimal"),
        (measured({"type": "Mass", "booleanValue": "true"}), "wrong-type"),
        (measured({"type": "Temperature", "minValue": 5, "maxValue": 4}), "minimum-above-maximum"),
        (measured({"type": "Temperature", "reading": 5}), "unknown-field"),
        (picked(epcList=[BOX, BOX]), "duplicate-item"),
        (picked(ilmd={"materialType": "soil"}), "unknown-field"),
        (picked(ilmd=["farm:x"]), "wrong-type"),
    ],
)
def test_a_part_of_an_event_that_is_wrong_is_refused(body: dict[str, Any], code: str) -> None:
    assert codes(body) == [code]


@pytest.mark.parametrize(
    "body",
    [
        picked(readPoint={"id": "urn:farm:plot:1", "farm:row": 4}),
        picked(certificationInfo="https://certs.example.org/1"),
        picked(certificationInfo=["https://certs.example.org/1", "urn:cert:2"]),
        picked(ilmd={"farm:variety": {"name": "Yulu", "id": 7}}),
        measured({"type": "farm:sweetness", "farm:method": ["brix"], "stringValue": ""}),
        picked(persistentDisposition={"unset": ["in_transit"], "set": ["recalled"]}),
    ],
)
def test_extensions_and_lists_may_stand_where_the_standard_has_room_for_them(body: dict[str, Any]) -> None:
    assert codes(body) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (picked(quantityList=[{"epcClass": LOT, "uom": "KGM"}]), "unit-without-quantity"),
        (picked(quantityList=[{"epcClass": LOT, "quantity": 1.5}]), "fraction-without-unit"),
        (picked(persistentDisposition={"set": ["recalled"], "unset": ["recalled"]}), "set-and-unset"),
        (packed(childEPCs=[BOX, BOX]), "duplicate-item"),
    ],
)
def test_what_is_strange_but_possible_is_a_warning(body: dict[str, Any], code: str) -> None:
    (problem,) = found(body)
    assert (problem.code, problem.severity) == (code, "warning")


def test_a_sensor_interval_that_ends_before_it_starts_is_refused() -> None:
    interval = {"startTime": "2026-09-12T09:00:00+08:00", "endTime": "2026-09-12T00:59:59Z"}
    readings = [{"sensorMetadata": interval, "sensorReport": [{"type": "Temperature", "value": 3}]}]
    assert codes(measured(sensorElementList=readings)) == ["ends-before-start"]


def test_an_event_that_did_not_occur_may_be_declared_so_without_corrections() -> None:
    declared = {"declarationTime": "2026-09-13T08:30:00+08:00", "reason": "did_not_occur", "correctiveEventIDs": []}
    assert codes(picked(errorDeclaration=declared)) == []


# --- GS1 keys ---------------------------------------------------------------------------------------------------------

_BROKEN = [
    "https://id.gs1.org/01/09521234000014/21/1",
    "https://shop.example/01/09521234000014",
    "urn:epc:id:sgtin:9521234.00001.1",
    "https://id.gs1.org/00/095212340000000017",
]


@pytest.mark.parametrize("key", _BROKEN)
def test_a_gs1_key_that_breaks_gs1s_rules_is_a_warning_and_strictly_an_error(key: str) -> None:
    (problem,) = found(picked(epcList=[key]))
    assert (problem.pointer, problem.code, problem.severity) == ("/epcList/0", "gs1-identifier", "warning")
    (problem,) = found(picked(epcList=[key]), strict=True)
    assert problem.severity == "error"


@pytest.mark.parametrize(
    "key",
    [
        "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022",
        "https://example.org/8004/4000001111-20190402T150000000",
        "https://example.org/orders/01234",
        "urn:epc:id:cpi:0614141.123ABC.123",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
    ],
)
def test_a_private_uri_is_as_good_a_key_as_any(key: str) -> None:
    assert codes(picked(epcList=[key]), strict=True) == []


# --- contexts and documents -------------------------------------------------------------------------------------------


def test_a_prefix_declared_in_the_event_itself_is_enough() -> None:
    body = picked(**{"@context": [{"shed": "https://shed.example/"}], "shed:door": 1, "farm:row": 2})
    assert codes(body) == []


def test_a_prefix_declared_in_another_event_is_not() -> None:
    first = picked(**{"@context": [{"shed": "https://shed.example/"}], "shed:door": 1})
    (problem,) = validate_document(document(first, picked(**{"shed:door": 1})))
    assert (problem.pointer, problem.code) == ("/epcisBody/eventList/1/shed:door", "undeclared-prefix")


def test_a_prefix_that_a_remote_context_may_declare_is_only_a_warning() -> None:
    context = [*CONTEXT, "https://ref.example.org/our-context.jsonld"]
    (problem,) = validate_document(document(picked(**{"shed:door": 1}), **{"@context": context}))
    assert (problem.code, problem.severity) == ("prefix-not-seen", "warning")


@pytest.mark.parametrize("key", ["https://ns.example.org/x", "urn:farm:x", "gs1:harvestDate", "cbvmda:lotNumber"])
def test_whole_uris_and_gs1s_own_prefixes_need_no_declaration(key: str) -> None:
    assert codes(picked(**{key: "x"})) == []


def test_an_event_that_stands_alone_needs_its_own_context() -> None:
    (problem,) = validate_document(picked())
    assert (problem.pointer, problem.code) == ("", "missing-field")
    assert validate_document(picked(**{"@context": CONTEXT})) == []


@pytest.mark.parametrize("context", ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", CONTEXT])
def test_a_context_may_be_an_address_or_a_list(context: Any) -> None:
    assert validate_document(document(picked(), **{"@context": context})) == []


def test_a_context_may_not_give_a_field_another_meaning() -> None:
    declared = {"eventTime": "https://evil.example/t"}
    (problem,) = errors(validate_document(document(picked(), **{"@context": [*CONTEXT, declared]})))
    assert (problem.pointer, problem.code) == ("/@context/2/eventTime", "protected-name")
    (problem,) = errors(validate_document(document(picked(**{"@context": declared}))))
    assert problem.pointer == "/epcisBody/eventList/0/@context/eventTime"


def test_a_prefix_of_gs1_declared_otherwise_is_pointed_out() -> None:
    (problem,) = validate_document(document(picked(**{"@context": {"cbvmda": "urn:epcglobal:cbv:mda"}})))
    assert (problem.code, problem.severity) == ("protected-name", "warning")


def test_a_context_may_repeat_gs1s_names_as_they_are() -> None:
    repeated = {"cbv": "https://ref.gs1.org/cbv/", "gs1": "https://gs1.org/voc/"}
    assert validate_document(document(picked(), **{"@context": [*CONTEXT, repeated]})) == []


@pytest.mark.parametrize("context", [7, None, ["not an address"], [[]], [True]])
def test_another_context_is_refused(context: Any) -> None:
    assert errors(validate_document({**document(picked()), "@context": context}))
    assert errors(validate_document(document({**picked(), "@context": context})))
    assert errors(validate_event({**picked(), "@context": context}))


def test_every_mistake_is_reported_until_nobody_would_read_them() -> None:
    body = picked(**{f"fieldd{number}": 1 for number in range(900)})
    assert codes(body) == ["unknown-field"] * 900


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"@context": None}, "", "missing-field"),
        ({"schemaVersion": None}, "", "missing-field"),
        ({"creationDate": None}, "", "missing-field"),
        ({"epcisBody": None}, "", "missing-field"),
        ({"type": None}, "", "missing-field"),
        ({"epcisBody": {}}, "/epcisBody", "missing-field"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList", "wrong-type"),
        ({"type": "EPCISDocuments"}, "/type", "unknown-document-type"),
        ({"schemaVersion": 2.0}, "/schemaVersion", "not-a-version"),
        ({"schemaVersion": "two"}, "/schemaVersion", "not-a-version"),
        ({"creationDate": "2026-09-12"}, "/creationDate", "not-a-time"),
        ({"id": "document 1"}, "/id", "not-a-uri"),
        ({"sender": 7}, "/sender", "wrong-type"),
        ({"comment": "x"}, "/comment", "unknown-field"),
        ({"epcisHeader": {"masterData": {}}}, "/epcisHeader/masterData", "unknown-field"),
    ],
)
def test_a_document_that_is_wrong_around_its_events_is_refused(fields: Any, pointer: str, code: str) -> None:
    problems = errors(validate_document(document(picked(), **fields)))
    assert (problems[0].pointer, problems[0].code) == (pointer, code)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"epcisBody": {}}, "/epcisBody"),
        ({"epcisBody": {"queryResults": {}}}, "/epcisBody/queryResults"),
        ({"epcisBody": {"queryResults": {"queryName": "x", "resultsBody": {}}}}, "/epcisBody/queryResults/resultsBody"),
    ],
)
def test_a_query_document_without_results_is_refused(fields: Any, pointer: str) -> None:
    problems = errors(validate_document(query_document(**fields)))
    assert {problem.code for problem in problems} == {"missing-field"}
    assert problems[0].pointer == pointer


def test_a_query_document_needs_neither_version_nor_date() -> None:
    assert validate_document(query_document(picked(), schemaVersion=None, creationDate=None)) == []


def test_a_document_without_events_is_right() -> None:
    assert validate_document(document()) == []


def test_an_event_id_given_twice_is_pointed_out_unless_it_declares_an_error() -> None:
    id_ = "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"
    wrong = {"declarationTime": "2026-09-13T08:30:00+08:00", "reason": "did_not_occur"}
    first, again = picked(eventID=id_), picked(eventID=id_, errorDeclaration=wrong)
    assert validate_document(document(first, again)) == []
    (problem,) = validate_document(document(first, first))
    assert (problem.code, problem.severity) == ("duplicate-event-id", "warning")


def test_a_remark_beside_the_events_is_noted_and_one_inside_refused() -> None:
    (problem,) = validate_document(document(picked(), _note="by hand"))
    assert problem.severity == "warning"
    assert errors(validate_document(document(picked(_note="by hand"))))


def test_pointers_start_where_the_caller_says() -> None:
    (problem,) = found(picked(action=None), pointer="/epcisBody/eventList/3")
    assert problem.pointer == "/epcisBody/eventList/3"


def test_a_pointer_escapes_what_rfc_6901_escapes() -> None:
    (problem,) = found(picked(**{"a/b~c": 1}))
    assert problem.pointer == "/a~1b~0c"


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_an_event_of_nothing_but_mistakes_is_left_at_a_thousand() -> None:
    problems = found(picked(epcList=[1] * 5000))
    assert len(errors(problems)) == MOST_PROBLEMS
    assert problems[-1].code == "too-many-errors"


def test_past_a_thousand_errors_every_event_is_still_judged() -> None:
    right, wrong = picked(), picked(eventTimeZoneOffset="8", bizStep="harvesting")
    body = document(*[wrong] * 1200, right, picked(epcList=[1, 2, 3]))
    problems = errors(validate_document(body))
    judged = {problem.pointer.split("/")[3] for problem in problems}
    assert judged == {str(n) for n in range(1202)} - {"1200"}
    assert len(problems) < MOST_PROBLEMS + 1202


def test_warnings_past_a_thousand_are_counted_and_hide_no_error() -> None:
    doubtful = picked(eventID="urn:uuid:00000000-0000-4000-8000-000000000001")
    problems = validate_document(document(*[doubtful] * 1500, picked(bizStep="harvesting")))
    assert len(errors(problems)) == 1
    assert "1499 warnings" in problems[-1].message
    assert len(problems) < MOST_PROBLEMS + 5


def test_where_checking_stops_before_the_events_the_document_says_so() -> None:
    body = {"epcisHeader": {f"wrong{n}": 1 for n in range(2000)}} | document(picked())
    assert NOT_CHECKED in {problem.code for problem in errors(validate_document(body))}


def test_a_name_too_long_to_be_repeated_in_pointers_is_refused_and_not_entered() -> None:
    problems = found(picked(**{"example:" + "x" * 5000: [1, "\ud800"]}))
    assert [problem.code for problem in problems] == ["name-too-long"]
