"""One logger at one time in two places: it was where it is registered, else it vouches for neither (docs/adr/0107).

A pure function of the days of the loggers themselves: what a logger measured is found under its own name too, wherever
it says that was. Out of range it counts all the same: the worst counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from epcis.identifiers import whole_place
from provenance.cold_chain.asset_days import AssetDay, Days, Places
from provenance.cold_chain.excursions import ByAsset
from provenance.cold_chain.stays import ColdStay
from provenance.spans import Span, common, merged, without


@dataclass(frozen=True, slots=True)
class Doubled:
    """A logger that was counted on where goods were, and measured in another place at that time."""

    device: str
    place: str
    since_ms: int
    until_ms: int


def loggers_of(days: Days) -> frozenset[tuple[str, date]]:
    """The own days of the loggers that measured there: what says whether they measured anywhere else."""
    return frozenset((device, day.day) for day in days.values() for device in day.vouched if device) - days.keys()


def elsewhere(stay: ColdStay, days: ByAsset) -> Mapping[str, tuple[Span, ...]]:
    """By logger, the times at which it was in another place than the goods, as far as anybody knows."""
    here = _places(stay)
    found = {
        device: merged(span for day in days.get(device, ()) for _, spans in _others(day, here) for span in spans)
        for device in _devices(stay, days)
    }
    return {device: spans for device, spans in found.items() if spans}


def doubled(stays: Iterable[ColdStay], days: ByAsset) -> tuple[Doubled, ...]:
    """Each logger, with the longest time of each other place."""
    longest: dict[tuple[str, str], Span] = {}
    for stay in stays:
        for device, place, span in _doubled(stay, days):
            known = longest.get((device, place), (0, 0))
            longest[device, place] = max(known, span, key=lambda one: (one[1] - one[0], -one[0]))
    return tuple(Doubled(device, place, *span) for (device, place), span in sorted(longest.items()))


def _doubled(stay: ColdStay, days: ByAsset) -> Iterator[tuple[str, str, Span]]:
    here = _places(stay)
    for device in _devices(stay, days):
        joined = [(one.since_ms, one.until_ms) for one in stay.joined if one.asset == device]
        for day in days.get(device, ()):
            own = common(merged((*joined, *_own(day, here))), [(stay.since_ms, stay.until_ms)])
            for place, spans in _others(day, here):
                yield from ((device, place, span) for span in common(spans, own))


def _devices(stay: ColdStay, days: ByAsset) -> list[str]:
    listed = (days.get(one.asset, ()) for one in stay.everything)
    return sorted({device for some in listed for day in some for device in day.vouched if device})


def _places(stay: ColdStay) -> frozenset[str]:
    return frozenset(one.asset for one in stay.within)


def _others(day: AssetDay, here: Collection[str]) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """Where else it measured, and when. While it measured here too, not if it is registered here and nowhere there."""
    others = {places: spans for places, spans in day.stood.items() if _is_apart(places, here)}
    own = _own(day, here) if others and _is_at_home(day, here, others) else ()
    for places, spans in others.items():
        if left := without(spans, own):
            yield places[0], left


def _own(day: AssetDay, here: Collection[str]) -> tuple[Span, ...]:
    return merged(span for places, spans in day.stood.items() if not _is_apart(places, here) for span in spans)


def _is_apart(places: Places, here: Collection[str]) -> bool:
    return bool(places) and not any(_is_in(place, one) for place in places for one in here)


def _is_at_home(day: AssetDay, here: Collection[str], others: Iterable[Places]) -> bool:
    homes = {logger.site for (device, _), logger in day.loggers.items() if device == day.asset}
    away = {place for places in others for place in places}
    return all(
        any(_is_in(home, one) for one in here) and not any(_is_in(home, place) for place in away) for home in homes
    )


def _is_in(one: str, other: str) -> bool:
    """A place is in itself, and a dock in its house, whichever of them is named."""
    return one == other or whole_place(one) == other or one == whole_place(other)
