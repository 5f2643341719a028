"""Sentences for people, before it is known in which language they are wanted.

Owns the pair (English text that names the translation, values to fill in). `languages` turns them into text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Marks a text for translation where it is written; the translation happens where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is the msgid, with ``{name}`` for each of `values`."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def say(text: str, **values: object) -> Sentence:
    return Sentence(text, {name: str(value) for name, value in values.items()})
