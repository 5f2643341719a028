"""What is told of a label's look-ups, of what `labels` counted, the box's history and the brand's record. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from provenance.registry.ground import centre
from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.thresholds import DEFAULTS, Thresholds, thresholds_of
from provenance.scans.warnings import Box, ScanWarning, warnings
from provenance.scans.words import count_words, words_of
from services.portal.scanning.ports import Looks, ScanRegistry
from services.portal.telling.histories import History, LookedUp, LookUpWarning, Place, Step

HOUR_MS = 3_600_000
_ANYWHERE = ("online", "live_stream")


def counted(seen: Looks, found: Iterable[ScanWarning] = ()) -> LookedUp:
    first_ms = seen.looks[0].hour * HOUR_MS if seen.looks and not seen.more else 0
    said = count_words(len(seen.looks), at_least=seen.more, first_ms=first_ms)
    return LookedUp(
        count=len(seen.looks),
        sentence_zh=said.zh,
        sentence_en=said.en,
        at_least=seen.more,
        first_ms=first_ms,
        warnings=tuple(map(_told, found)),
    )


def warned(seen: Looks, history: History | None, serial: str, brand: str, registry: ScanRegistry, on: date) -> LookedUp:
    """As `counted`, with its warnings."""
    channels = channels_of(brand, registry, on)
    box = box_of(history, serial, channels) if history else Box(channels=channels)
    return counted(seen, warnings(seen.looks, box=box, thresholds=_thresholds(brand, registry, on)))


def box_of(history: History, serial: str, channels: frozenset[Cell] | None) -> Box:
    """Sold where the last that was told of the box itself is its sale: one that came back may be sold again."""
    steps = [step for step in history.steps if step.standing == "in_force"]
    own = [step for step in steps if step.kind in ("sale", "return") and _names(step, serial)]
    last = max(own, key=lambda step: step.time_ms, default=None)
    sold_hour = last.time_ms // HOUR_MS if last and last.kind == "sale" else None
    places = (history.places.get(name) for step in steps for name in (step.read_point, step.biz_location))
    return Box(sold_hour, frozenset(cell for place in places if place and (cell := _cell(place))), channels)


def channels_of(brand: str, registry: ScanRegistry, on: date) -> frozenset[Cell] | None:
    """Where a brand sells, as far as its channels are places; None where one of them is none, or there are none."""
    cells: set[Cell] = set()
    for channel in registry.channels_for(brand, on) if brand else ():
        sites = registry.sites_of(channel.party, on) if channel.party else ()
        here = {Cell.at(point) for site in sites if (point := centre(site))}
        if channel.kind in _ANYWHERE or not here:
            return None
        cells |= here
    return frozenset(cells) or None


def _thresholds(brand: str, registry: ScanRegistry, on: date) -> Thresholds:
    record = registry.brand(brand, on) if brand else None
    return thresholds_of(record.scan_thresholds) if record else DEFAULTS


def _names(step: Step, serial: str) -> bool:
    return any(one.key.endswith(f"/21/{serial}") for one in (*step.objects, *step.children))


def _cell(place: Place) -> Cell | None:
    """Of a place whose whereabouts this reader is told."""
    if not place.latitude or not place.longitude:
        return None
    return Cell.at(Point(float(place.latitude), float(place.longitude)))


def _told(warning: ScanWarning) -> LookUpWarning:
    said = words_of(warning)
    return LookUpWarning(code=warning.code, count=warning.count, sentence_zh=said.zh, sentence_en=said.en)
