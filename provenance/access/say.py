"""Who takes part in a report, and whose word on goods counts by what the registry says of the party.

Pure: what is asked of the registry comes as `Parties`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from epcis.events import Event
from epcis.identifiers import whole_place
from provenance.registry.records import Registry
from provenance.standing import Reported
from provenance.weights import gtin_of

Say = Literal["all", "tests", "holds", ""]
"""On goods a party had nothing to do with: everything, what it measured, that they are held or recalled, or nothing."""

EVERYBODYS = frozenset({"inspector", "regulator", "operator"})
"""Kinds of party that may speak of anybody's goods."""
_WIDE: tuple[Say, ...] = ("", "holds", "tests", "all")
_TESTS = frozenset({"inspecting", "sampling"})


@dataclass(frozen=True, slots=True)
class Parties:
    """`keeper` of a place, "" where it is not registered; what a party may `say` of a thing it never had, by the
    registry of the day of the report or of today; whether a party `trusts` the keeper of a place with its reports, by
    more than its own word; and whether it `trades` in goods of such a kind, as a channel of their brand."""

    keeper: Callable[[str], str]
    say: Callable[[str, str, date], Say]
    trusts: Callable[[str, str, date], bool]
    trades: Callable[[str, str, date], bool]


def parties_of(registry: Registry, today: Callable[[], date]) -> Parties:
    def keeper(place: str) -> str:
        site = registry.site(place, today())
        return site.party if site else ""

    def say(party: str, thing: str, on: date) -> Say:
        return max((may_say(party, thing, registry, day) for day in (on, today())), key=_WIDE.index)

    def trusts(party: str, place: str, on: date) -> bool:
        site = registry.site(place, on) or registry.site(place, today())
        mandates = (*registry.mandates(party, on), *registry.mandates(party, today())) if site else ()
        given = {mandate.to_party for mandate in mandates if mandate.approved_by or mandate.author != party}
        return site is not None and site.party in {party, *given}

    def trades(party: str, thing: str, on: date) -> bool:
        gtin = gtin_of(thing)
        brands = {brand.id for brand in registry.brands_of(gtin, on)} if gtin else set()
        return any(channel.brand in brands for channel in registry.channels_of(party, on))

    return Parties(keeper, say, trusts, trades)


def may_say(party: str, thing: str, registry: Registry, on: date) -> Say:
    """Everything: inspectors, regulators, the operator. Tests: laboratories. Holds: whose brand it is."""
    record = registry.party(party, on)
    if record is not None and record.kind in EVERYBODYS:
        return "all"
    accredited = any("laboratory" in held.schemes for held in registry.accreditations(party, on))
    if accredited or (record is not None and record.kind == "laboratory"):
        return "tests"
    gtin = gtin_of(thing)
    owners = (brand.owner for brand in registry.brands_of(gtin, on)) if gtin else ()
    return "holds" if party in owners else ""


def _no(_party: str, _about: str, _on: date) -> bool:
    return False


NOBODYS = Parties(lambda _place: "", lambda _party, _thing, _on: "", _no, _no)
"""Of a registry that knows nobody."""


def covers(said: Say, event: Event) -> bool:
    """Whether this much of a say is enough for what is reported."""
    if said == "holds":
        return event.biz_step == "holding" or event.disposition == "recalled"
    return said == "all" or (said == "tests" and event.biz_step in _TESTS)


def tellers(document: Reported) -> frozenset[str]:
    """Who reports it, and the place whose party must have let him (`provenance.access.acting`)."""
    place = told_at(document.event)
    return frozenset({document.first.capturer, place} if place else {document.first.capturer})


def told_at(event: Event) -> str:
    """The place, "" where none is named."""
    at = event.read_point or event.biz_location
    return whole_place(at) if at and not at.startswith("geo:") else ""


def named(document: Reported) -> frozenset[str]:
    """These, and every place and party that the goods came from, are at, or go to by it."""
    event = document.event
    places = {whole_place(place) for place in event.places if not place.startswith("geo:")}
    return (
        tellers(document) | places | {id_ for kind, id_ in (*event.sources, *event.destinations) if kind != "location"}
    )
