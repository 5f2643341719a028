"""Look-ups survive the wire, and what is no record of them says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from produce.v1 import scans_pb2

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.scan import Scan
from wire.scan_codec import MOST_SCANS, ScanError, decode, encode

_CELLS = st.builds(lambda north, east: Cell.at(Point(north, east)), st.floats(-85, 85), st.floats(-180, 180))
_LABELS = st.text("23456789ABCDEFGH", min_size=1, max_size=12)
_SCANS = st.builds(Scan, _LABELS, st.integers(0, 10**6), st.binary(min_size=12, max_size=12), st.none() | _CELLS)
_ONE = Scan("A", 480_000, bytes(12))


@given(st.lists(_SCANS, min_size=1, max_size=20))
def test_what_is_recorded_is_read_back(scans: list[Scan]) -> None:
    assert list(decode(encode(scans))) == scans


@pytest.mark.parametrize(
    "message",
    [
        scans_pb2.Scanned(),
        scans_pb2.Scanned(scans=[scans_pb2.Scan(hour=1, tag=bytes(12))]),
        scans_pb2.Scanned(scans=[scans_pb2.Scan(label="A", hour=1, tag=b"short")]),
        scans_pb2.Scanned(scans=[scans_pb2.Scan(label="A", hour=1, tag=bytes(12), cell="here")]),
        scans_pb2.Scanned(scans=[scans_pb2.Scan(label="A", hour=1, tag=bytes(12))] * (MOST_SCANS + 1)),
    ],
)
def test_a_record_without_scans_with_too_many_or_with_one_that_is_none_is_refused(message: scans_pb2.Scanned) -> None:
    with pytest.raises(ScanError):
        decode(message.SerializeToString())


def test_bytes_that_are_no_record_are_refused() -> None:
    with pytest.raises(ScanError):
        decode(b"\xff\xff")


@pytest.mark.parametrize("count", [0, MOST_SCANS + 1])
def test_no_record_is_made_of_nothing_or_of_too_much(count: int) -> None:
    with pytest.raises(ScanError):
        encode([_ONE] * count)


def test_a_full_record_stays_below_the_size_of_a_record() -> None:
    scan = Scan("ABCDEFGHJKMN", 500_000, bytes([255] * 12), Cell.at(Point(36.7, 110.9)))
    assert len(encode([scan] * MOST_SCANS)) < 32 * 1024
