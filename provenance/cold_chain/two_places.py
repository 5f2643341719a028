"""One logger at one time in two places: it was where it is registered, else it vouches for neither (docs/adr/0107).

A pure function of the days of the loggers themselves: what a logger measured is found under its own name too, wherever
it says that was. Out of range it counts all the same: the worst counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from provenance.cold_chain.asset_days import AssetDay, Days, Places
from provenance.cold_chain.excursions import ByAsset
from provenance.cold_chain.loggers import is_in
from provenance.cold_chain.stays import ColdStay
from provenance.spans import Span, common, merged, without


@dataclass(frozen=True, slots=True)
class Doubled:
    """A logger that measured where goods were, and in another place at that time."""

    device: str
    place: str
    since_ms: int
    until_ms: int


def loggers_of(days: Days) -> frozenset[tuple[str, date]]:
    """The own days of the loggers that measured there: what says whether they measured anywhere else."""
    return frozenset((device, day.day) for day in days.values() for device in day.vouched if device) - days.keys()


def elsewhere(stay: ColdStay, days: ByAsset) -> Mapping[str, tuple[Span, ...]]:
    """By logger, the times at which it was in another place than the goods, as far as anybody knows."""
    found = {
        device: merged(span for day in days.get(device, ()) for _, spans in _others(day, stay) for span in spans)
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
    for device in _devices(stay, days):
        for day in days.get(device, ()):
            own = _own(day, stay)
            for place, spans in _others(day, stay):
                yield from ((device, place, span) for span in common(spans, own))


def _devices(stay: ColdStay, days: ByAsset) -> list[str]:
    listed = (days.get(one.asset, ()) for one in stay.everything)
    return sorted({device for some in listed for day in some for device in day.vouched if device})


def _others(day: AssetDay, stay: ColdStay) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """Where else it measured, and when. While it measured here too, not if it is registered here and nowhere there."""
    homes = {logger.site for (device, _), logger in day.loggers.items() if device == day.asset}
    home = homes.pop() if len(homes) == 1 else ""
    at_home = common(_own(day, stay), _times((home,), stay))
    for places, spans in day.stood.items():
        apart = common(without(spans, _times(places, stay)), [(stay.since_ms, stay.until_ms)])
        if left := apart if any(is_in(home, place) for place in places) else without(apart, at_home):
            yield places[0], left


def _own(day: AssetDay, stay: ColdStay) -> tuple[Span, ...]:
    return merged(span for places, spans in day.stood.items() for span in common(spans, _times(places, stay)))


def _times(places: Places, stay: ColdStay) -> tuple[Span, ...]:
    """When the goods were in one of them. What names none, but goods or what carries them, may have been there."""
    spans = ((one.since_ms, one.until_ms) for one in stay.within if any(is_in(place, one.asset) for place in places))
    return merged(spans) if places else ((stay.since_ms, stay.until_ms),)
