"""What a code means that does not say it all itself: a label's short code, a lot number or a serial typed alone.

`labels` is asked for what only it knows, `traceability` for what was ever made under a number; how a code is read
before that is `provenance.codes` (docs/adr/0074).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

from provenance.codes import Code, read
from services.portal.languages import Language
from services.portal.ports import Histories, Labels
from services.portal.reporting.fields import Entry, Given, Meanings, Reading, Situation
from services.portal.reporting.fields import read as read_fields
from services.portal.reporting.typed_codes import halves
from services.portal.telling.histories import FoundCode, LabelVerdict
from services.portal.telling.naming import short
from wire.errors import NotFound

NOBODYS = LabelVerdict(verdict="not_ours", sentence_zh="", sentence_en="")

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Codes:
    labels: Labels
    histories: Histories

    async def ask(self, text: str, question: Callable[[str], Awaitable[Answer]], *, token: str) -> Answer:
        """The answer for the code as it is, which `traceability` understands; else for the label it is printed on.

        Raises whatever `question` does.
        """
        try:
            return await question(text)
        except NotFound:
            label = await self._label(read(text), token)
            if not label.serial:
                raise
        return await question(link_path(label))

    async def read(self, entries: Sequence[Entry], given: Given, situation: Situation, *, token: str) -> Reading:
        """As `fields.read`, with the codes looked up that say too little by themselves."""
        reading = read_fields(entries, given, situation)
        if not reading.halves:
            return reading
        meanings = await self.meanings(reading.halves, token=token)
        return read_fields(entries, given, replace(situation, meanings=meanings))

    async def meanings(self, texts: Collection[str], *, token: str) -> Meanings:
        """For each text the canonical keys it may mean. Raises Transient."""
        listed = [read(text) for text in texts]
        labels = await self._labels([code.label for code in listed], token)
        found = await self.histories.find([code.text for code in listed], token=token)
        return {
            text: (_item(label),) if label.serial else tuple(one.key for one in keys)
            for text, label, keys in zip(texts, labels, found, strict=True)
        }

    async def one(self, text: str, *, token: str) -> str:
        """The key a number alone means, where that is one; any other text as it is."""
        keys = (await self.meanings([text], token=token))[text] if halves([text]) else ()
        return keys[0] if len(keys) == 1 else text

    async def _label(self, code: Code, token: str) -> LabelVerdict:
        return (await self._labels([code.label], token))[0]

    async def _labels(self, short_codes: Sequence[str], token: str) -> Sequence[LabelVerdict]:
        """With empty fields for what is no short code, and for what is none of ours."""
        asked = [code for code in short_codes if code]
        answers = iter(await self.labels.verify_all(asked, token=token) if asked else ())
        return [next(answers) if code else NOBODYS for code in short_codes]


def link_path(label: LabelVerdict) -> str:
    """The Digital Link of a label: the item, and the lot where nobody has spoken of the item."""
    return f"https://id.gs1.org/01/{label.gtin}/10/{quote(label.lot, safe='')}/21/{label.serial}"


def _item(label: LabelVerdict) -> str:
    return f"https://id.gs1.org/01/{label.gtin}/21/{label.serial}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the things a code may mean, as it is shown."""

    key: str
    number: str
    product: str


def choices(candidates: Sequence[FoundCode], language: Language) -> list[Choice]:
    return [Choice(one.key, short(one.key), language.pick(one.name_zh, one.name_en)) for one in candidates]


def choices_json(code: str, candidates: Sequence[FoundCode]) -> Mapping[str, Any]:
    """With status 300 (RFC 9110, 15.4.1)."""
    return {
        "code": code,
        "candidates": [{"key": c.key, "name_zh": c.name_zh, "name_en": c.name_en} for c in candidates],
    }
