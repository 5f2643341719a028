"""County badges: history with its date, never a present tense; national and provincial lists are never mixed up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from provenance.registry.records import County, CountyStatus

# (level, whether it has left the list) -> the sentence; a county still listed says since when, not that it is poor.
_ZH = {
    ("national", True): "{county}：原国家级贫困县，{exit}年脱贫",
    ("national", False): "{county}：{listed}列入国家级贫困县名单",
    ("provincial", True): "{county}：原省级贫困县，{exit}年批准退出",
    ("provincial", False): "{county}：{listed}列入省级贫困县名单",
}
_EN = {
    ("national", True): "{county}: formerly on the national list of poor counties, left it in {exit}",
    ("national", False): "{county}: entered the national list of poor counties{listed}",
    ("provincial", True): "{county}: formerly on its province's list of poor counties, exit approved in {exit}",
    ("provincial", False): "{county}: entered its province's list of poor counties{listed}",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """One dated statement of a county's history. `level` is national or provincial."""

    county_code: str
    level: str
    sentence_zh: str
    sentence_en: str


def badges(county: County, accepted_schemes: Collection[str] = ()) -> tuple[Badge, ...]:
    """A badge for each listing under a scheme the brand accepts; under any, where it names none."""
    listings = [s for s in county.statuses if not accepted_schemes or s.scheme in accepted_schemes]
    return tuple(_badge(county, status) for status in listings if (status.level, True) in _ZH)


def _badge(county: County, status: CountyStatus) -> Badge:
    left = status.level, status.exit_year is not None
    zh = f"{status.listed_from}年" if status.listed_from else ""
    en = f" in {status.listed_from}" if status.listed_from else ""
    return Badge(
        county.id,
        status.level,
        _ZH[left].format(county=county.name_zh, exit=status.exit_year, listed=zh),
        _EN[left].format(county=county.name_en or county.name_zh, exit=status.exit_year, listed=en),
    )
