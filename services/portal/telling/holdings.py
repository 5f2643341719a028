"""Who has how much of the goods now, and in which state: one row a holder, on the shelf told apart from sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.languages import Language
from services.portal.sentences import N_, say
from services.portal.telling.histories import History, Holder
from services.portal.telling.naming import name_of, near
from services.portal.weights import weight

_STATES: Mapping[str, str] = {
    "there": N_("in stock"),
    "sold": N_("sold"),
    "returned": N_("returned"),
    "on_the_way": N_("on the way there"),
    "lost": N_("lost or sorted out"),
}
"""In the order they are told."""
ON_THE_SHELF = N_("on the shelf")


@dataclass(frozen=True, slots=True)
class Part:
    """`weight` is empty where it is not known."""

    state: str
    word: str
    weight: str


@dataclass(frozen=True, slots=True)
class Holding:
    name: str
    region: str
    parts: tuple[Part, ...]


def holdings(history: History, language: Language) -> tuple[Holding, ...]:
    """By site, or party where the site is not known; in the order they come."""
    by_holder: dict[tuple[str, str], list[Holder]] = {}
    for holder in (*history.holders, *history.losses):
        by_holder.setdefault((holder.site, "" if holder.site else holder.party), []).append(holder)
    return tuple(_holding(site or party, listed, history, language) for (site, party), listed in by_holder.items())


def _holding(key: str, listed: list[Holder], history: History, language: Language) -> Holding:
    place = history.places.get(key)
    order = list(_STATES)
    states = sorted(listed, key=lambda one: order.index(one.state) if one.state in order else 0)
    return Holding(
        name=name_of(key, history, language) if key else language.text(N_("Place not reported")),
        region=near(place, language) if place else "",
        parts=tuple(_part(one, place.kind if place else "", language) for one in states),
    )


def _part(holder: Holder, site_kind: str, language: Language) -> Part:
    state = holder.state or "there"
    word = ON_THE_SHELF if state == "there" and site_kind == "shop" else _STATES.get(state, state)
    return Part(state, language.text(word), weight(holder.kilograms, language) or language.text(N_("weight not known")))


def withheld(history: History, language: Language) -> str:
    """What is said of the holders the reader may not see; empty where there are none."""
    if not history.withheld_holders:
        return ""
    count, kg = history.withheld_holders, weight(history.withheld_kg, language)
    if not kg:
        return language.say(
            say(N_("Further holders not shown to you: {count}; their weight is not known."), count=count)
        )
    return language.say(say(N_("Further holders not shown to you: {count}, with {weight}."), count=count, weight=kg))
