"""What the command does without any service: check, event-id, link, and how it helps and fails."""

import gzip
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli import files
from cli.app import VERSION
from cli.failures import Failure
from cli.output import aligned, flowed
from tests.cli.command import ROOT, suyuan
from tests.material import shared

_PICKED: dict[str, Any] = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "ObjectEvent",
    "eventTime": "2026-09-12T08:30:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "quantityList": [{"epcClass": "https://id.gs1.org/01/09520001000010/10/XX1", "quantity": 400, "uom": "KGM"}],
}


def _document(*events: dict[str, Any]) -> bytes:
    body = {"eventList": [{key: value for key, value in event.items() if key != "@context"} for event in events]}
    document = {
        "@context": _PICKED["@context"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-12T12:00:00Z",
        "epcisBody": body,
    }
    return json.dumps(document).encode()


@pytest.fixture
def picked(tmp_path: Path) -> Path:
    path = tmp_path / "picked.jsonld"
    path.write_bytes(_document(_PICKED))
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.jsonld"
    path.write_bytes(_document(_PICKED, {**_PICKED, "bizStep": "harvesting"}))
    return path


def test_a_valid_document_is_checked_with_exit_code_0(picked: Path) -> None:
    finished = suyuan("check", picked)
    assert (finished.returncode, finished.stdout.split()) == (0, ["valid", f"{picked}:", "1", "event"])


def test_an_invalid_document_is_checked_with_exit_code_1_and_the_place(wrong: Path) -> None:
    finished = suyuan("check", wrong)
    assert finished.returncode == 1
    assert "/epcisBody/eventList/1/bizStep" in finished.stdout


def test_an_unreadable_file_gives_exit_code_2_and_the_others_are_still_checked(picked: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    finished = suyuan("check", broken, tmp_path / "nowhere.json", picked)
    assert finished.returncode == 2
    assert [line.split()[0] for line in finished.stdout.splitlines()] == ["unreadable", "unreadable", "valid"]


def test_the_check_as_json_has_every_problem_with_pointer_code_and_message(picked: Path, wrong: Path) -> None:
    finished = suyuan("check", "--json", picked, wrong)
    answer = json.loads(finished.stdout)
    assert (finished.returncode, answer["valid"]) == (1, False)
    assert [file["valid"] for file in answer["files"]] == [True, False]
    problem = answer["files"][1]["problems"][0]
    assert problem["pointer"] == "/epcisBody/eventList/1/bizStep"
    assert set(problem) == {"pointer", "code", "message", "severity"}


def test_a_key_that_breaks_gs1_rules_is_an_error_only_when_strict() -> None:
    quantity = {**_PICKED["quantityList"][0], "epcClass": "https://id.gs1.org/01/09520001000011/10/XX1"}
    given = _document({**_PICKED, "quantityList": [quantity]})
    plain, strict = suyuan("check", "-", given=given), suyuan("check", "--strict", "-", given=given)
    assert (plain.returncode, strict.returncode) == (0, 1)
    assert "warning" in plain.stdout


def test_event_ids_come_one_a_line_in_document_order(tmp_path: Path) -> None:
    later = {**_PICKED, "eventTime": "2026-09-13T08:30:00.000+08:00"}
    first, second = (suyuan("event-id", "-", given=_document(event)).stdout for event in (_PICKED, later))
    assert first != second
    assert suyuan("event-id", "-", given=_document(_PICKED, later)).stdout == first + second


def test_the_ids_of_the_reference_vectors_are_printed() -> None:
    folder = shared("oracles/event_hash")
    finished = suyuan("event-id", folder / "ReferenceEventHashAlgorithm2.jsonld")
    assert (
        finished.stdout == (folder / "ReferenceEventHashAlgorithm2.hashes").read_text(encoding="utf-8").strip() + "\n"
    )


def test_the_text_before_hashing_is_printed(picked: Path) -> None:
    finished = suyuan("event-id", "--pre-hash", picked)
    assert finished.stdout.startswith("eventType=ObjectEventeventTime=2026-09-12T00:30:00.000Z")


@pytest.mark.parametrize("code", ["(01)09520001000010(10)L1", "urn:epc:class:lgtin:9520001.000001.L1"])
def test_another_spelling_is_parsed_as_the_link_it_makes(code: str) -> None:
    finished = suyuan("link", "parse", code)
    assert json.loads(finished.stdout)["keys"] == [["01", "09520001000010"], ["10", "L1"]]


def test_a_document_without_events_is_said_to_report_nothing() -> None:
    document = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-12T12:00:00Z",
        "epcisBody": {"eventList": []},
    }
    finished = suyuan("check", "-", given=json.dumps(document).encode())
    assert "0 events, so there is nothing to report" in finished.stdout


def test_a_link_is_parsed_to_elements_and_keys() -> None:
    finished = suyuan("link", "parse", "https://shop.example/x/01/09520001000010/10/L1/21/S1?17=261001")
    assert finished.returncode == 0
    assert json.loads(finished.stdout) == {
        "elements": "^010952000100001010L1^21S1^17261001",
        "keys": [["01", "09520001000010"], ["10", "L1"], ["21", "S1"]],
    }


@pytest.mark.parametrize("uri", ["", "https://id.gs1.org/01/09520001000011", "https://id.gs1.org/10/L1"])
def test_a_wrong_link_gives_exit_code_1_and_one_line(uri: str) -> None:
    finished = suyuan("link", "parse", uri)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("parts", "link"),
    [
        (
            ["21=BX0001", "17=261001", "01=19520001000017", "10=a/b"],
            "https://id.gs1.org/01/19520001000017/10/a%2Fb/21/BX0001?17=261001",
        ),
        (["urn:epc:id:sscc:9520001.0000000001"], "https://id.gs1.org/00/095200010000000010"),
        (["9520001000010", "--domain", "https://pears.example/"], "https://pears.example/01/09520001000010"),
    ],
)
def test_a_link_is_made_from_elements_or_from_another_spelling(parts: list[str], link: str) -> None:
    assert suyuan("link", "make", *parts).stdout == f"{link}\n"


def test_a_link_with_a_wrong_check_digit_is_not_made() -> None:
    finished = suyuan("link", "make", "01=09520001000011")
    assert finished.returncode == 1
    assert "which should be 0" in finished.stderr


@pytest.mark.parametrize("arguments", [["check"], ["link", "parse"], ["harvest"], ["check", "--loud", "x"]])
def test_a_wrong_call_is_answered_in_one_line_that_names_the_help(arguments: list[str]) -> None:
    finished = suyuan(*arguments)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1
    assert "--help" in finished.stderr


@pytest.mark.parametrize("command", [["check"], ["event-id"], ["link", "parse"], ["link", "make"]])
def test_help_teaches_with_examples(command: list[str]) -> None:
    finished = suyuan(*command, "--help")
    assert finished.returncode == 0
    assert f"suyuan {' '.join(command)}" in finished.stdout.split("Examples:")[1]


def test_columns_line_up_although_a_chinese_character_is_two_wide() -> None:
    assert aligned([("隰县", "1,000"), ("Sangzhi", "2")]) == ["隰县     1,000", "Sangzhi  2"]


def test_a_row_too_wide_for_the_terminal_flows_onto_lines_of_its_own() -> None:
    row = ("2026-09-12 06:40", "harvest", "隰县 路家峪村 路家峪收购站", "corrected")
    assert flowed(row, 60) == ["2026-09-12 06:40  harvest  隰县 路家峪村 路家峪收购站", "    corrected"]
    assert flowed(row, 30) == ["2026-09-12 06:40  harvest", "    隰县 路家峪村 路家峪收购站", "    corrected"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "this is empty"),
        (b" \n", "this is empty"),
        (b"\xff\xfe{\x00", "not UTF-8"),
        (b"<epcis:EPCISDocument/>", "this is XML"),
        (gzip.compress(_document(_PICKED)), "this is compressed"),
        (b'{"a": 1}\n{"a": 2}\n', "JSON lines are not read"),
        (b"{", "unexpected end of data"),
    ],
)
def test_what_is_no_document_says_what_it_is_instead(raw: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(raw)
    for read in (files.read_json_file, files.read_events):
        with pytest.raises(Failure, match=said) as failure:
            read(str(path))
        assert failure.value.exit_code == 2


def test_a_file_too_large_to_be_held_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)
    with pytest.raises(Failure, match="more than 256 MiB; split it"):
        files.read_bytes(str(path))


def test_the_pipe_is_called_the_pipe() -> None:
    finished = suyuan("event-id", "-")
    assert (finished.returncode, finished.stderr) == (2, "suyuan: what came in by the pipe: this is empty\n")


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (VERSION, suyuan("--version").stdout) == (project["version"], f"suyuan {VERSION}\n")
