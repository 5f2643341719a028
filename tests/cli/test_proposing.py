"""`suyuan registry propose` where one record of a file is refused: what was proposed beside it is said."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cli import registry_enrolment, rpc_registry
from cli.failures import Failure
from cli.registry_enrolment import propose
from cli.rpc_registry import Enrolled
from epcis.problems import Problem

GROWER = """
- record: party
  id: https://suyuan.example/grower/{word}
  kind: grower
  name_zh: 路家峪村果农
  county_code: "141031"
"""


def answers(_: str, __: str, sent: Sequence[Any]) -> list[Enrolled]:
    """The second of them is refused."""
    no = Problem("/phone", "missing", "a grower has a telephone number")
    first, second = (id_ for id_, _ in sent)
    return [
        Enrolled("accepted", first, "pending", (), ()),
        Enrolled("rejected", second, "", (no,), ()),
    ]


def test_what_was_proposed_beside_a_refused_record_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rpc_registry, "propose", answers)
    monkeypatch.setattr(registry_enrolment, "present_records", lambda *_: {})
    file = tmp_path / "growers.yaml"
    file.write_text(GROWER.format(word="one") + GROWER.format(word="two"), encoding="utf-8")
    with pytest.raises(Failure, match=r"grower/two: .*telephone number"):
        propose(str(file), token="")
    said = capsys.readouterr().out
    assert "pending" in said
    assert said.splitlines()[-1] == "2 records: 1 proposed, 0 registered already"
