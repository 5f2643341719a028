"""Checks of words: closed lists, and vocabularies to which a community may add its own under a URI.

Owns which spelling of a CBV word may stand in JSON (CBV 2.0, 7; ADR 0011): the bare word, or the web URI or CURIE that
means the same; not the URN of EPCIS 1.x.
"""

from __future__ import annotations

import re
from typing import Any

from epcis.validation_inspection import Check, Inspection, last, shown
from epcis.validation_values import is_uri
from epcis.vocabulary import CBV, CBV_URN, Vocabulary

_OLD_CBV = re.compile(r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/")


def one_of(words: frozenset[str]) -> Check:
    """One of a closed list of words, to which nothing may be added."""
    listed = ", ".join(sorted(words))

    def check(inspection: Inspection, pointer: str, value: Any) -> None:
        if not isinstance(value, str):
            inspection.wrong_type(pointer, f"one of {listed}", value)
        elif value not in words:
            inspection.error(pointer, "unknown-word", f"{last(pointer)} is {shown(value)}; it must be one of {listed}")

    return check


def word_of(vocabulary: Vocabulary) -> Check:
    """A bare word of a CBV list, or a URI of one's own (CBV 2.0, 7; spellings: ADR 0011)."""
    words = vocabulary.words

    def check(inspection: Inspection, pointer: str, value: Any) -> None:
        if not isinstance(value, str):
            inspection.wrong_type(pointer, f"a word of the CBV ({vocabulary.field}) or a URI", value)
        elif value not in words:
            _other_spelling(inspection, pointer, value, vocabulary)

    return check


def _other_spelling(inspection: Inspection, pointer: str, value: str, vocabulary: Vocabulary) -> None:
    name = last(pointer)
    expanded = inspection.context.expand(value)
    if _OLD_CBV.match(value):
        bare = value.rpartition(":")[2] if value.startswith(CBV_URN) else value.rpartition("-")[2]
        inspection.error(pointer, "cbv-urn", f'{name} is {shown(value)}; in JSON a CBV word is bare, like "{bare}"')
    elif not is_uri(value):
        hint = inspection.did_you_mean(value, vocabulary.words) or "; a word of your own must be a URI"
        inspection.error(pointer, "unknown-word", f"{name} {shown(value)} is no word of the CBV{hint}")
    elif expanded.startswith(vocabulary.web) and expanded.removeprefix(vocabulary.web) not in vocabulary.words:
        known = inspection.did_you_mean(expanded.removeprefix(vocabulary.web), vocabulary.words)
        inspection.error(
            pointer, "unknown-word", f"{name} {shown(value)} is in GS1's namespace but no word of it{known}"
        )
    elif expanded.startswith(CBV) and not expanded.startswith(vocabulary.web):
        inspection.warn(pointer, "foreign-word", f"{name} {shown(value)} is in GS1's namespace but in no list of it")
