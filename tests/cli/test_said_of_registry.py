"""What the registry says of a record is said again in Chinese."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cli.said_of_registry import said_of_record
from services.registry.rules import problems_of
from tests.services.registry.test_rules import KNOWN, RIGHT, WRONG


@pytest.mark.parametrize(("kind", "change", "pointer"), WRONG)
def test_what_is_wrong_with_a_field_is_told_in_chinese(
    kind: str, change: dict[str, Any], pointer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    problems = problems_of(replace(RIGHT[kind], **change), lambda *known: known in KNOWN)
    assert [one.message for one in problems if said_of_record(one.message) == one.message] == []
