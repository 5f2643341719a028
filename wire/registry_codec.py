"""Registry records as protobuf and back, and their key on the compacted topic.

Owns the mapping between `provenance.registry.records` and `produce.v1.RegistryRecord`, whose fields have the same
names.
Nothing is lost either way; a record a field was added to later still reads.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError, Message
from produce.v1 import registry_pb2

from epcis.problems import Problem
from provenance.registry.records import Proposal, Record
from provenance.registry.values import KIND_OF, InvalidRecord, record_of, values_of

_OUTER = frozenset({"id", "version", "valid_from", "valid_to", "author", "approved_by"})


class RecordError(ValueError):
    """The bytes are no registry record."""


def key(record: Record) -> bytes:
    """``kind/id/version``: every version has its own key, so compaction keeps them all."""
    return f"{KIND_OF[type(record)]}/{record.id}/{record.version}".encode()


def parse_key(value: bytes) -> tuple[str, str, int]:
    """(kind, id, version) of a topic key; the id may hold slashes. Raises RecordError."""
    try:
        kind, rest = value.decode().split("/", 1)
        id_, version = rest.rsplit("/", 1)
        return kind, id_, int(version)
    except ValueError as error:
        raise RecordError(f"{value!r} is not kind/id/version") from error


def encode(record: Record) -> bytes:
    return to_message(record).SerializeToString()


def decode(value: bytes) -> Record:
    """Raises RecordError where `value` is not a record."""
    try:
        return from_message(registry_pb2.RegistryRecord.FromString(value))
    except (DecodeError, InvalidRecord) as error:
        raise RecordError(f"not a registry record: {error}") from error


def to_message(record: Record) -> registry_pb2.RegistryRecord:
    values = values_of(record)
    if isinstance(record, Proposal):
        values["proposed"] = to_message(record.proposed)
    message: dict[str, Any] = {name: values.pop(name) for name in _OUTER & values.keys()}
    message[KIND_OF[type(record)]] = values
    return registry_pb2.RegistryRecord(**message)


def from_message(message: registry_pb2.RegistryRecord) -> Record:
    """Raises InvalidRecord, with pointers into the record's own fields."""
    kind = message.WhichOneof("record")
    if kind is None:
        raise InvalidRecord([Problem("", "no-kind", "the record is of no kind: set party, site or another of them")])
    return record_of(kind, _fields(message, kind))


def _fields(message: registry_pb2.RegistryRecord, kind: str) -> dict[str, Any]:
    return {name: getattr(message, name) for name in _OUTER} | _values(getattr(message, kind))


def _values(message: Message) -> dict[str, Any]:
    """Present fields by name: an `optional` number only where it was set, a list as a list, a message as its fields."""
    return {
        field.name: _value(getattr(message, field.name))
        for field in message.DESCRIPTOR.fields
        if not field.has_presence or message.HasField(field.name)
    }


def _value(value: Any) -> Any:
    if isinstance(value, registry_pb2.RegistryRecord):
        kind = value.WhichOneof("record") or ""
        return {"record": kind, **_fields(value, kind)} if kind else {}
    if isinstance(value, str | int | float):
        return value
    return [_values(member) if isinstance(member, Message) else member for member in value]
