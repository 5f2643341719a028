"""Look-ups of labels as the scans topic carries them, and back: many to a record, so that a worker keeps up."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.message import DecodeError
from produce.v1 import scans_pb2 as pb

from provenance.scans.cells import Cell
from provenance.scans.scan import Scan

MOST_SCANS = 500
"""In one record: some 25 KiB."""


class ScanError(ValueError):
    """The bytes are no record of scans."""


def encode(scans: Sequence[Scan]) -> bytes:
    """Raises ScanError where there are none, or more than `MOST_SCANS`."""
    if not 1 <= len(scans) <= MOST_SCANS:
        raise ScanError(f"a record has 1 to {MOST_SCANS} scans, not {len(scans)}")
    return pb.Scanned(scans=map(_message, scans)).SerializeToString(deterministic=True)


def decode(value: bytes) -> tuple[Scan, ...]:
    """Raises ScanError, whose message goes into logs: it says nothing of a label or a place."""
    try:
        scans = tuple(map(_scan, pb.Scanned.FromString(value).scans))
    except DecodeError as error:
        raise ScanError(f"not a record of scans: {error}") from error
    except ValueError as error:
        raise ScanError(f"a record of scans with one that is none: {error}") from error
    if not 1 <= len(scans) <= MOST_SCANS:
        raise ScanError(f"a record has 1 to {MOST_SCANS} scans, not {len(scans)}")
    return scans


def _message(scan: Scan) -> pb.Scan:
    return pb.Scan(label=scan.label, hour=scan.hour, tag=scan.tag, cell="" if scan.cell is None else str(scan.cell))


def _scan(message: pb.Scan) -> Scan:
    return Scan(message.label, message.hour, message.tag, Cell(message.cell) if message.cell else None)
