"""Which names an event's ``@context`` gives meaning to, without network and without a JSON-LD processor.

Owns the facts of the GS1 EPCIS context (its prefixes), the reading of prefixes, terms and ``@vocab`` from the context
objects written in a document, and the expansion of CURIEs (JSON-LD 1.1, 4.1.5 and 9). A context known only by its
address is not fetched: what it may declare stays unknown, and `complete` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

GS1_CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
# The same context under every address GS1 has published it at, by version and before publication.
GS1_ADDRESS = re.compile(
    r"https?://(?:ref\.gs1\.org/standards/epcis(?:/\d+(?:\.\d+)*)?|gs1\.github\.io/EPCIS)/epcis-context\.jsonld"
)
GS1_PREFIXES: Mapping[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
_LONGEST_CHAIN = 8
LONGEST_KEPT = 8192  # bytes; a cache must not fill with what a sender makes long
_LOCAL_NAME = re.compile(r"[^/#:]*\Z")


@dataclass(frozen=True, slots=True)
class Context:
    """Prefixes and terms in force; `gs1` when GS1's context is named, not `complete` when a remote one may say more."""

    prefixes: Mapping[str, str] = field(default_factory=dict)
    vocab: str | None = None
    complete: bool = True
    gs1: bool = False

    def expand(self, name: str) -> str:
        """The URI of a CURIE whose prefix is declared; any other text unchanged."""
        prefix, colon, local = name.partition(":")
        namespace = self.prefixes.get(prefix) if colon and not local.startswith("//") else None
        return name if namespace is None else namespace + local

    def qualified(self, name: str) -> str:
        """``{namespace}localName`` of an extension's key, the form the event hash writes (standards.md 1.6, rule 8)."""
        prefix, colon, local = name.partition(":")
        if not colon:
            term = self.prefixes.get(name)
            return _split(term) if term else (f"{{{self.vocab}}}{name}" if self.vocab else name)
        namespace = None if local.startswith("//") else self.prefixes.get(prefix)
        return _split(name) if namespace is None else f"{{{namespace}}}{local}"

    def within(self, context: object) -> Context:
        """What is in force inside an object that has this ``@context`` of its own (JSON-LD 1.1, 4.1.8)."""
        declared, vocab = dict(self.prefixes), self.vocab
        complete, gs1 = self.complete, self.gs1
        for part in _parts(context):
            if isinstance(part, str):
                known = GS1_ADDRESS.fullmatch(part) is not None
                complete, gs1 = complete and known, gs1 or known
            else:
                declared |= declarations(part)
                vocab = _vocab(part, vocab)
        return Context({name: _resolve(name, declared) for name in declared}, vocab, complete, gs1)


# CBV 2.0, 8.9.2 expands GS1's own prefixes whether or not the context that declares them is at hand.
GS1 = Context(prefixes=GS1_PREFIXES)


def read_context(outer: object, inner: object = None) -> Context:
    """What `outer` (a document's ``@context``) and then `inner` (an event's own) declare together.

    Takes any JSON value: what is not a context declares nothing (`epcis.validation` reports it).
    """
    try:
        written = orjson.dumps((outer, inner))
    except TypeError:  # not JSON, or too deep to be a context
        return GS1
    return _read(written) if len(written) <= LONGEST_KEPT else _read.__wrapped__(written)


@lru_cache(maxsize=1024)
def _read(contexts: bytes) -> Context:
    return GS1.within(orjson.loads(contexts))


def _parts(context: Any) -> Iterator[str | dict[str, Any]]:
    if isinstance(context, list):
        for part in context:
            yield from _parts(part)
    elif isinstance(context, (str, dict)):
        yield context


def declarations(part: Mapping[str, Any]) -> dict[str, str]:
    """Each name a context object declares, with the URI or CURIE it stands for."""
    found = {name: value.get("@id") if isinstance(value, dict) else value for name, value in part.items()}
    return {name: id_ for name, id_ in found.items() if isinstance(id_, str) and not name.startswith("@")}


def _vocab(part: Mapping[str, Any], before: str | None) -> str | None:
    vocab = part.get("@vocab", before)
    return vocab if isinstance(vocab, str) and vocab else None


def _resolve(name: str, declared: Mapping[str, str]) -> str:
    """A namespace written with another prefix, followed to its URI, so far as a person would."""
    uri = declared[name]
    for _ in range(_LONGEST_CHAIN):
        prefix, colon, local = uri.partition(":")
        if not colon or local.startswith("//") or prefix not in declared:
            break
        uri = declared[prefix] + local
    return uri


def _split(uri: str) -> str:
    """A whole URI as ``{namespace}localName``, cut after its last ``/``, ``#`` or ``:``."""
    local = _LOCAL_NAME.search(uri)
    cut = local.start() if local else len(uri)
    return f"{{{uri[:cut]}}}{uri[cut:]}"
