"""Records on the labels topic, those of earlier versions among them."""

from __future__ import annotations

import pytest
from produce.v1 import labels_pb2

from provenance.label_link import serial, serials_root
from provenance.merkle import hash_leaf, inclusion_proof, root_of, verify_inclusion
from wire.errors import Rejected
from wire.label_codec import LabelsRecord, decode, encode

SERIALS = tuple(serial(b"seed", at) for at in range(5))
MADE = LabelsRecord(
    "issued", "r1", "brand", "19520001000017", 1_000, lot="PK1", serials=SERIALS, key_id="01020304", event_ids=("e",)
)
ROLLED = LabelsRecord("issued", "r2", "brand", "19520001000017", 1_000, roll="ROLL234567", serials=SERIALS)
BOUND = LabelsRecord(
    "bound", "b1", "brand", "19520001000017", 2_000, lot="PK1", roll="ROLL234567", first=SERIALS[0], last=SERIALS[3]
)
VOID = LabelsRecord("void", "v1", "brand", "19520001000017", 3_000, lot="PK1", serials=SERIALS[:1], reason="misprinted")


@pytest.mark.parametrize("record", [MADE, ROLLED, BOUND, VOID], ids=lambda record: record.act)
def test_a_record_comes_back_as_it_was_told(record: LabelsRecord) -> None:
    assert decode(encode(record)) == record


def test_the_topics_root_proves_each_serial_to_be_one_of_those_made_together() -> None:
    root = labels_pb2.LabelsIssued.FromString(encode(MADE)).serials_root
    leaves = [hash_leaf(one.encode()) for one in SERIALS]
    for at, leaf in enumerate(leaves):
        proof = inclusion_proof(at, 5, lambda level, place: root_of(leaves[place << level : (place + 1) << level]))
        assert verify_inclusion(leaf, at, 5, proof, root)


def test_a_record_of_before_there_were_rolls_says_that_labels_were_issued() -> None:
    old = labels_pb2.LabelsIssued(request_id="r1", gtin="19520001000017", lot="PK1", serials=SERIALS)
    assert decode(old.SerializeToString()).act == "issued"


def test_a_root_that_is_not_that_of_the_serials_is_found() -> None:
    forged = labels_pb2.LabelsIssued(serials=SERIALS, serials_root=serials_root(SERIALS[1:]))
    for value in (forged.SerializeToString(), b"\xff", labels_pb2.LabelsIssued(act=99).SerializeToString()):  # type: ignore[arg-type]
        with pytest.raises(Rejected, match="record of labels"):
            decode(value)


def test_a_lots_records_stay_in_order_and_so_do_a_rolls_of_before_it_has_one() -> None:
    assert MADE.key == BOUND.key == VOID.key == b"19520001000017/PK1"
    assert ROLLED.key == b"ROLL234567"
