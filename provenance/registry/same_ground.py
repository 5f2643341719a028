"""The same ground registered twice: what about two plots says that it may be, each with its sentence.

What lies nobody knows where cannot be looked for, and is flagged for that (ADR 0100). A flag refuses nothing. Who
approves a flagged plot says why, and the flag stays to be seen on both (ADR 0092).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from provenance.registry.ground import SQUARE_METRES_A_MU, area_m2, centre, distance_m, radius_m, shape, shared_m2
from provenance.registry.provinces import may_lie_in
from provenance.registry.records import Site
from provenance.short_names import short

MOST_SHARED = Decimal("0.10")
"""Of the smaller plot: hand-drawn boundaries of neighbours overlap by a few per cent."""
NEAREST = 0.5
"""Middles of two plots nearer than this share of the sum of their radii; terraces lie closer than discs would."""
LARGE_MU = 500
"""Of a household's plot; whole farms are several."""
AREA_OFF = Decimal("0.20")
"""Of the area that its own boundary encloses."""


@dataclass(frozen=True, slots=True)
class Flag:
    """`kind` is parcel, overlap, near, alike, no_ground, area, large or elsewhere; `other` the other plot's id, "" of
    the last four, which are about the plot alone.

    `share` is what an overlap covers of the smaller plot, 0 to 1; `confirmed` that whoever approved one of the two said
    why they are not the same ground.
    """

    kind: str
    other: str
    zh: str
    en: str
    share: Decimal | None = None
    confirmed: bool = False


def same_ground(site: Site, others: Iterable[Site]) -> tuple[Flag, ...]:
    """One flag for each other plot of overlapping days that may be the same ground, the others in id order.

    `others` may be more than the neighbours (`Registry.sites_near`), and may hold the plot itself.
    """
    if site.kind != "plot":
        return ()
    concerned = (other for other in others if other.id != site.id and other.kind == "plot" and _meet(site, other))
    pairs = ((other, _pair(site, other)) for other in sorted(concerned, key=lambda other: other.id))
    return tuple(_said(flag, site, other) for other, flag in pairs if flag is not None)


def _said(flag: Flag, site: Site, other: Site) -> Flag:
    confirmed = other.id in site.confirmed_beside or site.id in other.confirmed_beside
    return replace(flag, confirmed=True) if confirmed else flag


def ground_flags(site: Site, others: Iterable[Site]) -> tuple[Flag, ...]:
    """The same, and what is odd about the plot alone: it lies nowhere, or not where its county does, or its area is
    not that of its boundary or of any household's."""
    return (*no_ground(site), *_own_area(site), *_large(site), *_elsewhere(site), *same_ground(site, others))


def ground_of(site: Site) -> tuple[object, ...]:
    """What a plot's flags rest on: two records with the same lie on the same ground."""
    return site.party, site.area_mu, site.latitude, site.longitude, site.boundary, site.parcel_code


def no_ground(site: Site) -> tuple[Flag, ...]:
    """One where a plot has neither position nor boundary: nobody can say what else it is. Nineteen digits are quickly
    invented."""
    if site.kind != "plot" or centre(site) is not None:
        return ()
    zh = "没有位置和四至，无法核对是不是另一块已登记的地"
    en = "it has no position or boundary: nobody can check that it is not another plot again"
    return (Flag("no_ground", "", zh, en, confirmed=site.id in site.confirmed_beside),)


def _meet(one: Site, other: Site) -> bool:
    """Whether both are valid on some day."""
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _pair(site: Site, other: Site) -> Flag | None:
    if site.parcel_code and site.parcel_code == other.parcel_code:
        code = site.parcel_code
        name = short(other.id)
        zh, en = f"承包地块编码{code}已登记为地块{name}", f"parcel {code} is registered as plot {name} too"
        return Flag("parcel", other.id, zh, en)
    if site.boundary and other.boundary:
        return _overlap(site, other)
    if centre(site) is not None and centre(other) is not None:
        return _near(site, other)
    return _alike(site, other)


def _overlap(site: Site, other: Site) -> Flag | None:
    origin = site.boundary[0]
    mine, theirs = shape(site.boundary, origin), shape(other.boundary, origin)
    smaller = min(area_m2(mine), area_m2(theirs))
    share = Decimal(str(round(shared_m2(mine, theirs) / smaller, 3))) if smaller else Decimal(0)
    if share <= MOST_SHARED:
        return None
    name = short(other.id)
    zh = f"四至与地块{name}重叠，占较小地块的{share:.0%}"
    return Flag("overlap", other.id, zh, f"it shares {share:.0%} of the smaller plot with plot {name}", share)


def _near(site: Site, other: Site) -> Flag | None:
    here, there = centre(site), centre(other)
    if here is None or there is None or site.area_mu is None or other.area_mu is None:
        return None
    apart, least = distance_m(here, there), NEAREST * (radius_m(site) + radius_m(other))
    if apart >= least:
        return None
    name = short(other.id)
    zh = f"中心点距地块{name}仅{apart:.0f}米，两块地的面积放不下"
    en = f"its middle is {apart:.0f} m from that of plot {name}: too near for the areas of both"
    return Flag("near", other.id, zh, en)


def _alike(site: Site, other: Site) -> Flag | None:
    """One household's two plots of one area, of which one could lie where the other does."""
    if site.party != other.party or site.area_mu is None or site.area_mu != other.area_mu:
        return None
    name = short(other.id)
    zh = f"与同一户的地块{name}面积相同（{site.area_mu}亩），又没有位置可以区分"
    en = f"it has the area of plot {name} of the same household, {site.area_mu} 亩, and no position to tell them apart"
    return Flag("alike", other.id, zh, en)


def _own_area(site: Site) -> Iterator[Flag]:
    if site.kind != "plot" or not site.boundary or site.area_mu is None:
        return
    enclosed = Decimal(str(round(area_m2(shape(site.boundary, site.boundary[0])) / SQUARE_METRES_A_MU, 1)))
    if abs(site.area_mu - enclosed) > AREA_OFF * enclosed:
        zh = f"登记面积{site.area_mu}亩，而四至围出{enclosed}亩"
        yield Flag("area", "", zh, f"{site.area_mu} 亩 are registered and its boundary encloses {enclosed} 亩")


def _large(site: Site) -> Iterator[Flag]:
    if site.kind == "plot" and site.area_mu is not None and site.area_mu > LARGE_MU:
        zh = f"面积{site.area_mu}亩，一块地很少超过{LARGE_MU}亩：单位是不是错了"
        yield Flag("large", "", zh, f"{site.area_mu} 亩 is more than {LARGE_MU} 亩: is the unit wrong?")


def _elsewhere(site: Site) -> Iterator[Flag]:
    middle = centre(site) if site.kind == "plot" else None
    if middle is not None and not may_lie_in(middle, site.county_code):
        at = f"{middle.latitude:.4f}, {middle.longitude:.4f}"
        zh = f"中心点{at}不在{site.county_code}所在的省：是不是填错了"
        yield Flag("elsewhere", "", zh, f"its middle {at} is not in the province of county {site.county_code}")
