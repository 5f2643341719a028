"""The event hash id: the same for every spelling of an event, another for every other event."""

import copy
import hashlib
import math
from datetime import datetime
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from epcis.canonical_json import NotCanonicalError, canonical_bytes, part_bytes
from epcis.context import read_context
from epcis.event_hash_values import number, utc_milliseconds
from epcis.event_id import content_hash, event_hash_id, pre_hash, record_id, recorded_bytes
from tests.epcis.documents_of_ours import CONTEXT, LOT, graded, measured, mounted, ordered, packed, picked
from tests.epcis.json_values import anything

_RICH = picked(
    readPoint={"id": "urn:epc:id:sgln:9521234.00006.0", "farm:row": 4},
    certificationInfo=["https://certs.example.org/2", "https://certs.example.org/1"],
    epcList=["urn:farm:crate:2", "urn:farm:crate:1"],
    sourceList=[{"type": "location", "source": "urn:farm:plot:1"}, {"type": "owning_party", "source": "urn:farm:a"}],
    bizTransactionList=[{"bizTransaction": "urn:farm:order:1"}, {"type": "po", "bizTransaction": "urn:farm:order:2"}],
    persistentDisposition={"set": ["recalled", "active"], "unset": ["in_transit"]},
    ilmd={"farm:variety": "Yulu", "farm:scores": [3, 1, {"farm:b": 2, "farm:a": 1}]},
    **{"farm:z": 1, "farm:a": {"farm:y": [True, None, ""]}},
)


def hashed(body: dict[str, Any]) -> str:
    return event_hash_id(body, context=CONTEXT)


def test_the_id_is_a_named_information_uri_of_the_pre_hash_string() -> None:
    digest = hashlib.sha256(pre_hash(_RICH, context=CONTEXT).encode()).hexdigest()
    assert hashed(_RICH) == f"ni:///sha-256;{digest}?ver=CBV2.0"
    assert content_hash(_RICH, context=CONTEXT).hex() == digest


def _reordered(value: Any) -> Any:
    """The same event with members in another order, and with lists that are sets in another order."""
    if isinstance(value, dict):
        return {key: _reordered(member) for key, member in reversed(value.items())}
    return [_reordered(member) for member in reversed(value)] if isinstance(value, list) else value


@pytest.mark.parametrize("body", [_RICH, graded(), packed(), mounted(), ordered(), measured()])
def test_order_does_not_matter(body: dict[str, Any]) -> None:
    assert hashed(_reordered(body)) == hashed(body)


@pytest.mark.parametrize("field", ["eventID", "recordTime", "errorDeclaration", "rdfs:comment"])
def test_what_is_not_the_event_does_not_matter(field: str) -> None:
    values: dict[str, Any] = {"errorDeclaration": {"declarationTime": "2026-09-13T08:00:00Z"}}
    assert hashed({**_RICH, field: values.get(field, "urn:x:y")}) == hashed(_RICH)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"eventTime": "2026-09-12T08:30:00+08:00"}, {"eventTime": "2026-09-12T00:30:00.000Z"}),
        ({"bizStep": "shipping"}, {"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}),
        ({"bizStep": "shipping"}, {"bizStep": "cbv:BizStep-shipping"}),
        ({"bizStep": "shipping"}, {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}),
        ({"bizStep": "farm:cool"}, {"bizStep": "https://ns.example.org/farm/cool"}),
        (
            {"epcList": ["urn:epc:id:sgtin:9521234.000002.BX1"]},
            {"epcList": ["https://id.gs1.org/01/09521234000020/21/BX1"]},
        ),
        (
            {"epcList": ["https://shop.example/01/09521234000020/10/L/21/BX1?x=1"]},
            {"epcList": ["https://id.gs1.org/01/09521234000020/21/BX1"]},
        ),
        ({"quantityList": [{"epcClass": LOT, "quantity": 5}]}, {"quantityList": [{"epcClass": LOT, "quantity": 5.0}]}),
        ({"farm:x": 1.50}, {"farm:x": "1.5"}),
        ({"farm:x": "2.0"}, {"farm:x": 2}),
        ({"farm:x": " y "}, {"farm:x": "y"}),
        ({"farm:x": "y"}, {"https://ns.example.org/farm/x": "y"}),
        ({"farm:x": ["y"]}, {"farm:x": "y"}),
        ({"farm:x": None}, {}),
        ({"farm:x": []}, {}),
        ({"certificationInfo": "urn:c:1"}, {"certificationInfo": ["urn:c:1"]}),
    ],
)
def test_spellings_of_one_event_have_one_id(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert hashed(picked(**one)) == hashed({**picked(), **other} if other else picked())


def test_the_name_of_a_prefix_does_not_matter() -> None:
    body = picked(**{"farm:x": {"farm:y": 1}})
    renamed = picked(**{"f:x": {"f:y": 1}})
    assert event_hash_id(renamed, context=[CONTEXT[0], {"f": "https://ns.example.org/farm/"}]) == hashed(body)


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-09-12T08:30:00.001+08:00"},
        {"eventTimeZoneOffset": "+09:00"},
        {"action": "DELETE"},
        {"disposition": "active"},
        {"farm:z": 2},
        {"farm:z": "01"},
        {"farm:new": ""},
        {"farm:a": {"farm:y": [False, None, ""]}},
        {"ilmd": {}},
        {"epcList": ["urn:farm:crate:1"]},
    ],
)
def test_any_change_of_the_event_is_another_id(change: dict[str, Any]) -> None:
    assert hashed({**_RICH, **change}) != hashed(_RICH)


def test_a_context_inside_an_extension_counts_there_and_is_no_part_of_the_event() -> None:
    nested = {"@context": {"@vocab": "https://v.example/", "f": "https://f.example/"}, "street": "1", "f:zip": 2}
    text = pre_hash(picked(**{"farm:address": nested, "farm:z": {"street": "1"}}), context=CONTEXT)
    farm = "{https://ns.example.org/farm/}"
    assert text.endswith(f"{farm}address{{https://f.example/}}zip=2{{https://v.example/}}street=1{farm}zstreet=1")


def test_bare_digits_in_an_extension_stay_bare_digits() -> None:
    assert "{https://ns.example.org/farm/}x=09521234000013" in pre_hash(
        picked(**{"farm:x": "09521234000013"}), context=CONTEXT
    )


def test_fields_a_repository_ignores_are_left_out() -> None:
    body = picked(**{"farm:captureID": "7"})
    assert event_hash_id(body, context=CONTEXT, ignored=["farm:captureID"]) == hashed(picked())


def test_a_source_comes_before_a_destination_and_both_before_sensors() -> None:
    """CBV 2.0, 8.9.2, positions 20 to 23; ADR 0010."""
    body = measured(
        sourceList=[{"type": "location", "source": "urn:x:a"}],
        destinationList=[{"type": "location", "destination": "urn:x:b"}],
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:c"}],
    )
    text = pre_hash(body, context=CONTEXT)
    places = [text.index(f) for f in ("bizTransactionList", "sourceList", "destinationList", "sensorElementList")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2023-02-02T11:04:03.1415Z", "2023-02-02T11:04:03.142Z"),
        ("2023-02-02T11:04:03.1425Z", "2023-02-02T11:04:03.143Z"),
        ("2023-02-02T11:04:03.1414999Z", "2023-02-02T11:04:03.141Z"),
        ("2023-12-31T23:59:59.9995Z", "2024-01-01T00:00:00.000Z"),
        ("0999-01-01T00:00:00Z", "0999-01-01T00:00:00.000Z"),
        ("2023-02-02T01:00:00+14:00", "2023-02-01T11:00:00.000Z"),
    ],
)
def test_times_are_rounded_half_up_at_the_fourth_decimal(text: str, written: str) -> None:
    assert utc_milliseconds(text) == written


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9000, 1, 1)))
def test_a_written_time_is_written_the_same_again(moment: datetime) -> None:
    once = utc_milliseconds(f"{moment.isoformat()}+08:00")
    assert utc_milliseconds(once) == once
    assert len(once) == 24


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, "1"),
        (0.3434, "0.3434"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (100, "100"),
        (True, "true"),
    ],
)
def test_numbers_have_no_trailing_zeros_and_no_exponent(value: float, written: str) -> None:
    assert number(value) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_is_the_number(value: float) -> None:
    assert float(number(value)) == value


# --- contexts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "name", "expected"),
    [
        ({"x": "https://x.example/"}, "x:y", "{https://x.example/}y"),
        ({"x": {"@id": "https://x.example/", "@prefix": True}}, "x:y", "{https://x.example/}y"),
        ({"x": "b:x/", "b": "https://b.example/"}, "x:y", "{https://b.example/x/}y"),
        ({"@vocab": "https://v.example/"}, "y", "{https://v.example/}y"),
        ({"y": "https://t.example/#why"}, "y", "{https://t.example/#}why"),
        ([{"x": "https://x.example/"}, [{"x": "https://z.example/"}]], "x:y", "{https://z.example/}y"),
        (None, "cbvmda:lotNumber", "{urn:epcglobal:cbv:mda:}lotNumber"),
        (None, "https://x.example/a/b", "{https://x.example/a/}b"),
        (None, "urn:x:y", "{urn:x:}y"),
        (None, "unknown:y", "{unknown:}y"),
        (None, "y", "y"),
        ({"x": 7, "y": None, "z": {"@id": []}}, "x:y", "{x:}y"),
    ],
)
def test_a_name_is_written_with_its_namespace(context: Any, name: str, expected: str) -> None:
    assert read_context(context).qualified(name) == expected


def test_prefixes_declared_in_a_circle_end_somewhere() -> None:
    circle = {f"p{n}": f"p{(n + 1) % 5000}:x" for n in range(5000)}
    assert read_context(circle).qualified("p0:y").endswith("}y")


@given(anything, anything)
def test_any_value_may_stand_where_a_context_should(outer: Any, inner: Any) -> None:
    assert read_context(outer, inner).prefixes["cbv"] == "https://ref.gs1.org/cbv/"


# --- records ----------------------------------------------------------------------------------------------------------


def test_a_recorded_event_has_an_id_and_no_record_time() -> None:
    body = picked(**{"@context": CONTEXT, "recordTime": "2026-09-12T09:00:00Z"})
    recorded = orjson.loads(recorded_bytes(body))
    assert recorded == {**picked(**{"@context": CONTEXT}), "eventID": event_hash_id(body)}


def test_an_event_keeps_the_id_it_came_with() -> None:
    body = picked(eventID="urn:x:1", **{"@context": CONTEXT})
    assert orjson.loads(recorded_bytes(body))["eventID"] == "urn:x:1"


def test_recording_does_not_change_the_event_it_is_given() -> None:
    body = picked(**{"@context": CONTEXT, "recordTime": "2026-09-12T09:00:00Z"})
    before = copy.deepcopy(body)
    recorded_bytes(body)
    assert body == before


def test_what_is_recorded_is_recorded_the_same_again() -> None:
    once = recorded_bytes({**_RICH, "@context": CONTEXT})
    assert recorded_bytes(orjson.loads(once)) == once
    assert record_id(once) == hashlib.sha256(once).hexdigest()


def test_one_and_one_point_nought_are_one_record() -> None:
    first, second = picked(**{"@context": CONTEXT, "farm:x": 1}), picked(**{"@context": CONTEXT, "farm:x": 1.0})
    assert recorded_bytes(first) == recorded_bytes(second)


def _or_none(encode: Any, value: Any) -> bytes | None:
    try:
        return bytes(encode(value))
    except (NotCanonicalError, rfc8785.CanonicalizationError, UnicodeEncodeError):
        return None


@given(anything)
def test_canonical_bytes_are_those_of_rfc_8785_for_any_json_value(value: Any) -> None:
    assert _or_none(canonical_bytes, value) == _or_none(rfc8785.dumps, value)


@given(st.dictionaries(st.text(max_size=8), anything, max_size=6), st.data())
def test_a_part_of_what_was_read_is_written_as_if_it_stood_alone(value: dict[str, Any], data: st.DataObject) -> None:
    written = _or_none(canonical_bytes, value) or b"{}"
    whole = orjson.loads(written)
    part = {name: whole[name] for name in whole if data.draw(st.booleans())}
    alone = _or_none(canonical_bytes, part)
    assume(alone is not None)
    assert part_bytes(part, whole, written) == part_bytes(part, whole, b"") == alone


@given(st.floats())
def test_every_float_is_written_as_rfc_8785_writes_it(value: float) -> None:
    assert _or_none(canonical_bytes, [value]) == _or_none(rfc8785.dumps, [value])


@given(
    st.floats(min_value=1e-5, max_value=1e22) | st.sampled_from([1e-4, 9.999e-5, 1e15, 999999999999999.9, 1e16, 1e21])
)
def test_floats_near_the_bounds_of_the_fast_way_are_written_alike(value: float) -> None:
    for signed in (value, -value, math.nextafter(value, 0), math.nextafter(value, 1e300)):
        assert canonical_bytes([signed]) == rfc8785.dumps([signed])


@given(st.dictionaries(st.text(), st.text()))
def test_names_are_sorted_by_utf_16_as_rfc_8785_sorts_them(value: dict[str, str]) -> None:
    assume(all(_or_none(rfc8785.dumps, text) is not None for pair in value.items() for text in pair))
    assert canonical_bytes(value) == rfc8785.dumps(value)
