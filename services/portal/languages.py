"""Chinese or English: which one a request wants, and our sentences in it.

The catalog (`locale/zh_CN/LC_MESSAGES/messages.po`) is read at the start; English is what stands in the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from provenance.short_names import Words
from services.portal.sentences import Sentence

Code = Literal["zh", "en"]
COOKIE = "suyuan_language"
CATALOG = Path(__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES" / "messages.po"


@dataclass(frozen=True, slots=True)
class Language:
    """One of the two. `tag` is for the lang attribute."""

    code: Code
    tag: str
    translations: NullTranslations

    def text(self, msgid: str) -> str:
        return str(self.translations.gettext(msgid)) if msgid else ""

    def say(self, sentence: Sentence) -> str:
        values = sentence.values.items()
        told = {n: self.pick(one.zh, one.en) if isinstance(one, Words) else one for n, one in values}
        return self.text(sentence.text).format(**told)

    def pick(self, zh: str, en: str) -> str:
        """Of a text that came in both, the wanted one; the other where that is missing."""
        return (zh or en) if self.code == "zh" else (en or zh)


@dataclass(frozen=True, slots=True)
class Languages:
    zh: Language
    en: Language

    def by_code(self, code: str) -> Language | None:
        return {"zh": self.zh, "en": self.en}.get(code)

    def wanted(self, chosen: str, accept_language: str) -> Language:
        """What the person chose, else what the browser asks for, else Chinese."""
        return self.by_code(chosen) or self.by_code(_preferred(accept_language)) or self.zh


def load(catalog: Path = CATALOG) -> Languages:
    compiled = BytesIO()
    with catalog.open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh_CN"))
    compiled.seek(0)
    return Languages(
        zh=Language("zh", "zh-CN", Translations(compiled)),
        en=Language("en", "en", NullTranslations()),
    )


def _preferred(accept_language: str) -> str:
    """The first of our languages in the header by its weight (RFC 9110, 12.5.4); empty where it names neither."""
    weighted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        if code in ("zh", "en"):
            weighted.append((-_weight(weight), place, code))
    return min(weighted)[2] if weighted and min(weighted)[0] < 0 else ""


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
