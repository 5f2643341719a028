"""The list of counties: read whole where it is right, and one clear sentence where its columns have slipped."""

from collections import Counter

import pytest

from provenance.registry.county_lists import NotTheList, counties, listed
from provenance.registry.records import County, CountyStatus
from services.registry.rules import problems_of
from tests.material import shared

HEADING = "code,name_2024,name_in_832_list,province,city,exit_year,source_code,note"
XI = "141031,隰县,隰县,山西省,临汾市,2018,141031,"
SANGZHI = "430822,桑植县,桑植县,湖南省,张家界市,2019,430822,"
RIGHT = [HEADING, XI, SANGZHI]
OWN_HEADING = "code,name,province,city,scheme,level,exit_year,source"
QIDONG = "430426,祁东县,湖南省,衡阳市,hunan-provincial,provincial,2018,湖南省级贫困县退出批复"


def read(lines: list[str]) -> dict[str, tuple[str, list[int | None]]]:
    found = counties("\n".join(lines), source="the list")
    return {county.id: (county.name_zh, [status.exit_year for status in county.statuses]) for county in found}


def sentence(lines: list[str]) -> str:
    with pytest.raises(NotTheList) as refused:
        read(lines)
    return str(refused.value)


def test_a_county_gets_its_listing_with_its_year() -> None:
    assert read(RIGHT) == {"141031": ("隰县", [2018]), "430822": ("桑植县", [2019])}


def test_order_of_columns_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    cells = [line.split(",") for line in RIGHT]
    turned = [",".join(reversed(row)) for row in cells]
    assert read(turned) == read(RIGHT)
    assert {c.id for c in counties("\ufeff" + "\r\n".join(RIGHT) + "\r\n", source="x")} == {"141031", "430822"}


def test_a_county_that_took_in_another_keeps_both_listings() -> None:
    lines = [
        HEADING,
        "632803,茫崖市,茫崖行委,青海省,海西州,2019,632825,",
        "632803,茫崖市,冷湖行委,青海省,海西州,2018,632826,",
    ]
    assert read(lines) == {"632803": ("茫崖市", [2019, 2018])}


def test_a_county_that_was_renamed_says_under_which_name_it_was_listed() -> None:
    (county,) = counties(f"{HEADING}\n140215,云州区,大同县,山西省,大同市,2018,140227,renamed", source="the list")
    assert (county.name_zh, county.statuses[0].source) == ("云州区", "the list, as 大同县")


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([HEADING, *("," + line for line in RIGHT[1:])], ("line 2", "9 cells", "8 headings")),
        ([HEADING, *(line.split(",", 1)[1] for line in RIGHT[1:])], ("line 2", "7 cells")),
        ([HEADING, XI, SANGZHI.replace("桑植县,桑植县", "桑植县,,桑植县")], ("line 3", "9 cells")),
        ([HEADING, *("," + line.rsplit(",", 1)[0] for line in RIGHT[1:])], ("line 2", "shifted")),
        ([HEADING.replace("code,name_2024", "name_2024,code", 1), *RIGHT[1:]], ("line 2", "code", "隰县", "1 more")),
        ([HEADING.replace("exit_year", "year"), *RIGHT[1:]], ("exit_year",)),
        ([HEADING, XI.replace("2018", "二〇一八")], ("line 2", "exit_year", "二〇一八")),
        ([HEADING, XI.replace("2018", "")], ("line 2", "exit_year")),
        ([HEADING, "14103" + XI[6:]], ("line 2", "code", "14103")),
        ([HEADING, XI.replace("山西省", '"山西省')], ("table",)),
        ([HEADING, "", XI.replace("2018", "")], ("line 3", "exit_year")),
        ([HEADING, XI.replace("141031", "141000")], ("line 2", "column code", "GB/T 2260", "141000")),
        ([HEADING, XI, SANGZHI, XI], ("line 4", "column code", "隰县", "line 2")),
        ([OWN_HEADING, QIDONG.replace(",provincial,", ",village,")], ("line 2", "column level", "village")),
        ([OWN_HEADING, QIDONG.replace("2018", "")], ("line 2", "column exit_year")),
        ([OWN_HEADING, QIDONG, QIDONG], ("line 3", "430426", "line 2")),
        ([OWN_HEADING.replace("level", "grade"), QIDONG], ("line 1", "lacks level")),
        ([OWN_HEADING, QIDONG.replace("430426", "141031")], ("line 2", "column code", "山西", "湖南省", "shifted")),
        ([HEADING, XI, SANGZHI.replace("430822", "141031")], ("line 3", "column code", "山西", "湖南省")),
        ([HEADING, XI, XI.replace("隰县,隰县", "吉县,吉县")], ("line 3", "141031 is 隰县 in line 2 and 吉县 here")),
        ([], ("table",)),
        (["141031", "430822"], ("columns", "lacks")),
    ],
)
def test_columns_that_slipped_are_told_in_one_clear_sentence(lines: list[str], names: tuple[str, ...]) -> None:
    told = sentence(lines)
    assert "\n" not in told
    assert [name for name in names if name not in told] == []


def test_a_list_of_ones_own_names_its_scheme_and_level() -> None:
    (qidong,) = counties(f"{OWN_HEADING}\n{QIDONG}", source="")
    assert qidong.statuses == (CountyStatus("hunan-provincial", "provincial", None, 2018, "湖南省级贫困县退出批复"),)


def test_a_list_replaces_its_own_listings_and_leaves_what_else_is_registered() -> None:
    (xi,) = counties(f"{HEADING}\n{XI}", source="list of 2021")
    other = CountyStatus("shanxi-provincial", "provincial", None, 2015, "x")
    present = County(id="141031", version=3, name_zh="隰县", name_en="Xi County", statuses=(other,))
    once = listed(present, xi)
    assert (once.name_en, [status.scheme for status in once.statuses]) == ("Xi County", [other.scheme, "national-832"])
    assert listed(once, xi) == once


def test_a_code_that_is_registered_under_another_name_is_no_line_of_a_list() -> None:
    (ji,) = counties(f"{HEADING}\n{XI.replace('隰县,隰县', '吉县,吉县')}", source="x")
    with pytest.raises(NotTheList, match="registered as 隰县 and the list says 吉县"):
        listed(County(id="141031", name_zh="隰县"), ji)


def test_the_list_of_832_counties_is_read_whole() -> None:
    text = shared("data", "counties_832.csv").read_text(encoding="utf-8")
    found = counties(text, source="the list")
    years = Counter(status.exit_year for county in found for status in county.statuses)
    assert years == {2016: 28, 2017: 125, 2018: 282, 2019: 345, 2020: 52}
    assert {county.id for county in found} >= {"141031", "430822", "140215"}
    assert "430426" not in {county.id for county in found}
    assert [problem for county in found for problem in problems_of(county, lambda *_: True)] == []
