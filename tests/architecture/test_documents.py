"""What the documents name is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.app import app
from deploy.local.site import ROOT
from services.portal.openapi.document import describe

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DESCRIBED = [re.sub(r"\{\w+\}", "[^/]+", path) for path in describe("")["paths"]]
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


def commands_of(group: Any) -> dict[str, Any]:
    """Empty for a command that has none below it."""
    return getattr(group, "commands", {})


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
def test_commands_that_are_named_exist(document: Path) -> None:
    known = commands_of(typer.main.get_command(app))
    for group, command in re.findall(r"(?:`|^    )suyuan ([a-z-]+)(?: ([a-z-]+))?", document.read_text(), re.MULTILINE):
        assert group in known
        below = commands_of(known[group])
        assert not (command and below) or command in below, f"{group} {command}"


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
