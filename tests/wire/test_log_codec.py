"""What becomes of records in the transparency log, and the records on its own topic."""

from dataclasses import replace

import pytest

from provenance.log.leaves import Leaf, LeafKind, salted
from wire import label_codec
from wire.envelope import RecordedEvent, encode
from wire.errors import Rejected
from wire.label_codec import LabelsRecord
from wire.log_codec import decode_entries, encode_entries, event_leaves, labels_leaves, labels_record_id

KEY = b"key"
EVENTS = [RecordedEvent(text, bytes(32), 1_000, "urn:x:reporter") for text in (b"{}", b"[]")]
LABELS = LabelsRecord(
    "issued", "request-1", "brand", "09520001000010", 1_000, lot="L1", serials=("A", "B"), key_id="01"
)


def test_each_event_of_an_envelope_is_a_leaf_whoever_reported_it_and_when() -> None:
    leaves = event_leaves(encode(EVENTS), salt_key=KEY)
    assert leaves == [salted(LeafKind.EVENT, bytes.fromhex(one.record_id), salt_key=KEY) for one in EVENTS]
    again = [replace(one, record_time_ms=2_000, capturer="urn:x:other") for one in EVENTS]
    assert event_leaves(encode(again), salt_key=KEY) == leaves


def _labels(record: LabelsRecord) -> Leaf:
    (leaf,) = labels_leaves(label_codec.encode(record), salt_key=KEY)
    return leaf


def test_a_retry_after_the_signing_key_was_changed_is_the_same_leaf() -> None:
    assert _labels(LABELS) == _labels(replace(LABELS, key_id="02"))
    assert _labels(LABELS) == salted(LeafKind.LABELS, labels_record_id(LABELS), salt_key=KEY)


@pytest.mark.parametrize(
    "other",
    [
        {"act": "void"},
        {"request_id": "request-2"},
        {"brand": "another"},
        {"lot": "L2"},
        {"lot": "", "roll": "L1"},
        {"serials": ("B", "A")},
        {"first": "A"},
        {"last": "A"},
    ],
)
def test_what_else_is_said_of_labels_is_another_leaf(other: dict[str, object]) -> None:
    assert _labels(LABELS) != _labels(replace(LABELS, **other))  # type: ignore[arg-type]


def test_entries_are_read_as_they_were_written() -> None:
    entries = [salted(LeafKind.EVENT, bytes([n] * 32), salt_key=KEY).entry for n in range(3)]
    assert decode_entries(encode_entries(entries)) == entries
    assert decode_entries(encode_entries([])) == []


@pytest.mark.parametrize("value", [b"\xff", encode_entries([b"short"])])
def test_what_is_no_record_of_the_log_is_refused(value: bytes) -> None:
    with pytest.raises(Rejected, match="log"):
        decode_entries(value)


@pytest.mark.parametrize("leaves_of", [event_leaves, labels_leaves])
def test_what_cannot_be_read_has_no_leaves(leaves_of: object) -> None:
    with pytest.raises(Rejected):
        leaves_of(b"\xff", salt_key=KEY)  # type: ignore[operator]
