"""`--help` of every command and option, in Chinese where that is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from cli.app import app
from cli.help import CATALOG, Page, in_chinese, texts
from cli.language import read_catalog
from cli.output import width
from tests.cli.command import suyuan

ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z\'-]+){3,}")
"""Four words in a row; names of programs and of fields are fewer."""
EXAMPLES = re.compile(r"  例：\n(?:    .*\n)+")
"""What is typed is the same in every language."""


def commands(command: Any, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *path, name)


def test_every_text_of_the_help_has_its_chinese_and_none_is_left_over() -> None:
    """A new command or option needs its line in cli/locale/zh_CN/LC_MESSAGES/help.po."""
    said, known = set(texts(get_command(app))), set(read_catalog(CATALOG))
    assert {"without Chinese": sorted(said - known), "left over": sorted(known - said)} == {
        "without Chinese": [],
        "left over": [],
    }


@pytest.mark.parametrize("path", list(commands(get_command(app))), ids=" ".join)
def test_a_page_of_help_is_chinese_and_fits_its_columns(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "80")
    command = get_command(app)
    monkeypatch.setattr(command.context_class, "formatter_class", Page)
    in_chinese(command)
    page = EXAMPLES.sub("", _page(command, path))
    assert page.startswith("用法：suyuan")
    assert ENGLISH.findall(page) == []
    assert [line for line in page.splitlines() if width(line) > 80] == []


def _page(command: Any, path: tuple[str, ...]) -> str:
    context = command.context_class(command, info_name="suyuan", max_content_width=110)
    for name in path:
        command = command.commands[name]
        context = command.context_class(command, info_name=name, parent=context)
    return str(command.get_help(context))


def test_the_page_is_shown_in_the_language_spoken() -> None:
    chinese = suyuan("certificate", "revoke", "--help", environ={"SUYUAN_LANG": "", "LC_ALL": "zh_CN.UTF-8"})
    assert "撤销您发的证书" in chinese.stdout and "必填" in chinese.stdout
    english = suyuan("certificate", "revoke", "--help", "--lang", "en")
    assert "Revoke a certificate of yours" in english.stdout and english.stdout.startswith("Usage:")
