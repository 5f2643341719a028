"""Samples that cannot be told apart: a sample is sealed once, so one number on two of them is one number too few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from epcis.events import Event
from provenance.graph import gaps
from provenance.graph.evidence import Evidence
from provenance.graph.gaps import Gap


def seal_of(event: Event) -> str:
    """The number on it; "" where none is said."""
    number = event.body.get("suyuan:seal", "")
    return str(number).strip() if isinstance(number, str | int) else ""


def samples(event: Event) -> Iterator[str]:
    """Ids of the samples that were taken."""
    if event.biz_step == "sampling":
        yield from (item.key for item in event.objects if not item.of_class)


def sealed_twice(keys: Collection[str], evidence: Evidence) -> Iterator[Gap]:
    """Of the samples taken of these goods: those that another report takes too, of whatever goods, and those that bear
    one seal."""
    documents = (document for key in keys for document in evidence.naming.get(key, ()))
    taken = {document.event.event_id: document.event for document in documents}
    ids: set[str] = set()
    of_seal: defaultdict[str, dict[str, Event]] = defaultdict(dict)
    for event in taken.values():
        ids.update(samples(event))
        if event.biz_step == "sampling" and (seal := seal_of(event)):
            of_seal[seal][event.event_id] = event
    twice = {id_: {d.event.event_id for d in evidence.naming.get(id_, ()) if id_ in samples(d.event)} for id_ in ids}
    for events in of_seal.values():
        twice |= {min(samples(event), default=""): set(events) for event in events.values() if len(events) > 1}
    yield from (gaps.sealed_twice(id_, by) for id_, by in sorted(twice.items()) if id_ and len(by) > 1)
