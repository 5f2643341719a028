"""The order in which events are told and applied: by instant, what makes before what takes away, then record id."""

from __future__ import annotations

from collections.abc import Iterable

from provenance.standing import Reported

_RANK = {"ADD": 0, "OBSERVE": 1, "DELETE": 2}


def order(document: Reported) -> tuple[int, int, str]:
    """Sort key. Within one instant things come into being, are seen, and go: people report by the minute."""
    event = document.event
    return event.time_ms, _RANK.get(event.action or "ADD", 1), document.record_id


def in_order(documents: Iterable[Reported]) -> list[Reported]:
    return sorted(documents, key=order)
