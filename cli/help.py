"""`--help` in Chinese: the texts of commands and options from `help.po`, and the words that the parser writes itself.

In English the parser's own page stands. Lines are broken by the columns that characters take.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

from cli.language import N_, read_catalog, say
from cli.output import width, wrapped

CATALOG = Path(__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES" / "help.po"
AS_IT_IS = "\b"
"""Begins a paragraph whose lines are left alone: its first is a heading, the others are what is typed."""
_ALONE = frozenset({N_("Show this message and exit.")})
_USAGE = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
_BEHIND = (N_("required"), N_("env var: "), N_("default: "))
_HEADINGS = (N_("Options"), N_("Arguments"), N_("Commands"))
"""The parser's own words: of its option, in a line of usage, in brackets behind the text of an option, above a part."""
_EXTRA = re.compile(r"(.*?)(?:  |^)(\[[^\[\]]*\])", re.DOTALL)
"""What it puts behind the text of an option."""
_MOST_FIRST = 30


def texts(command: Any) -> Iterator[str]:
    """What a command and all under it have to say, a paragraph each."""
    yield from (said for _, said in paragraphs(command.help or ""))
    yield from (_flat(one.help) for one in command.params if getattr(one, "help", None))
    for inner in getattr(command, "commands", {}).values():
        yield from texts(inner)


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """(what stands as it is, what is to be said in another language), in order."""
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        if part.lstrip(" ").startswith(AS_IT_IS):
            _, heading, *lines = part.strip(" \n").splitlines()
            yield "\n".join(lines), heading.strip()
        elif part.strip():
            yield "", _flat(part)


def in_chinese(command: Any) -> None:
    """In place."""
    command.context_class.formatter_class = Page
    _translated(command)


def _translated(command: Any) -> None:
    told = [(lines, _chinese(said)) for lines, said in paragraphs(command.help or "")]
    command.help = "\n\n".join(f"{AS_IT_IS}\n{said}\n{lines}" if lines else said for lines, said in told)
    command.short_help = told[0][1].split("。")[0] if told else ""
    for one in command.params:
        if getattr(one, "help", None):
            one.help = _chinese(_flat(one.help))
    for inner in getattr(command, "commands", {}).values():
        _translated(inner)


class Page:
    """What the parser writes a page of help with."""

    def __init__(self, width: int | None = None, max_width: int | None = None) -> None:
        self.width = width or max(min(get_terminal_size().columns, max_width or 80) - 2, 50)
        self._indent = 0
        self._lines: list[str] = []

    def write_usage(self, prog: str, args: str = "") -> None:
        self._lines.append(f"{say('Usage')}：{prog} {_said_again(args, _USAGE)}")

    def write_paragraph(self) -> None:
        self._lines += [""] if self._lines else []

    def write_text(self, text: str) -> None:
        for n, part in enumerate(text.split("\n\n")):
            self._lines += [""] if n else []
            lines = (
                part.splitlines()[1:] if part.startswith(AS_IT_IS) else wrapped(_flat(part), self.width - self._indent)
            )
            self._lines += [" " * self._indent + line for line in lines]

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        first = min(max(width(name) for name, _ in rows), _MOST_FIRST) + 2
        for name, text in rows:
            lines = wrapped(_own(text), max(self.width - first - self._indent, 10))
            if width(name) > first - 2:
                self._lines.append(" " * self._indent + name)
                name = ""
            self._lines.append(f"{'':{self._indent}}{name}{'':{first - width(name)}}{lines[0]}".rstrip())
            self._lines += [" " * (self._indent + first) + line for line in lines[1:]]

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self.write_paragraph()
        self._lines.append(f"{say(name) if name in _HEADINGS else name}：")
        with self.indentation():
            yield

    @contextmanager
    def indentation(self) -> Iterator[None]:
        self._indent += 2
        try:
            yield
        finally:
            self._indent -= 2

    def getvalue(self) -> str:
        return "\n".join(self._lines) + "\n"


def _own(text: str) -> str:
    """The text of an option, with what the parser puts there."""
    found = _EXTRA.fullmatch(text)
    said, extra = found.groups() if found else (text, "")
    return f"{say(said) if said in _ALONE else said}  {_said_again(extra, _BEHIND)}".strip()


def _said_again(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, say(word))
    return text


def _chinese(text: str) -> str:
    return read_catalog(CATALOG).get(text, text)


def _flat(text: str) -> str:
    return " ".join(text.split())
