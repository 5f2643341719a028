"""A document cut into parts that one call takes, and how far an interrupted capture of it has come."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from epcis.documents import SCHEMA_VERSION, event_list, event_path

PART_EVENTS = 500
PART_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A whole EPCISDocument or EPCISQueryDocument with some of the events; `first` is the place of its first one."""

    first: int
    events: int
    body: bytes


def parts(document: Mapping[str, Any], now: datetime) -> Iterator[Part]:
    """The document in its own order. A bare event gets a document around it, dated `now`."""
    whole = document if "epcisBody" in document else _around(document, now)
    first = 0
    for events in _runs(event_list(whole) or ()):
        yield Part(first, len(events), json.dumps(_with_events(whole, events), ensure_ascii=False).encode())
        first += len(events)


def _around(event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "@context": event.get("@context", []),
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "epcisBody": {"eventList": [event]},
    }


def _runs(events: Sequence[Any]) -> Iterator[Sequence[Any]]:
    run: list[Any] = []
    size = 0
    for event in events:
        length = len(json.dumps(event, ensure_ascii=False).encode())
        if run and (len(run) == PART_EVENTS or size + length > PART_BYTES):
            yield run
            run, size = [], 0
        run.append(event)
        size += length
    if run:
        yield run


def _with_events(document: Mapping[str, Any], events: Sequence[Any]) -> dict[str, Any]:
    """A copy of the document with other events in the place of its own."""
    return _replaced(document, event_path(document), list(events))


def _replaced(body: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    inner = value if len(path) == 1 else _replaced(body[path[0]], path[1:], value)
    return {**body, path[0]: inner}


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How many events of one file went to one portal, kept in a file until all did."""

    path: Path

    @classmethod
    def of(cls, folder: Path, portal: str, raw: bytes) -> "Bookmark":
        return cls(folder / f"{sha256(portal.encode() + b' ' + raw).hexdigest()[:32]}.capture")

    def read(self) -> int:
        try:
            return int(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0

    def write(self, events: int) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{events}\n", encoding="utf-8")
        fresh.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
