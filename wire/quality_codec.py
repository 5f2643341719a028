"""What inspections come to by the standard of their day, and holds by who set them, as messages of a history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from produce.v1 import traceability_pb2 as pb

from provenance.histories.history import History
from provenance.quality.hold_effects import effects
from provenance.quality.measured_words import result_words
from provenance.quality.tested import Tests
from provenance.registry.records import Registry

VERDICTS: Mapping[bool | None, str] = {True: "conforms", False: "does_not_conform", None: ""}


def test_messages(history: History, registry: Registry) -> Iterator[pb.Test]:
    """Of a back history; a box whose lot failed is told of it, too."""
    tests = Tests(history, registry)
    blocking = {one.failing.inspection.event_id for one in tests.blocking()}
    for one in tests.all:
        said = result_words(one)
        id_ = one.inspection.event_id
        yield pb.Test(
            event_id=id_,
            verdict=VERDICTS[one.verdict],
            blocking=id_ in blocking,
            sentence_zh=said.zh,
            sentence_en=said.en,
        )


def hold_messages(history: History, registry: Registry) -> Iterator[pb.Hold]:
    """Of a history in either direction, or a page of one."""
    for one in effects(history, registry):
        yield pb.Hold(
            event_id=one.event_id, kind=one.kind, keys=one.keys, sentence_zh=one.why.zh, sentence_en=one.why.en
        )
