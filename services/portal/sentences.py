"""Sentences for people, before it is known in which language they are wanted.

Owns the pair (English text that names the translation, values to fill in). `languages` turns them into text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provenance.short_names import Words


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Marks a text for translation where it is written; the translation happens where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is the msgid, with ``{name}`` for each of `values`; what has a name in either language is told in both.
    `about` names the field of a form that it is about, where it is about one."""

    text: str
    values: Mapping[str, str | Words] = field(default_factory=dict)
    about: str = ""

    def __str__(self) -> str:
        return self.text.format(**{n: one.en if isinstance(one, Words) else one for n, one in self.values.items()})


def say(text: str, **values: object) -> Sentence:
    return Sentence(text, {name: one if isinstance(one, Words) else str(one) for name, one in values.items()})
