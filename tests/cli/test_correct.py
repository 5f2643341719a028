"""`suyuan correct`: what a report was and whose word counts is shown, and asked, before anything is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from cli.correct import _changed
from cli.failures import Failure
from cli.recorded import receipt_in
from tests.cli.answering import Answering, served
from tests.cli.command import suyuan

FIRST, RIGHT = "urn:uuid:1", "urn:uuid:2"
LOOKED: dict[str, Any] = {
    "event_id": FIRST,
    "title": "Delivery",
    "lines": [{"label": "What it is about", "text": "L-1 4120 kg"}, {"label": "Reported by", "text": "A station"}],
    "declared": [],
    "counts": True,
    "is_whole": True,
    "corrected_by": [],
    "counting": [],
    "left": [{"event_id": "urn:uuid:0", "text": "L-1 40 kg"}],
    "command": "deliveries",
    "report": {"gross": "4120", "unit": "kg", "inputs": [{"lot": "L-0", "mass": "10"}, {"lot": "L-2", "mass": "20"}]},
}
HEAVY = "412 kg is a great deal for one delivery."


class Portal(Answering):
    looked: dict[str, Any] = LOOKED
    warnings: tuple[str, ...] = ()
    posted: ClassVar[list[dict[str, Any]]] = []

    def asked(self) -> None:
        self.answer(self.looked, 200)

    def sent(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.posted.append(body)
        if "seen" in body and not set(self.warnings) <= set(body["seen"]):
            return self.answer({"warnings": list(self.warnings)}, 200)
        receipt = {"topic": "produce.harvest.v1", "partition": 3, "offset": 41}
        declared = {"event_id": FIRST, "counts": self.looked["counts"], "receipt": receipt}
        counting = [{"event_id": RIGHT if "report" in body else "urn:uuid:0"}]
        return self.answer({"declared": declared, "counting": counting, "warnings": list(self.warnings)}, 201)


@pytest.fixture
def portal() -> Iterator[type[Portal]]:
    class Own(Portal):
        posted: ClassVar[list[dict[str, Any]]] = []

    with served(Own) as Own.server_version:
        yield Own


def correct(portal: type[Portal], *arguments: str, given: str = "") -> Any:
    more = ("--portal", portal.server_version, "--token", "t")
    return suyuan("correct", *arguments, *more, given=given.encode(), environ={"SUYUAN_LANG": "en"})


def test_alone_it_only_shows_what_it_was_and_what_can_be_corrected(portal: type[Portal]) -> None:
    found = correct(portal, FIRST)
    assert found.returncode == 0
    told = ("Delivery  urn:uuid:1", "L-1 4120 kg", "A station", "your word on it counts", "inputs.1.mass  20")
    assert [said for said in told if said not in found.stdout] == []
    assert portal.posted == []


@pytest.mark.parametrize("answer", ["", "n\n"])
def test_nothing_is_recorded_before_the_answer(portal: type[Portal], answer: str) -> None:
    found = correct(portal, FIRST, "gross=412", given=answer)
    assert (found.returncode, portal.posted) == (1, [])
    assert "gross  4120 → 412" in found.stdout
    assert "nothing was recorded" in found.stderr


def test_what_is_corrected_is_recorded_once_it_is_agreed_to(portal: type[Portal]) -> None:
    found = correct(portal, FIRST, "gross=412", "inputs.1.mass=40", given="y\n")
    assert found.returncode == 0, found.stderr
    (body,) = portal.posted
    assert body["report"] == {"gross": "412", "inputs": [{"lot": "L-0", "mass": "10"}, {"lot": "L-2", "mass": "40"}]}
    assert "recorded  receipt produce.harvest.v1:3:41" in found.stdout
    assert f"counts now: {RIGHT}" in found.stdout


def test_what_looks_wrong_is_asked_too_and_sent_again_as_it_was(portal: type[Portal]) -> None:
    portal.warnings = (HEAVY,)
    refused = correct(portal, FIRST, "gross=412", given="y\nn\n")
    assert (refused.returncode, f"! {HEAVY}" in refused.stdout, portal.posted[-1]["seen"]) == (1, True, [])
    found = correct(portal, FIRST, "gross=412", given="y\ny\n")
    assert found.returncode == 0
    *_, asked, sent = portal.posted
    assert (sent["seen"], sent["report"], sent["declared_at"]) == ([HEAVY], asked["report"], asked["declared_at"])


def test_with_yes_nothing_is_asked_and_what_looks_wrong_is_said(portal: type[Portal]) -> None:
    portal.warnings = (HEAVY,)
    found = correct(portal, FIRST, "gross=412", "--yes")
    assert (found.returncode, f"! {HEAVY}" in found.stdout, "seen" in portal.posted[0]) == (0, True, False)


def test_what_counts_once_it_is_taken_back_is_said_before(portal: type[Portal]) -> None:
    found = correct(portal, FIRST, "--take-back", "--reason", "incorrect_data", given="y\n")
    assert "once it is taken back, this counts: L-1 40 kg" in found.stdout
    assert (portal.posted[0]["reason"], "report" in portal.posted[0]) == ("incorrect_data", False)


def test_another_partys_report_is_disputed(portal: type[Portal]) -> None:
    portal.looked = {**LOOKED, "counts": False}
    found = correct(portal, FIRST, "--take-back", given="y\n")
    assert "your word is shown as a dispute" in found.stdout
    assert "recorded as a dispute" in found.stdout


def test_who_may_only_dispute_it_is_told_so_and_not_that_it_may_be_taken_back(portal: type[Portal]) -> None:
    portal.looked = {name: said for name, said in LOOKED.items() if name not in ("command", "report")} | {
        "counts": False
    }
    alone = correct(portal, FIRST).stdout
    assert "--take-back disputes it" in alone
    assert "takes it back" not in alone
    assert "Dispute it?" in correct(portal, FIRST, "--take-back", given="n\n").stdout


def test_a_field_that_its_command_does_not_have_is_refused_before_anything_is_asked(portal: type[Portal]) -> None:
    portal.looked = {**LOOKED, "fields": ["gross", "unit", "tare", "inputs"]}
    found = correct(portal, FIRST, "grs=412", given="y\n")
    assert (found.returncode, portal.posted) == (2, [])
    assert "grs: there is no such field; there are gross, unit, tare, inputs" in found.stderr
    assert "→" not in found.stdout
    assert correct(portal, FIRST, "tare=2", given="y\n").returncode == 0


def test_what_was_corrected_already_names_what_counts(portal: type[Portal]) -> None:
    portal.looked = {**LOOKED, "corrected_by": [RIGHT]}
    found = correct(portal, FIRST, "gross=412", "--yes")
    assert (found.returncode, RIGHT in found.stderr, portal.posted) == (1, True, [])


def test_programs_read_what_the_portal_answers(portal: type[Portal]) -> None:
    assert json.loads(correct(portal, FIRST, "--json").stdout) == LOOKED
    assert json.loads(correct(portal, FIRST, "--take-back", "--json").stdout)["declared"]["event_id"] == FIRST


@pytest.mark.parametrize("text", ["gross", "inputs.mass=1", "inputs.x.mass=1", "a.1.b.c=1"])
def test_a_field_that_is_no_pair_is_named(portal: type[Portal], text: str) -> None:
    found = correct(portal, FIRST, text)
    assert (found.returncode, "write NAME=VALUE" in found.stderr, portal.posted) == (2, True, [])


def test_a_row_more_is_added_at_the_end() -> None:
    assert _changed({"lots": [{"lot": "A"}]}, ["lots.1.lot=B", "lots.1.mass=3"]) == {
        "lots": [{"lot": "A"}, {"lot": "B", "mass": "3"}]
    }


def test_a_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(Failure, match="there are 1 rows"):
        _changed({"lots": [{"lot": "A"}]}, ["lots.7.lot=B"])


@pytest.mark.parametrize("text", ["produce.harvest.v1:3:41", "produce.harvest.v1/3/41"])
def test_a_receipt_is_told_from_an_event_id(text: str) -> None:
    assert receipt_in(text) == ("produce.harvest.v1", 3, 41)
    assert receipt_in(FIRST) is None
    assert receipt_in("urn:uuid:b4261d99-0000-4000-8000-000000000001") is None
