"""Enrolment by command on everything running: proposed by the station, approved by the county, told with its hands."""

import json
import secrets
from pathlib import Path

import httpx
import pytest

from tests.cli.command import suyuan
from tests.running_product import RunningProduct

pytestmark = pytest.mark.system

STATION = "https://id.gs1.org/417/9520001008023"
REGISTRAR = "https://suyuan.example/registrar/cli"
ENROLMENT = """
- record: party
  id: https://suyuan.example/grower/{word}
  kind: grower
  name_zh: 路家峪村果农
  county_code: "141031"
  phone: "13800000009"
- record: site
  id: https://suyuan.example/plot/{word}
  kind: plot
  party: https://suyuan.example/grower/{word}
  name_zh: 新园
  county_code: "141031"
  area_mu: 6
  latitude: {latitude}
  longitude: 111.5
"""
LIST = "code,name,province,city,scheme,level,exit_year,source\n{line}\n"
QIDONG = "430426,祁东县,湖南省,衡阳市,cli-provincial,provincial,2018,湖南省级贫困县退出批复"


class Person:
    def __init__(self, product: RunningProduct, role: str, party: str) -> None:
        minted = suyuan("token", "--role", role, "--party", party, environ=product.environ)
        self._environ = {**product.environ, "SUYUAN_TOKEN": minted.stdout.strip()}

    def run(self, *arguments: str | Path) -> tuple[int, str]:
        finished = suyuan("registry", *arguments, environ=self._environ)
        return finished.returncode, finished.stdout + finished.stderr


@pytest.fixture
def word() -> str:
    return secrets.token_hex(4)


def test_what_the_station_proposes_the_county_approves_and_the_story_names_both(
    product: RunningProduct, tmp_path: Path, word: str
) -> None:
    station, county = Person(product, "station", STATION), Person(product, "registrar", REGISTRAR)
    file = tmp_path / "growers.yaml"
    file.write_text(ENROLMENT.format(word=word, latitude=35 + int(word, 16) / 2**30), encoding="utf-8")
    for _ in range(2):
        code, said = station.run("propose", file)
        assert (code, said.splitlines()[-1]) == (0, "2 records: 2 proposed, 0 registered already"), said
    waiting = json.loads(county.run("pending", "--json")[1])["pending"]
    found = {one["proposal"]["proposed"]["id"].split("/")[-2]: one for one in waiting if word in json.dumps(one)}
    grower, plot = (found[kind]["proposal"]["id"] for kind in ("grower", "plot"))
    assert station.run("approve", grower)[0] == 1
    assert "is not registered" in county.run("approve", plot)[1]
    assert county.run("approve", grower, plot, "--from", "2026-09-01") == (0, f"{grower} approved\n{plot} approved\n")
    code, story = county.run("history", "site", f"https://suyuan.example/plot/{word}")
    assert f"proposed by {STATION}, approved by {REGISTRAR}" in story
    assert "13800000009" not in station.run("show", "party", f"https://suyuan.example/grower/{word}")[1]


def test_a_growers_card_is_made_printed_made_again_and_withdrawn(
    product: RunningProduct, tmp_path: Path, word: str
) -> None:
    county, stranger = Person(product, "registrar", REGISTRAR), Person(product, "station", STATION)
    key, paper, file = f"https://suyuan.example/grower/{word}", tmp_path / "card.pdf", tmp_path / "grower.yaml"
    file.write_text(ENROLMENT.format(word=word, latitude=0).split("- record: site")[0], encoding="utf-8")
    assert Person(product, "operator", "https://suyuan.example/operator").run("import", file)[0] == 0
    code, first = county.run("card", word, "--pdf", paper)
    assert (code, "/g/" in first) == (0, True), first
    assert paper.read_bytes().startswith(b"%PDF")
    code, asked = county.run("card", key)
    assert (code, "good until" in asked) == (1, True), "nobody is there to answer"
    assert httpx.get(first.strip(), trust_env=False).status_code == 200, "so it goes on"
    second = county.run("card", key, "--yes")[1].strip()
    assert httpx.get(first.strip(), trust_env=False).status_code == 404, "lost, and dead at once"
    assert httpx.get(second, trust_env=False).status_code == 200
    assert stranger.run("card", word)[0] == 1, "no mandate"
    assert county.run("card", word, "--withdraw", "--yes")[1].strip().endswith("1")
    assert httpx.get(second, trust_env=False).status_code == 404
    assert county.run("card", word, "--history")[1].count(REGISTRAR.rsplit("/", 1)[1]) >= 3


def test_a_list_of_ones_own_is_imported_once_and_a_wrong_cell_is_named_with_line_and_column(
    product: RunningProduct, tmp_path: Path
) -> None:
    operator = Person(product, "operator", "https://suyuan.example/operator")
    file = tmp_path / "list.csv"
    file.write_text(LIST.format(line=QIDONG), encoding="utf-8")
    operator.run("import", file)
    assert operator.run("import", file) == (0, "1 records: 0 written, 1 as they were\n")
    county = json.loads(operator.run("show", "county", "430426", "--json")[1])
    levels = {status["scheme"]: status["level"] for status in county["statuses"]}
    assert levels["cli-provincial"] == "provincial"
    assert "national-832" not in levels
    file.write_text(LIST.format(line=QIDONG.replace("2018", "")), encoding="utf-8")
    code, said = operator.run("import", file)
    assert code != 0
    assert "line 2, column exit_year: should hold a year such as 2018" in said


def test_a_record_without_its_kind_is_asked_for_the_kind() -> None:
    """What was written first is nearly always the id."""
    done = suyuan("registry", "show", "z9p1", environ={"SUYUAN_LANG": "zh"})
    assert (done.returncode, "suyuan registry show site z9p1" in done.stderr) == (2, True)
