"""What becomes of records in the transparency log, and the records on its own topic."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.message import DecodeError
from produce.v1 import log_pb2

from provenance.label_link import serials_root
from provenance.log.leaves import ENTRY_BYTES, Leaf, LeafKind, labels_id, salted
from wire import label_codec
from wire.envelope import EnvelopeError, decode
from wire.errors import Rejected
from wire.label_codec import LabelsRecord


def event_leaves(value: bytes, *, salt_key: bytes) -> list[Leaf]:
    """Of each event in an envelope. Raises Rejected."""
    try:
        ids = [bytes.fromhex(one.record_id) for one in decode(value)]
    except EnvelopeError as error:
        raise Rejected(str(error)) from error
    return [salted(LeafKind.EVENT, id_, salt_key=salt_key) for id_ in ids]


def labels_leaves(value: bytes, *, salt_key: bytes) -> list[Leaf]:
    """One, of what a record on the labels topic says was done. Raises Rejected."""
    return [salted(LeafKind.LABELS, labels_record_id(label_codec.decode(value)), salt_key=salt_key)]


def labels_record_id(record: LabelsRecord) -> bytes:
    """The same on every retry of a request, whose signing key may be another by then."""
    said = (
        record.act,
        record.request_id,
        record.brand,
        record.gtin,
        record.lot,
        record.roll,
        record.first,
        record.last,
    )
    return labels_id(said, len(record.serials), serials_root(record.serials))


def encode_entries(entries: Iterable[bytes]) -> bytes:
    return log_pb2.Commitments(entries=entries).SerializeToString()


def decode_entries(value: bytes) -> list[bytes]:
    """Raises Rejected for what the log's own feed never wrote."""
    try:
        entries = list(log_pb2.Commitments.FromString(value).entries)
    except DecodeError as error:
        raise Rejected(f"not a record of the log: {error}") from error
    if any(len(entry) != ENTRY_BYTES for entry in entries):
        raise Rejected(f"an entry of the log has {ENTRY_BYTES} bytes")
    return entries
