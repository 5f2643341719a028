"""What an event that makes things can be found by beside their keys: their numbers without product, and their products.

A person reads a lot number off a box, or a product number off a shelf, and has not the other half. These names stand in
the same index as the keys (docs/adr/0074), written so that they can be no key: no URI begins with ``#``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from epcis.events import Event
from provenance.certificates.numbers import tidied
from provenance.steps import CERTIFYING
from services.traceability.store.names import Name

MOST_OF_A_NAME = 20
"""Things that one event tells under one name; nobody chooses among more."""

MILESTONE = "#milestone"
"""The name of some events that say how dense the others are (docs/adr/0113). Numbers have capitals."""

_GTIN_ENDS = len("https://id.gs1.org/01/") + 14
_NUMBERED = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}/(?:10|21)/[^/#?]+")
_MADE = {"ObjectEvent": frozenset({"object", "lot"}), "TransformationEvent": frozenset({"out"})}


def of_number(number: str) -> str:
    """The name of a lot or serial number of any product, in whichever case."""
    return f"#{number.upper()}"


def of_product(gtin: str) -> str:
    """The name of the lots of a product. `gtin` is its canonical key. No number begins with a blank."""
    return f"# {gtin[-14:]}"


def of_items(gtin: str) -> str:
    """The name of what makes items of a product and names no lot of it: there are some, whichever those are."""
    return f"#  {gtin[-14:]}"


def of_certificate(number: str) -> str:
    """The name of certificates by their printed number. No lot has this sign (GS1 General Specifications 7.11)."""
    return f"#§{number}"


def certificates(body: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Ids of the certificates that a certifying event speaks of, by the name of their number."""
    number = body.get("suyuan:number")
    if body.get("bizStep") != CERTIFYING or not isinstance(number, str) or not number.strip():
        return {}
    return {of_certificate(tidied(number)): list(Event(body).certificates)}


def made(body: Mapping[str, Any], names: Iterable[Name]) -> tuple[str, ...]:
    """The lots and items of a product that the event brings into being, by their canonical keys, each once; the lot
    that is printed on items among them."""
    roles = _MADE.get(body["type"], frozenset())
    if body["type"] == "ObjectEvent" and body.get("action") != "ADD":
        return ()
    named = tuple(names)
    things = [name.key for name in named if name.role in roles]
    if "out" in roles and any(name.role == "lot" for name in named):
        things += _printed_on(frozenset(things), body)
    return tuple(dict.fromkeys(key for key in things if _NUMBERED.fullmatch(key)))


def _printed_on(boxes: Collection[str], body: Mapping[str, Any]) -> list[str]:
    """The lots of boxes that a run made under their serials: they have no name of their own in it."""
    return [lot for item, lot in Event(body).item_lots if item in boxes]


def numbers(things: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """These lots and items by number, and the lots by product; at most MOST_OF_A_NAME under each name.

    Lots come first: of ten thousand names in a document a store reads up to the one that it was asked for.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    listed = sorted(things, key=is_lot, reverse=True)
    for name, key in _named(listed):
        if len(found[name]) < MOST_OF_A_NAME:
            found[name].append(key)
    gtins = {key[:_GTIN_ENDS] for key in listed}
    return {**found, **{of_items(gtin): () for gtin in sorted(gtins) if of_product(gtin) not in found}}


def _named(things: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in things:
        yield of_number(number_in(key)), key
        if is_lot(key):
            yield of_product(key[:_GTIN_ENDS]), key


def is_lot(key: str) -> bool:
    """Of a canonical key that has a number: a lot's, not an item's."""
    return key.startswith("/10/", _GTIN_ENDS)


def number_in(key: str) -> str:
    """The lot or serial number of a canonical key."""
    return unquote(key.rsplit("/", 1)[1])
