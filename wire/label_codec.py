"""Records on the labels topic: what the ledger has decided of labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from google.protobuf.message import DecodeError
from produce.v1 import labels_pb2

from provenance.label_link import serials_root
from wire.errors import Rejected

Act = Literal["issued", "bound", "returned", "void"]

_ACTS: dict[Act, labels_pb2.LabelAct.ValueType] = {
    "issued": labels_pb2.LABEL_ACT_ISSUED,
    "bound": labels_pb2.LABEL_ACT_BOUND,
    "returned": labels_pb2.LABEL_ACT_RETURNED,
    "void": labels_pb2.LABEL_ACT_VOID,
}
_READ: dict[int, Act] = {labels_pb2.LABEL_ACT_UNSPECIFIED: "issued"}
_READ.update((number, act) for act, number in _ACTS.items())


@dataclass(frozen=True, slots=True)
class LabelsRecord:
    """`serials` are those issued or void; `first` to `last`, in the order of the roll's own record, those bound or
    returned. `lot` or `roll` is "" where the labels are of none. `made_ms` is since 1970.
    """

    act: Act
    request_id: str
    brand: str
    gtin: str
    made_ms: int
    lot: str = ""
    roll: str = ""
    serials: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    key_id: str = ""
    event_ids: tuple[str, ...] = ()
    reason: str = ""

    @property
    def key(self) -> bytes:
        """Of the record on the topic: what happens to a lot, or to a roll before it has one, stays in order."""
        return (f"{self.gtin}/{self.lot}" if self.lot else self.roll).encode()


def encode(record: LabelsRecord) -> bytes:
    """Labels that were issued commit to the root over their serials."""
    return labels_pb2.LabelsIssued(
        request_id=record.request_id,
        brand=record.brand,
        gtin=record.gtin,
        lot=record.lot,
        serials=record.serials,
        key_id=record.key_id,
        issued_ms=record.made_ms,
        event_ids=record.event_ids,
        roll=record.roll,
        serials_root=serials_root(record.serials) if record.act == "issued" else b"",
        act=_ACTS[record.act],
        first=record.first,
        last=record.last,
        reason=record.reason,
    ).SerializeToString()


def decode(value: bytes) -> LabelsRecord:
    """Raises Rejected where it is no record of labels, or its root is not that of its serials."""
    try:
        read = labels_pb2.LabelsIssued.FromString(value)
    except DecodeError as error:
        raise Rejected(f"not a record of labels: {error}") from error
    act = _READ.get(read.act)
    if act is None:
        raise Rejected(f"a record of labels of a kind not known here: {read.act}")
    if read.serials_root and read.serials_root != serials_root(read.serials):
        raise Rejected("a record of labels whose root is not that of its serials")
    return LabelsRecord(
        act,
        read.request_id,
        read.brand,
        read.gtin,
        read.issued_ms,
        read.lot,
        read.roll,
        tuple(read.serials),
        read.first,
        read.last,
        read.key_id,
        tuple(read.event_ids),
        read.reason,
    )
