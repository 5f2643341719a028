"""Names of things, places and people in a history, in a person's language; the end of the key where there is none."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from services.portal.histories import History, Place
from services.portal.languages import Language


def name_of(key: str, history: History, language: Language) -> str:
    """The name of a place, party or product; the end of its key where it has none."""
    for names in (history.places, history.parties, history.products):
        found = names.get(key)
        if found is not None and (name := language.pick(found.name_zh, found.name_en)):
            return name
    return short(key)


def short(key: str) -> str:
    """What a person would read out of a key: a lot, a serial, the last part of an address."""
    for marker in ("/21/", "/10/", "/254/", "/00/", "/01/", "/414/", "/417/"):
        if marker in key:
            return unquote(key.rsplit(marker, 1)[1].split("/")[0].split("?")[0])
    return unquote(key.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1])


def region(place: Place, language: Language) -> str:
    """Province, county, township and village, as far as they are known, in the language's order."""
    county = language.pick(place.county_zh, place.county_en)
    province = language.pick(place.province_zh, place.province_en)
    if language.code == "zh":
        return "".join(part for part in (province, county, place.township, place.village) if part)
    return ", ".join(part for part in (place.village, place.township, county, province) if part)


def near(place: Place, language: Language) -> str:
    """County and village: enough on a page that has named the province above."""
    return region(replace(place, province_zh="", province_en="", township=""), language)
