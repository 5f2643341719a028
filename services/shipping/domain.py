"""What looks odd in a report of handling, moving or selling. All of it is recorded: a strange scan is still a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from epcis.events import Event, milliseconds
from epcis.problems import Problem


def checks(event: Event, latest: date) -> Iterator[Problem]:
    """Warnings only: `provenance.access.admission` has refused what no report may say (an amount below nothing)."""
    for rule in RULES:
        yield from rule(event)


def _inside_itself(event: Event) -> Iterator[Problem]:
    if event.parent and any(child.key == event.parent for child in event.children):
        yield _odd("/parentID", "inside-itself", f"{event.parent} would be inside itself")


def _made_of_itself(event: Event) -> Iterator[Problem]:
    for key in sorted({item.key for item in event.inputs} & {item.key for item in event.outputs}):
        yield _odd("", "made-of-itself", f"{key} would be made of itself; what comes out needs a name of its own")


def _nowhere_to_go(event: Event) -> Iterator[Problem]:
    if event.biz_step == "shipping" and not event.destinations:
        message = "the shipment names no destination, so no receipt can be matched with it"
        yield _odd("/destinationList", "no-destination", message)


def _back_where_it_was(event: Event) -> Iterator[Problem]:
    start, end = dict(event.sources).get("location"), dict(event.destinations).get("location")
    if start and start == end:
        yield _odd("/destinationList", "same-place", f"it would go from {start} to where it is")


def _ends_before_it_begins(event: Event) -> Iterator[Problem]:
    for i, element in enumerate(event.body.get("sensorElementList", ())):
        measured = element.get("sensorMetadata", {})
        times = [milliseconds(measured[field]) for field in ("startTime", "endTime") if field in measured]
        if times != sorted(times):
            pointer = f"/sensorElementList/{i}/sensorMetadata/endTime"
            yield _odd(pointer, "ends-before-it-begins", "these readings end before they begin")


RULES: tuple[Callable[[Event], Iterator[Problem]], ...] = (
    _inside_itself,
    _made_of_itself,
    _nowhere_to_go,
    _back_where_it_was,
    _ends_before_it_begins,
)


def _odd(pointer: str, code: str, message: str) -> Problem:
    return Problem(pointer, code, f"{message}; recorded as reported", "warning")
