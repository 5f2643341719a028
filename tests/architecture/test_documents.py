"""What the documents name is there."""

import re
from pathlib import Path

import pytest
import typer

from cli.app import app
from deploy.local.site import ROOT
from services.portal.openapi.document import describe

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DESCRIBED = [re.sub(r"\{\w+\}", "[^/]+", path) for path in describe("")["paths"]]
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@each_document
def test_files_of_ours_that_are_named_exist(document: Path) -> None:
    named = re.findall(
        r"`((?:tests|deploy|docs|services|stream|runtime|epcis|provenance|wire)/[\w/.-]+)`", document.read_text()
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_rule_names_tests_that_exist() -> None:
    """A bare name stands in the folder of the path before it."""
    rows = [line for line in (ROOT / "docs/architecture.md").read_text().splitlines() if "`tests/" in line]
    assert rows
    for row in rows:
        folder = ROOT
        for name in re.findall(r"`((?:tests/|test_)[\w/.]*)`", row.rpartition(" | ")[2]):
            found = ROOT / name if name.startswith("tests/") else folder / name
            assert found.exists(), f"{row[:60]}…: {name}"
            folder = found.parent


@each_document
def test_commands_that_are_named_exist_with_their_options(document: Path) -> None:
    """On a line of its own a command may end in a comment; in a sentence it may be followed by words."""
    for line in re.findall(r"(?:`|^    (?:[A-Z]+=\$\()?)suyuan ([a-z-][^`\n]*)", document.read_text(), re.MULTILINE):
        words = line.partition(" #")[0].rstrip(")").split()
        command, rest = typer.main.get_command(app), words
        while rest and rest[0] in (below := getattr(command, "commands", {})):
            command, rest = below[rest[0]], rest[1:]
        assert rest != words, line
        assert not (rest and rest[0].isalpha() and hasattr(command, "commands")), line
        options = {option for parameter in command.params for option in parameter.opts} | {"--lang"}
        assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= options, line


@each_document
def test_addresses_of_the_api_that_are_named_are_described(document: Path) -> None:
    for path in re.findall(r"(?<![\w/.])/api/[\w/{}-]+", document.read_text()):
        assert any(re.fullmatch(one, path) for one in DESCRIBED), path


@each_document
def test_targets_of_make_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named - targets == set()


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [record.name[:4] for record in (ROOT / "docs" / "adr").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))
