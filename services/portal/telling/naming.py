"""Names of things, places and people in a history, in a person's language; the end of the key where there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from provenance.short_names import Words
from provenance.short_names import short as short
from services.portal.languages import Language
from services.portal.sentences import N_
from services.portal.telling.histories import History, Place

_ID = r"(?:[0-9a-f]{4,8}-){1,4}[0-9a-f]{8,12}"
_IDS = re.compile(rf"\b{_ID}(?:(?:, |、){_ID})*")


def without_ids(text: str, language: Language) -> str:
    """For a buyer, whom the numbers of reports and runs tell nothing."""
    return _IDS.sub(language.text(N_("some reports")), text)


def name_of(key: str, history: History, language: Language) -> str:
    """The name of a place, party or product; the end of its key where it has none."""
    for names in (history.places, history.parties, history.products):
        found = names.get(key)
        if found is not None and (name := language.pick(found.name_zh, found.name_en)):
            return name
    return short(key)


def product_name(key: str, history: History, language: Language) -> str:
    """Of the product a lot or piece is of; empty where it is not registered."""
    found = history.products.get(key) or history.products.get(key.split("/10/")[0].split("/21/")[0])
    return language.pick(found.name_zh, found.name_en) if found else ""


def region(place: Place, language: Language) -> str:
    """Province, county, township and village, as far as they are known, in the language's order."""
    county = language.pick(place.county_zh, place.county_en)
    province = language.pick(place.province_zh, place.province_en)
    if language.code == "zh":
        return "".join(part for part in (province, county, place.township, place.village) if part)
    village, township = (language.pick(place.village, place.village_en),
                         language.pick(place.township, place.township_en))  # fmt: skip
    return ", ".join(part for part in (village, township, county, province) if part)


def near(place: Place, language: Language) -> str:
    """County and village: enough on a page that has named the province above."""
    return region(replace(place, province_zh="", province_en="", township="", township_en=""), language)


def name_in(record: Mapping[str, Any], language: Language) -> str:
    """By a registry record. Of a grower the public name, to which they agreed; empty where there is none."""
    name = language.pick(record.get("public_name_zh", ""), record.get("public_name_en", ""))
    if name or record.get("kind") == "grower":
        return name
    return language.pick(record.get("name_zh", ""), record.get("name_en", ""))


def in_both(key: str, name_zh: str, name_en: str) -> Words:
    """Name and number."""
    zh, en = name_zh or name_en, name_en or name_zh
    return Words(f"{zh} {short(key)}".strip(), f"{en} {short(key)}".strip())


def of_record(key: str, record: Mapping[str, Any]) -> Words:
    """As `name_in`, in either language."""
    kind = "public_name" if record.get("kind") == "grower" or record.get("public_name_zh") else "name"
    return in_both(key, record.get(f"{kind}_zh", ""), record.get(f"{kind}_en", ""))
