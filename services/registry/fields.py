"""Checks of one field, to be put together into the rules of a record; each says what is wrong and what is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from epcis.identifiers import IdentifierError, canonical, parse, problem
from epcis.problems import Problem
from provenance.registry.county_codes import COUNTY_CODE
from provenance.registry.records import Record

Known = Callable[[str, str], bool]
"""Whether a record of this kind and id is registered, or was put earlier in the same call."""
Rule = Callable[[Any, Known], Iterator[Problem]]

_GS1 = re.compile(r"https?://id\.gs1\.org/|urn:epc:")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
MAX_ID_LENGTH = 500


def wrong(field: str, code: str, sentence: str) -> Problem:
    return Problem(f"/{field}", code, sentence)


def uri(*allowed: type) -> Rule:
    """The id is a URI; spelt as a GS1 key it is canonical, right to its check digit, and of an allowed kind."""

    def check(record: Record, _: Known) -> Iterator[Problem]:
        id_ = record.id
        if not _URI.fullmatch(id_) or len(id_) > MAX_ID_LENGTH:
            sentence = f"{id_!r} should be a URI such as https://id.gs1.org/… or one of your own, without spaces"
            yield wrong("id", "not-a-uri", sentence)
        elif canonical(id_) != id_:
            yield wrong("id", "not-canonical", f"write {id_} as {canonical(id_)}")
        elif _GS1.match(id_):
            yield from _gs1_key(id_, allowed)

    return check


def _gs1_key(id_: str, allowed: tuple[type, ...]) -> Iterator[Problem]:
    if (sentence := problem(id_)) is not None:
        yield wrong("id", "wrong-gs1-key", sentence)
    elif allowed and not isinstance(_parsed(id_), allowed):
        names = " or ".join(cls.__name__.upper() for cls in allowed)
        yield wrong("id", "other-gs1-key", f"{id_} should be a {names}, or a URI of your own")


def _parsed(id_: str) -> object:
    """None for the kinds of key that name nothing a registry keeps."""
    try:
        return parse(id_)
    except IdentifierError:
        return None


def one_of(field: str, words: Iterable[str]) -> Rule:
    """A word of a list, or a set of them."""
    allowed = frozenset(words)

    def check(record: Record, _: Known) -> Iterator[Problem]:
        value = getattr(record, field)
        for word in sorted((value if isinstance(value, frozenset) else {value}) - allowed):
            yield wrong(field, "unknown-word", f"{word!r} should be one of {', '.join(sorted(allowed))}")

    return check


def not_empty(field: str) -> Rule:
    def check(record: Record, _: Known) -> Iterator[Problem]:
        if not getattr(record, field):
            yield wrong(field, "empty", f"{field} should name at least one")

    return check


def county(field: str) -> Rule:
    """A code, or a set of them, in the form of GB/T 2260; an empty one says nothing."""

    def check(record: Record, _: Known) -> Iterator[Problem]:
        value = getattr(record, field)
        for code in sorted(value if isinstance(value, frozenset) else {value} - {""}):
            if not COUNTY_CODE.fullmatch(code):
                sentence = f"{code!r} should be the six digits of a county in GB/T 2260, such as 141031"
                yield wrong(field, "no-county-code", sentence)

    return check


def registered(field: str, kind: str) -> Rule:
    """An id, or a set of them, that is registered; an empty one says nothing."""

    def check(record: Record, known: Known) -> Iterator[Problem]:
        value = getattr(record, field)
        for id_ in sorted(value if isinstance(value, frozenset) else {value} - {""}):
            if not known(kind, id_):
                yield wrong(field, f"unknown-{kind.replace('_', '-')}", f"{id_} is not registered; register it first")

    return check


def between(field: str, least: Decimal | float, most: Decimal | float, *, above: bool = False) -> Rule:
    """`above`: the least itself is too little. None says nothing."""

    def check(record: Record, _: Known) -> Iterator[Problem]:
        value = getattr(record, field)
        if value is not None and not (least <= value <= most and (value > least or not above)):
            sentence = f"{value} should be {'more than' if above else 'at least'} {least} and at most {most}"
            yield wrong(field, "out-of-range", sentence)

    return check


def ascending(lower: str, upper: str) -> Rule:
    def check(record: Record, _: Known) -> Iterator[Problem]:
        low, high = getattr(record, lower), getattr(record, upper)
        if low is not None and high is not None and low > high:
            yield wrong(upper, "out-of-order", f"{upper} {high} should not be less than {lower} {low}")

    return check
