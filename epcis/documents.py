"""EPCIS documents: taken apart into events that stand alone, and put together again.

Owns the two document forms of EPCIS 2.0 (10.2: EPCISDocument, EPCISQueryDocument), a bare event, and what an event
needs from its document to stand alone: the ``@context`` that gives its prefixes meaning. Leaves judgement to
`epcis.validation`: reading refuses only what is not JSON or has no place where events could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from epcis.context import GS1_ADDRESS, GS1_CONTEXT
from epcis.exact_json import read_json

SCHEMA_VERSION = "2.0"


class DocumentError(ValueError):
    """This cannot be read as a document at all; the message says why in one sentence."""


@dataclass(frozen=True)
class Document:
    """A document as it came (`body`) and its events, each with the ``@context`` it needs to stand alone.

    `ignored` are the keys of a repository's bookkeeping that the document says are no part of its events (ADR 0010).
    """

    body: Mapping[str, Any]
    events: tuple[dict[str, Any], ...]

    @property
    def context(self) -> Any:
        return self.body.get("@context")

    @property
    def ignored(self) -> frozenset[str]:
        listed = [
            value for key, value in self.body.items() if key.endswith(":ignoreFields") and isinstance(value, list)
        ]
        return frozenset(key for keys in listed for key in keys if isinstance(key, str))


def read_document(raw: bytes | Mapping[str, Any]) -> Document:
    """Takes JSON bytes or the parsed value. Raises DocumentError, or NotJsonError of `epcis.exact_json`."""
    body = raw if isinstance(raw, Mapping) else read_json(raw)
    if not isinstance(body, Mapping):
        raise DocumentError("an EPCIS document is a JSON object; this is another kind of JSON value")
    events = event_list(body)
    if events is None:
        raise DocumentError(
            "this has no eventList; an EPCISDocument keeps it in epcisBody, an EPCISQueryDocument in "
            "epcisBody.queryResults.resultsBody"
        )
    return Document(body, tuple(self_contained(event, _outer(body)) for event in events if isinstance(event, dict)))


def event_list(body: Mapping[str, Any]) -> Sequence[Any] | None:
    """The events of either document form, or the bare event itself, as they stand; None where there is no place."""
    if is_bare_event(body):
        return [body]
    found: Any = body
    for step in event_path(body):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, list) else None


def is_bare_event(body: Mapping[str, Any]) -> bool:
    """Whether this is an event without a document around it."""
    return "epcisBody" not in body and ("eventTime" in body or str(body.get("type", "")).endswith("Event"))


def event_path(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The member names that lead to the event list."""
    if body.get("type") == "EPCISQueryDocument":
        return ("epcisBody", "queryResults", "resultsBody", "eventList")
    return ("epcisBody", "eventList")


def self_contained(event_body: Mapping[str, Any], document_context: Any) -> dict[str, Any]:
    """The event with the ``@context`` it had in its document: the document's parts first, then its own.

    Where its own says all that the document's says, its own is enough: so what was written out reads back the same.
    """
    own = event_body.get("@context")
    if document_context is None or (own is not None and _says_all(own, document_context)):
        return dict(event_body)
    context = document_context if own is None else [*_listed(document_context), *_new(document_context, own)]
    return {**event_body, "@context": context}


def write_query_document(
    events: Iterable[Mapping[str, Any]], *, query_name: str = "SimpleEventQuery", created: str | None = None
) -> dict[str, Any]:
    """An EPCISQueryDocument of self-contained events. A context they all share is written once, at the top.

    `created` is an ISO 8601 time with zone; the clock is the caller's.
    """
    listed = [dict(event) for event in events]
    shared = _shared_context(listed)
    bodies = listed if shared is None else [_without_context(event) for event in listed]
    results = {"queryName": query_name, "resultsBody": {"eventList": bodies}}
    return {
        "@context": shared if shared is not None else [GS1_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": SCHEMA_VERSION,
        **({"creationDate": created} if created else {}),
        "epcisBody": {"queryResults": results},
    }


def _outer(body: Mapping[str, Any]) -> Any:
    return body.get("@context") if "epcisBody" in body else None


def _listed(context: Any) -> list[Any]:
    return context if isinstance(context, list) else [context]


def _says_all(own: Any, outer: Any) -> bool:
    """Whether each part of `outer` is in `own`; GS1's context is the same under each of its addresses."""
    named = any(_is_gs1(part) for part in _listed(own))
    return all(part in _listed(own) or (named and _is_gs1(part)) for part in _listed(outer))


def _is_gs1(part: Any) -> bool:
    return isinstance(part, str) and GS1_ADDRESS.fullmatch(part) is not None


def _new(outer: Any, own: Any) -> list[Any]:
    """The parts of an event's own context that its document has not said already."""
    return [part for part in _listed(own) if part not in _listed(outer) or not isinstance(part, str)]


def _shared_context(events: Sequence[Mapping[str, Any]]) -> Any:
    contexts = {orjson.dumps(event.get("@context"), option=orjson.OPT_SORT_KEYS) for event in events}
    return events[0].get("@context") if len(contexts) == 1 else None


def _without_context(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != "@context"}
