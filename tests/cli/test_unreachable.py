"""Every command that needs a service says in one line that it is not there, and what to do."""

from pathlib import Path

import pytest

from deploy.local.ports import free_port
from tests.cli.command import suyuan


@pytest.fixture
def nobody(tmp_path: Path) -> dict[str, str]:
    """An environment in which no service runs."""
    return {"PORT_BASE": str(free_port()), "VAR": str(tmp_path), "KAFKA_BOOTSTRAP": "", "MONGO_URL": ""}


_EVENT = """{
  "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  "type": "ObjectEvent", "eventTime": "2026-09-12T08:30:00+08:00", "eventTimeZoneOffset": "+08:00",
  "action": "OBSERVE", "epcList": ["https://id.gs1.org/01/09520001000010/21/A1"]
}"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["trace", "9520001000010", "--back"],
        ["capture", "-"],
        ["topics"],
        ["token"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_service_that_is_away_gives_exit_code_2_and_one_line(arguments: list[str], nobody: dict[str, str]) -> None:
    finished = suyuan(*arguments, given=_EVENT.encode(), environ=nobody)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert len(finished.stderr.splitlines()) == 1


def test_an_audit_of_what_is_down_says_how_to_see_what_is_up(nobody: dict[str, str]) -> None:
    finished = suyuan("audit", environ=nobody)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert len(finished.stderr.splitlines()) == 1
    assert "make status" in finished.stderr
    assert "wire.errors" not in finished.stderr


def test_status_names_every_service_that_does_not_answer(nobody: dict[str, str]) -> None:
    finished = suyuan("status", environ=nobody)
    assert finished.returncode == 1
    assert finished.stdout.count("not ready") == 9


def test_a_port_base_that_is_no_number_is_named() -> None:
    finished = suyuan("status", environ={"PORT_BASE": "8600x"})
    assert (finished.returncode, "PORT_BASE" in finished.stderr) == (2, True)


def test_a_trace_goes_one_way(nobody: dict[str, str]) -> None:
    finished = suyuan("trace", "9520001000010", "--back", "--forward", environ=nobody)
    assert (finished.returncode, finished.stderr) == (2, "suyuan: say one of --back and --forward\n")
