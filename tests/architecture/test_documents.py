"""What the documents name is there."""

import re
from pathlib import Path

import pytest

from deploy.local.site import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
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


@each_document
def test_targets_of_make_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named - targets == set()


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [record.name[:4] for record in (ROOT / "docs" / "adr").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))
