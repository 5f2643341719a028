"""The command with every service running, as `make up` starts them: registry, capture, trace, status, dead letters."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import ROOT, suyuan
from tests.material import shared
from tests.running_product import RunningProduct

pytestmark = pytest.mark.system

_LOT = "https://id.gs1.org/01/09520001000010/10/CLI1"


@pytest.fixture
def machine(product: RunningProduct) -> dict[str, str]:
    """The environment of a machine on which everything runs."""
    return product.environ


def _picked(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-09-12T{number // 60 % 24:02}:{number % 60:02}:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD",
        "bizStep": "creating_class_instance",
        "quantityList": [{"epcClass": _LOT, "quantity": 1.5, "uom": "KGM"}],
        **more,
    }


def _document(events: list[dict[str, Any]]) -> bytes:
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-12T12:00:00Z",
        "epcisBody": {"eventList": events},
    }
    return json.dumps(document).encode()


def test_every_service_is_ready(machine: dict[str, str]) -> None:
    finished = suyuan("status", "--json", environ=machine)
    assert finished.returncode == 0, finished.stdout


def test_the_ten_examples_give_the_box_one_history_from_picking_to_sale(machine: dict[str, str]) -> None:
    captured = suyuan("capture", *sorted(shared("examples").glob("*.jsonld")), environ=machine)
    assert captured.returncode == 0, captured.stderr
    traced = suyuan("trace", "urn:epc:id:sgtin:9520001.100001.BX0001", "--back", "--json", environ=machine)
    answer = json.loads(traced.stdout)
    assert (len(answer["events"]), len(answer["carried"])) == (6, 3)
    assert answer["shares"] == {"https://id.gs1.org/01/09520001000010/10/XX20260912A": 1.0}


def test_a_document_of_many_events_is_captured_and_again_without_doubling(
    machine: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "day.jsonld"
    path.write_bytes(_document([_picked(number) for number in range(1100)]))
    for _ in range(2):
        assert suyuan("capture", path, environ=machine).stdout == f"{path}: 1100 events stored\n"
    answer = json.loads(suyuan("trace", _LOT, "--forward", "--json", environ=machine).stdout)
    assert (len(answer["events"]), answer["kilograms"]) == (1100, 1650.0)


def test_one_wrong_event_keeps_the_whole_document_back(machine: dict[str, str]) -> None:
    lot = [{"epcClass": "https://id.gs1.org/01/09520001000010/10/CLI2", "quantity": 1, "uom": "KGM"}]
    events = [_picked(number, quantityList=lot) for number in range(700)]
    events[600]["bizStep"] = "harvesting"
    finished = suyuan("capture", "-", given=_document(events), environ=machine)
    assert (finished.returncode, "/eventList/600/bizStep" in finished.stderr) == (1, True)
    assert suyuan("trace", lot[0]["epcClass"], "--back", environ=machine).returncode == 1  # type: ignore[arg-type]

    proceeded = suyuan("capture", "--proceed", "-", given=_document(events), environ=machine)
    assert (proceeded.returncode, "/eventList/600/bizStep" in proceeded.stderr) == (1, True)
    answer = json.loads(suyuan("trace", str(lot[0]["epcClass"]), "--back", "--json", environ=machine).stdout)
    assert len(answer["events"]) == 699


def test_an_interrupted_capture_goes_on_where_it_stopped(machine: dict[str, str], tmp_path: Path) -> None:
    lot = [{"epcClass": "https://id.gs1.org/01/09520001000010/10/CLI3", "quantity": 1, "uom": "KGM"}]
    path = tmp_path / "season.jsonld"
    path.write_bytes(_document([_picked(number, quantityList=lot) for number in range(1400)]))
    bookmarks = Path(machine["VAR"]) / "cli"
    command = [sys.executable, "-m", "cli", "capture", str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **machine}, stderr=subprocess.PIPE, preexec_fn=_can_be_interrupted
    ) as running:
        deadline = time.monotonic() + 60
        while not any(bookmarks.glob("*.capture")) and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
    assert (running.returncode, said.decode().strip().startswith("suyuan: interrupted")) == (130, True)
    resumed = suyuan("capture", path, environ=machine)
    assert resumed.stdout.startswith(f"{path}: 1400 events stored, the first ")
    answer = json.loads(suyuan("trace", str(lot[0]["epcClass"]), "--back", "--json", environ=machine).stdout)
    assert len(answer["events"]) == 1400


def _can_be_interrupted() -> None:
    """What a shell starts in the background ignores SIGINT, and so would all it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_list_of_counties_is_imported_once(machine: dict[str, str]) -> None:
    counties = shared("data/counties_832.csv")
    first, again = (suyuan("registry", "import", counties, environ=machine).stdout for _ in range(2))
    assert first == "831 records: 831 written, 0 as they were\n"
    assert again == "831 records: 0 written, 831 as they were\n"


def test_a_changed_record_gets_a_next_version(machine: dict[str, str]) -> None:
    text = "- {record: party, id: 'https://suyuan.example/grower/g9', kind: grower, public_name_zh: 九号, name_zh: X}"
    outputs = [
        suyuan("registry", "import", "-", given=text.replace("X", name).encode(), environ=machine).stdout
        for name in ("九号", "九号", "九号种植户")
    ]
    assert [line.split()[2] for line in outputs] == ["1", "0", "1"]


def test_a_token_that_is_none_is_refused_in_one_line(machine: dict[str, str]) -> None:
    for arguments in (["trace", _LOT, "--back"], ["capture", "-"]):
        given = _document([_picked(1)])
        finished = suyuan(*arguments, given=given, environ={**machine, "SUYUAN_TOKEN": "nonsense"})
        assert (finished.returncode, len(finished.stderr.splitlines())) == (2, 1)


def test_nothing_is_known_of_a_code_nobody_reported(machine: dict[str, str]) -> None:
    finished = suyuan("trace", "https://id.gs1.org/01/09520001000010/10/NOBODY", "--back", environ=machine)
    assert (finished.returncode, "nothing is recorded" in finished.stderr) == (1, True)


def test_without_a_brand_there_is_no_claim_and_that_is_said(machine: dict[str, str]) -> None:
    assert suyuan("capture", "-", given=_document([_picked(1)]), environ=machine).returncode == 0
    finished = suyuan("trace", _LOT, "--claims", environ=machine)
    assert (finished.returncode, finished.stderr, "no claim: no brand lists" in finished.stdout) == (0, "", True)


def test_there_are_no_dead_letters(machine: dict[str, str]) -> None:
    assert suyuan("dlq", "list", environ=machine).stdout == "no dead letters\n"


def test_nothing_is_missing_before_and_after_a_rebuild(machine: dict[str, str]) -> None:
    assert (
        suyuan("capture", "-", given=_document([_picked(number) for number in range(20)]), environ=machine).returncode
        == 0
    )
    audited = json.loads(suyuan("audit", "--deep", "--json", environ=machine).stdout)
    assert (audited["complete"], audited["reports"] >= 20) == (True, True)
    rebuilt = suyuan("rebuild", "--json", environ=machine)
    assert (rebuilt.returncode, json.loads(rebuilt.stdout)["switched"]) == (0, True), rebuilt.stderr
    assert suyuan("audit", environ=machine).returncode == 0
    assert suyuan("trace", _LOT, "--back", environ=machine).returncode == 0


def test_an_audit_without_a_store_says_so_in_one_line(machine: dict[str, str]) -> None:
    finished = suyuan("audit", "--store", "mongodb://127.0.0.1:9", environ=machine)
    assert (finished.returncode, len(finished.stderr.splitlines())) == (2, 1)
