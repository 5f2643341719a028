"""What cannot be so, in words."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from provenance.balances.balance import Balance
from provenance.balances.words import WORDS, with_place
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Site

SITE = "https://id.gs1.org/414/9520001005015"


def test_a_site_is_told_by_its_name_and_not_by_its_number() -> None:
    key = "https://id.gs1.org/01/09520001000010/10/M1"
    one = Balance(kind="site", key=key, site=SITE, there_kg=Fraction(900), went_kg=Fraction(1800))
    known = Site(
        id=SITE,
        valid_from=date(2026, 1, 1),
        kind="station",
        party="urn:x",
        name_zh="路家峪收购站",
        name_en="Lujiayu station",
    )
    said = with_place(WORDS["site"](one), one, MemoryRegistry((known,)), date(2026, 9, 1))
    assert "路家峪收购站收到批次M1共900公斤" in said.zh and "came to Lujiayu station" in said.en
    unknown = with_place(WORDS["site"](one), one, MemoryRegistry(()), date(2026, 9, 1))
    assert "9520001005015" in unknown.zh
    assert with_place(unknown, replace(one, site=""), MemoryRegistry(()), date(2026, 9, 1)) == unknown
