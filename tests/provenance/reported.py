"""Puts events where a history finds them: as documents in a store, each with its first record."""

from collections.abc import Iterable, Mapping
from typing import Any

from epcis.event_id import content_hash, event_hash_id, record_id, recorded_bytes
from epcis.events import Event
from provenance.standing import First, MayDeclare, Reported

Body = Mapping[str, Any]
CAPTURER = "https://example.org/capturer"


def report(body: Body, *, recorded: int = 0, capturer: str = "") -> Reported:
    """The document a service would store for this event, first recorded at this millisecond by this party; by default
    a certificate's issuer, and one and the same for all else."""
    named = body if "eventID" in body else {**body, "eventID": event_hash_id(body)}
    by = capturer or str(body.get("suyuan:issuer") or CAPTURER)
    first = First(recorded, "produce.shipping.v1", 0, recorded, by)
    return Reported(record_id(recorded_bytes(named)), Event(named), content_hash(named), first)


def known_as(*inspectors: str) -> MayDeclare:
    """As a registry that knew these as inspectors, on any day."""
    return lambda party, _on: party in inspectors


def reports(bodies: Iterable[Body], *, capturer: str = "") -> list[Reported]:
    return [report(body, recorded=n, capturer=capturer) for n, body in enumerate(bodies)]
