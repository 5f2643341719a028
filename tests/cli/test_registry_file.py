"""Registry files: what YAML, CSV and the list of counties say as records, and where a mistake is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cli.failures import Failure
from cli.registry import fresh
from cli.registry_file import Entry, read_records
from provenance.registry.records import County, Party, Record, Site
from tests.material import shared

_PLOT = Site(
    id="https://suyuan.example/plot/p7",
    valid_from=date(2026, 1, 1),
    kind="plot",
    party="https://suyuan.example/grower/g3",
    name_zh="七号园",
    county_code="141031",
    area_mu=Decimal("3.5"),
    bearing_since=2015,
)
_YAML = """
- {head}
  id: https://suyuan.example/plot/p7
  valid_from: 2026-01-01
  party: https://suyuan.example/grower/g3
  name_zh: 七号园
  county_code: "141031"
  area_mu: 3.5
  bearing_since: 2015
"""
_CSV = """record,id,valid_from,kind,party,name_zh,county_code,area_mu,bearing_since,latitude
site,https://suyuan.example/plot/p7,2026-01-01,plot,https://suyuan.example/grower/g3,七号园,141031,3.5,2015,
"""


def _records(name: str, text: str) -> list[Record]:
    return [entry.record for entry in read_records(name, text.encode())]


@pytest.mark.parametrize("head", ["{record: site, kind: plot}", "{kind: site, site_kind: plot}"])
def test_a_yaml_file_says_records_field_by_field(head: str) -> None:
    first, second = head.strip("{}").split(", ")
    assert _records("r.yaml", _YAML.replace("{head}", f"{first}\n  {second}")) == [_PLOT]


def test_a_table_as_a_spreadsheet_in_china_saves_it_says_the_same() -> None:
    (entry,) = read_records("r.csv", _CSV.encode("gb18030"))
    assert entry.record == _PLOT
    with pytest.raises(Failure, match="UTF-8"):
        read_records("r.yaml", _CSV.encode("gb18030"))


def test_a_csv_file_says_the_same() -> None:
    assert _records("r.csv", _CSV) == [_PLOT]


def test_a_cell_holds_several_values() -> None:
    text = "record,id,from_party,to_party,actions\nmandate,m1,a,b,report;ship\n"
    (mandate,) = _records("r.csv", text)
    assert getattr(mandate, "actions") == frozenset({"report", "ship"})  # noqa: B009 - the kind is what is tested


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("r.yaml", "- {record: plot, id: x}", "is no kind of record"),
        ("r.yaml", "- {record: site, id: x, kind: plot, party: p, name_zh: y, colour: red}", "'colour' is no field"),
        ("r.yaml", "- {record: site, id: x, county_code: 141031, kind: plot, party: p, name_zh: y}", "in quotes"),
        ("r.yaml", "record: site", "a list of records"),
        ("r.yaml", "- [", "r.yaml"),
        ("r.csv", "name,place\nx,y\n", "record and id among them"),
    ],
)
def test_a_mistake_is_named(name: str, text: str, reason: str) -> None:
    with pytest.raises(Failure, match=reason):
        _records(name, text)


def test_the_list_of_832_counties_is_read_with_its_three_odd_rows() -> None:
    path = shared("data/counties_832.csv")
    counties = {entry.record.id: entry.record for entry in read_records(str(path), path.read_bytes())}
    assert len(counties) == 831
    assert sum(len(county.statuses) for county in counties.values() if isinstance(county, County)) == 832
    xi = counties["141031"]
    assert isinstance(xi, County)
    assert (xi.name_zh, xi.province_zh, xi.statuses[0].level, xi.statuses[0].exit_year) == (
        "隰县",
        "山西省",
        "national",
        2018,
    )
    renamed = counties["540581"]
    assert isinstance(renamed, County)
    assert (renamed.name_zh, renamed.statuses[0].source.endswith("as 错那县")) == ("错那市", True)


def _party(name: str, version: int = 1) -> Party:
    return Party(id="p", kind="station", name_zh=name, version=version)


def test_only_what_differs_is_written_with_the_next_version() -> None:
    entries = read_records("r.yaml", b"- {record: party, id: p, kind: station, name_zh: new}")
    assert fresh(entries, {("party", "p"): (_party("new", 3),)}) == []
    assert [entry.record for entry in fresh(entries, {("party", "p"): (_party("old", 3),)})] == [_party("new", 4)]
    assert [entry.record for entry in fresh(entries, {})] == [_party("new", 1)]


def test_several_entries_of_one_record_follow_each_other() -> None:
    text = b"- {record: party, id: p, kind: station, name_zh: a}\n- {record: party, id: p, kind: station, name_zh: b}"
    entries = read_records("r.yaml", text)
    assert [entry.record for entry in fresh(entries, {})] == [_party("a", 1), _party("b", 2)]
    assert fresh(entries, {("party", "p"): (_party("b", 2),)}) == []


def test_a_change_approved_for_a_day_to_come_is_not_undone_by_bringing_in_again_what_stands() -> None:
    entries = [Entry(_party("old", 1), "record 1")]
    coming, standing = replace(_party("new", 2), valid_from=date(2099, 1, 1)), _party("old", 1)
    assert fresh(entries, {("party", "p"): (coming, standing)}) == []
    assert [entry.record for entry in fresh(entries, {("party", "p"): (coming,)})] == [_party("old", 3)]


def test_what_was_ended_stays_ended_when_the_file_from_before_comes_again_and_begins_again_on_a_later_day() -> None:
    ended = replace(_party("same", 2), valid_to=date(2026, 10, 1))
    assert fresh([Entry(_party("same"), "record 1")], {("party", "p"): (ended,)}) == []
    again = replace(_party("same"), valid_from=date(2026, 11, 1))
    [begun] = fresh([Entry(again, "record 1")], {("party", "p"): (ended,)})
    assert begun.record == replace(again, version=3)


_OWN = "code,name,province,city,scheme,level,exit_year,source\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("own.csv", _OWN + "14103,隰县,山西省,临汾市,x,national,2018,d\n",
         "第2行 code 列：应是六位县级代码（GB/T 2260），例如 141031，写的却是 '14103'"),
        ("own.csv", _OWN + "141031,隰县,湖南省,临汾市,x,national,2018,d\n",
         "第2行 code 列：141031 是山西的代码，旁边写的却是湖南省；是不是错列了？"),
        ("own.csv", _OWN + "141031,隰县\n",
         "第2行有 2 格，列名有 8 个：是不是错列了？"),
        ("a.yaml", "- {record: county, id: '141031', name_zh: 1}\n",
         "第 1 条记录 name_zh：1应是文字，请加引号 [invalid-field]"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_in_chinese_where_it_stands(
    name: str, text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    with pytest.raises(Failure) as refused:
        read_records(name, text.encode())
    assert str(refused.value) == f"{name}：{said}"
