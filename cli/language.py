"""In which language the person at the keyboard is spoken to, and our sentences in it.

By --lang anywhere on the line, else SUYUAN_LANG, else as the machine is set (LC_ALL, LANG); else English, which is what
stands in the source. The Chinese is in `locale/zh_CN/LC_MESSAGES/messages.po`. JSON for programs is the same in both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from cli.failures import Failure
from provenance.short_names import Words

VARIABLE = "SUYUAN_LANG"
LANGUAGES = ("zh", "en")
CATALOG = Path(__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES" / "messages.po"

_OPTION = "--lang"


def chosen(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The arguments without --lang, wherever it stood, and what it said; "" where it did not. Raises Failure."""
    left: list[str] = []
    said, given = "", iter(arguments)
    for argument in given:
        name, sign, value = argument.partition("=")
        if name == "--":
            return [*left, argument, *given], said
        if name == _OPTION:
            said = _known(value if sign else next(given, ""))
        else:
            left.append(argument)
    return left, said


def _known(word: str) -> str:
    if word not in LANGUAGES:
        raise Failure(f"--lang {word}: write --lang zh or --lang en / 请写 --lang zh 或 --lang en")
    return word


def spoken(environ: Mapping[str, str] = os.environ) -> str:
    """zh or en."""
    for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        if text := environ.get(name, ""):
            return "zh" if text.lower().startswith("zh") else "en"
    return "en"


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Marks a text for translation where it is written; the translation happens where it is shown."""
    return text


def say(text: str, **values: object) -> str:
    """The sentence in the language spoken, with its values filled in."""
    said = read_catalog(CATALOG).get(text, text) if spoken() == "zh" and text else text
    return said.format(**values) if values else said


Counted = tuple[str, str]
"""Sentences with {count}, for one and for any other number."""

EVENTS: Counted = (N_("{count} event"), N_("{count} events"))


def counted(words: Counted, count: int) -> str:
    return say(words[count != 1], count=count)


def pick(zh: str, en: str) -> str:
    """Of what comes in both the one spoken; the other where that is missing."""
    return (zh or en) if spoken() == "zh" else (en or zh)


def word(words: Words | None, otherwise: str) -> str:
    return pick(words.zh, words.en) if words else otherwise


def headed(head: str, text: str) -> str:
    return say("{head}: {said}", head=head, said=text)


def joined(names: Iterable[str]) -> str:
    return pick("、", ", ").join(names)


def again(text: str, sentences: Iterable[str]) -> str:
    """What a service said in English, in the language spoken: `sentences` are what it may have said, one in another
    where a value of the one is the other."""
    if spoken() == "en":
        return text
    listed = tuple(sentences)
    for sentence in listed:
        if found := _pattern(sentence).fullmatch(text):
            return say(sentence, **{name: again(value, listed) for name, value in found.groupdict().items()})
    return text


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    names = set[str]()
    return re.compile("".join(_part(n, part, names) for n, part in enumerate(parts)), re.DOTALL)


def _part(number: int, part: str, names: set[str]) -> str:
    """Every second part is the name of a value; named again, it is the same value."""
    if number % 2 == 0:
        return re.escape(part)
    if part in names:
        return f"(?P={part})"
    names.add(part)
    return f"(?P<{part}>.+?)"


@cache
def read_catalog(file: Path) -> Mapping[str, str]:
    """The Chinese by the English."""
    from babel.messages.pofile import read_po

    with file.open("rb") as source:
        return {str(one.id): str(one.string) for one in read_po(source) if one.id and one.string}
