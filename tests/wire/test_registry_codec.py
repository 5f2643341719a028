"""A registry record survives the wire, whatever is in it, and its key names it."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from produce.v1 import registry_pb2

from provenance.registry.records import Party, Record, Site
from provenance.registry.values import KIND_OF, KINDS, InvalidRecord, record_of, values_of
from wire.registry_codec import RecordError, decode, encode, from_message, key, parse_key

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(str.strip).filter(bool)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False),
    Decimal: DECIMALS,
    date: st.dates(),
    frozenset[str]: st.frozensets(WORDS, max_size=4),
    Record: st.deferred(lambda: st.one_of([of_class(cls) for kind, cls in KINDS.items() if kind != "proposal"])),
}


def of_hint(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is tuple:
        return st.lists(of_class(hint.__args__[0]), max_size=3).map(tuple)
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    return st.none() | of_hint(next(part for part in hint.__args__ if part is not type(None)))


def of_class(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    return st.builds(cls, **{field.name: of_hint(hints[field.name]) for field in fields(cls)})


RECORDS = st.one_of([of_class(cls) for cls in KINDS.values()])


@given(RECORDS)
def test_a_record_comes_back_from_the_wire_as_it_went(record: Record) -> None:
    assert decode(encode(record)) == record


@given(RECORDS)
def test_a_record_comes_back_from_its_plain_values_as_it_went(record: Record) -> None:
    assert record_of(KIND_OF[type(record)], values_of(record)) == record


@given(RECORDS)
def test_a_key_names_kind_id_and_version_even_where_the_id_has_slashes(record: Record) -> None:
    assert parse_key(key(record)) == (KIND_OF[type(record)], record.id, record.version)


def test_every_kind_and_field_of_a_record_has_its_place_in_the_message() -> None:
    message: Any = registry_pb2.RegistryRecord.DESCRIPTOR
    assert {field.name for field in message.oneofs_by_name["record"].fields} == set(KINDS)
    for kind, cls in KINDS.items():
        there = {field.name for field in message.fields_by_name[kind].message_type.fields}
        assert there == {field.name for field in fields(cls)} - {field.name for field in fields(Record)}


def test_nought_degrees_of_latitude_is_a_place_and_no_latitude_is_none() -> None:
    on_the_equator = Site(id="https://suyuan.example/plot/1", kind="plot", party="p", name_zh="坡", latitude=0.0)
    assert decode(encode(on_the_equator)).latitude == 0.0  # type: ignore[attr-defined]


def test_a_record_written_before_a_field_was_added_still_reads() -> None:
    older = registry_pb2.RegistryRecord(id="x", version=1, party=registry_pb2.Party(kind="grower", name_zh="甲"))
    assert decode(older.SerializeToString()) == Party(id="x", kind="grower", name_zh="甲")


@pytest.mark.parametrize("value", [b"\xff\xff", b"", encode(Party(id="x", kind="g", name_zh="z"))[:-1]])
def test_bytes_that_are_no_record_are_refused(value: bytes) -> None:
    with pytest.raises(RecordError):
        decode(value)


@pytest.mark.parametrize("value", [b"party", b"party/x", b"party/x/one", b"\xff/x/1"])
def test_a_key_of_another_shape_is_refused(value: bytes) -> None:
    with pytest.raises(RecordError):
        parse_key(value)


def test_each_wrong_field_is_named_with_its_own_sentence() -> None:
    message = registry_pb2.RegistryRecord(
        id="x",
        valid_from="last week",
        site=registry_pb2.Site(kind="plot", party="p", name_zh="坡", area_mu="three"),
    )
    with pytest.raises(InvalidRecord) as refused:
        from_message(message)
    assert {problem.pointer for problem in refused.value.problems} == {"/valid_from", "/area_mu"}


def test_a_message_of_no_kind_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="of no kind"):
        from_message(registry_pb2.RegistryRecord(id="x"))
