"""A plot that could bear more counts from next season: from a 1 January that has not come (ADR 0091).

Whoever writes areas, bearing years and counties could otherwise fit the register to the fruit already sold.
What makes a plot smaller or younger counts at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from epcis.problems import Problem
from provenance.registry.reading import ended_by
from provenance.registry.records import Record, Site


def next_season(today: date) -> date:
    """The first day of the season after the one that `today` lies in."""
    return date(today.year + 1, 1, 1)


def within_season(site: Site, versions: Sequence[Record], today: date) -> Iterator[Problem]:
    """One problem for each field that would let the plot bear more than it did in a season that has begun.

    `versions` are those registered, the highest first; none, and the plot is new, which is no change.
    """
    first = _first_day(site, today)
    standing = list(_standing(site, versions, first)) if site.kind == "plot" else []
    if standing:
        yield from _grown(site, standing, first)


def _first_day(site: Site, today: date) -> date:
    """On which a larger plot may begin: its own first day where that begins a season to come."""
    begins = (site.valid_from.month, site.valid_from.day) == (1, 1) and site.valid_from > today
    return site.valid_from if begins else next_season(max(today, site.valid_from))


def _standing(site: Site, versions: Sequence[Record], first: date) -> Iterator[Site]:
    """The versions that count on a day of the seasons this one would reach into before that first day.

    A plot that was ended stands as it stood: who ends it and lets it begin again does not make it larger meanwhile.
    """
    begins = date(site.valid_from.year, 1, 1)
    ends = first if site.valid_to is None else min(first, next_season(site.valid_to - timedelta(days=1)))
    turns = {begins, *(r.valid_from for r in versions), *(r.valid_to for r in versions if r.valid_to is not None)}
    for day in sorted(day for day in turns if begins <= day < ends):
        for begun in (record for record in versions if record.valid_from <= day):
            if isinstance(begun, Site):
                yield begun
            if not ended_by(begun, day):
                break


def _grown(site: Site, standing: Sequence[Site], first: date) -> Iterator[Problem]:
    areas = [other.area_mu for other in standing if other.area_mu is not None]
    years = [other.bearing_since for other in standing if other.bearing_since is not None]
    counties = sorted({other.county_code for other in standing} - {site.county_code})
    if areas and _more(site.area_mu, min(areas)):
        yield _next_season("area_mu", site.area_mu, min(areas), first, "grows")
    if years and (site.bearing_since is None or site.bearing_since < max(years)):
        yield _next_season("bearing_since", site.bearing_since, max(years), first, "is set earlier")
    if counties:
        yield _next_season("county_code", site.county_code, counties[0], first, "changes")


def _more(wanted: Decimal | None, standing: Decimal) -> bool:
    """No area at all would end the check of what the plot can bear: it is more than any."""
    return wanted is None or wanted > standing


def _next_season(field: str, wanted: object, standing: object, first: date, how: str) -> Problem:
    sentence = (
        f"{field} of a plot counts from next season when it {how}: {_words(standing)} stands in this one, and"
        f" {_words(wanted)} may begin on {first}: send valid_from {first}"
    )
    return Problem(f"/{field}", "next-season", sentence)


def _words(value: object) -> str:
    return "none" if value in (None, "") else str(value)
