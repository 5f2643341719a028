"""An event as a document of the store, and back: the one place where the fields have names.

`_id` is the SHA-256 of the event's bytes, `keys` is what it can be found by, `first` the earliest of its reports.
`first` is compared as a whole, field by field in this order, by the store's `$min`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from epcis.events import Event, milliseconds
from epcis.identifiers import canonical
from epcis.vocabulary import bare_word
from provenance.standing import First
from services.traceability.ports import Outline, StoredEvent
from services.traceability.store.names import Name, names
from services.traceability.store.numbers import MILESTONE, certificates, made, numbers

Document = dict[str, Any]

READ_FIELDS = {"_id": 1, "bytes": 1, "hash": 1, "first": 1}
"""What a reader needs; keys and words are there to be found by and are read out of the bytes again."""

OUTLINE_FIELDS = {"_id": 1, "event": 1, "corrective": 1, "first": 1}


MILESTONES_BELOW = "008"
"""Record ids are digests."""


class UnreadableEvent(ValueError):
    """The bytes are no event; such bytes come from a writer that is not ours, or from a bug in one that is."""


def document_of(stored: StoredEvent) -> Document:
    """What is inserted. Absent words are left out, so that they cost nothing. Raises UnreadableEvent."""
    try:
        return _document(stored, orjson.loads(stored.event))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableEvent(f"this is no event ({type(error).__name__}: {error})") from error


def _document(stored: StoredEvent, body: Mapping[str, Any]) -> Document:
    named = names(body)
    return {
        "_id": stored.record_id,
        "bytes": stored.event,
        "hash": stored.content_hash,
        "event": body["eventID"],
        "type": body["type"],
        "time": milliseconds(body["eventTime"]),
        **dict(_words(body)),
        **_declared(body),
        "keys": [*_milestone(stored), *_numbered(body, named), *map(_key, named)],
        "first": first_document(stored.first),
    }


def _milestone(stored: StoredEvent) -> Iterator[Document]:
    """One event in 512, whichever those are: between two of them a query without a name reads."""
    if stored.record_id < MILESTONES_BELOW:
        yield {"k": MILESTONE}


def _numbered(body: Mapping[str, Any], named: Sequence[Name]) -> Iterator[Document]:
    for name, things in (certificates(body) or numbers(made(body, named))).items():
        yield {"k": name, "of": things}


def _words(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "action" in body:
        yield "action", body["action"]
    for field, name in (("step", "bizStep"), ("disposition", "disposition")):
        if name in body:
            yield field, str(bare_word(body[name]))
    for field, name in (("read_point", "readPoint"), ("biz_location", "bizLocation")):
        if name in body:
            yield field, canonical(body[name]["id"])


def _declared(body: Mapping[str, Any]) -> Document:
    """The ids that are right instead, of a report that declares its event wrong."""
    declaration = Event(body).error_declaration if "errorDeclaration" in body else None
    return {} if declaration is None else {"corrective": list(declaration.corrective_event_ids)}


def first_document(first: First) -> Document:
    """In the order of comparison (architecture.md, rule 3)."""
    return {
        "recorded": first.record_time_ms,
        "topic": first.topic,
        "partition": first.partition,
        "offset": first.offset,
        "capturer": first.capturer,
    }


def stored_event(document: Mapping[str, Any]) -> StoredEvent:
    """From a document read with READ_FIELDS."""
    return StoredEvent(document["_id"], document["bytes"], document["hash"], first_of(document["first"]))


def outline(document: Mapping[str, Any]) -> Outline:
    """From a document read with OUTLINE_FIELDS, of whose keys at most the one asked for was read.

    One that was stored before there were outlines has neither id nor things: it makes nothing that can be found so.
    """
    corrective = document.get("corrective")
    return Outline(
        document["_id"],
        document.get("event", ""),
        first_of(document["first"]),
        None if corrective is None else tuple(corrective),
        tuple(key for entry in document.get("keys", ()) for key in entry.get("of", ())),
    )


def first_of(first: Mapping[str, Any]) -> First:
    return First(first["recorded"], first["topic"], first["partition"], first["offset"], first["capturer"])


def keys_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Every key a stored document names; what it makes is found by a number too, on which no history rests."""
    return frozenset(key["k"] for key in document["keys"] if "r" in key)


def days_measured(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Names of the days (`epcis.readings`) that stored documents measured on."""
    return {key["k"] for document in documents for key in document["keys"] if key.get("r") == "reading"}


def _key(name: Name) -> Document:
    return {"k": name.key, "r": name.role, "c": True} if name.is_class else {"k": name.key, "r": name.role}
