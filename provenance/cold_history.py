"""The cold chain of one history: which limits, from when it had to be cold, where it ended, what loggers were there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from provenance.acting import with_whole
from provenance.asset_days import AssetDay, Span, common, days_of, merged
from provenance.cold_chain import ColdChain, ColdPlan, Days, Limits, counting, judged
from provenance.cold_stays import ColdStay, Within
from provenance.days import china_day, china_midnight
from provenance.gathering import is_lot
from provenance.harvest_days import picked_by_ms
from provenance.history import History
from provenance.picked import picks_of
from provenance.registry import Registry
from provenance.weights import gtin_of

MOST_DAYS_LOOKED_AT = 62
"""Days of a stay for each of which the registry is asked which loggers were there; of a longer one, its ends."""
MINUTE_MS = 60_000
QUIET_MS = 1440 * MINUTE_MS
"""Of goods that are still somewhere: so long nothing need be heard of them. Loggers are read, and reported, once a day.
Counted from when the goods were first reported, where that was later: the labels of a season told late are asked for
at once, and not weeks after its last reading."""


def cold_plan(history: History, registry: Registry, now_ms: int) -> ColdPlan:
    limits = _limits(history, registry, now_ms)
    if not limits.is_set:
        return ColdPlan(limits, (), None, now_ms)
    begins = _begins(history, limits)
    stays = counting(
        history.cold,
        begins=begins,
        now_ms=now_ms,
        ended_at=_shops(registry, china_day(now_ms)),
        alone=not is_lot(history.key),
    )
    cool_by = begins(history.key) if limits.cool_within is not None else None
    heard_ms = max((s.event.time_ms for s in history.steps if s.in_force), default=now_ms)
    followed = tuple(_with_loggers(stay, registry) for stay in stays)
    return ColdPlan(limits, followed, cool_by, min(heard_ms, now_ms), _came_in(history))


def _came_in(history: History) -> int:
    told = (step for step in history.steps if not step.carried)
    named = (step for step in told if any(key == history.key for _, key in step.event.keys))
    return min((step.document.first.record_time_ms for step in named), default=0)


def cold_chain(plan: ColdPlan, days: Days, now_ms: int) -> ColdChain:
    """Where a thing is still there, its time goes to the last that was heard of it or of the place while that is not
    long ago (QUIET_MS), and else to now: who says nothing any more does not say that it is cold."""
    by_asset: dict[str, list[AssetDay]] = {}
    for day in days.values():
        by_asset.setdefault(day.asset, []).append(day)
    stays = tuple(kept for stay in plan.stays if (kept := _heard(stay, by_asset, plan, now_ms)))
    return judged(stays, days, plan.limits, cool_by_ms=plan.cool_by_ms)


def _heard(stay: ColdStay, days: Mapping[str, list[AssetDay]], plan: ColdPlan, now_ms: int) -> ColdStay | None:
    if stay.until_ms < now_ms:
        return stay
    measured = [
        until
        for one in (*stay.within, *stay.joined)
        for day in days.get(one.asset, ())
        for _, until in common(day.covered, [(one.since_ms, one.until_ms)])
    ]
    end_ms = min(max([plan.heard_ms, *measured]), now_ms)
    if now_ms - max(end_ms, plan.came_ms) > QUIET_MS:
        return stay
    if end_ms <= stay.since_ms:
        return None
    within, joined = (_until(listed, end_ms) for listed in (stay.within, stay.joined))
    return replace(stay, until_ms=end_ms, within=within, joined=joined)


def _until(listed: Iterable[Within], end_ms: int) -> tuple[Within, ...]:
    cut = (replace(one, until_ms=min(one.until_ms, end_ms)) for one in listed)
    return tuple(one for one in cut if one.since_ms < one.until_ms)


def _limits(history: History, registry: Registry, now_ms: int) -> Limits:
    """Of the day on which it came to be, where there was a standard then; else of today. What a pallet carries must
    all be kept: the narrowest of all ranges."""
    made = min((stay.since_ms for stay in history.cold if stay.thing == history.key), default=now_ms)
    own = gtin_of(history.key)
    load = history.made_of.get(history.key, frozenset())
    gtins = {own} if own else {gtin for thing in load if (gtin := gtin_of(thing))}
    listed = [_limits_of(gtin, registry, (china_day(made), china_day(now_ms))) for gtin in sorted(gtins)]
    found = [limits for limits in listed if limits is not None and limits.is_set]
    if not found or len(found) < len(gtins):
        return Limits(None, None)
    return Limits(
        max((one.least_c for one in found if one.least_c is not None), default=None),
        min((one.most_c for one in found if one.most_c is not None), default=None),
        min(one.tolerated for one in found),
        min((one.cool_within for one in found if one.cool_within is not None), default=None),
    )


def _limits_of(gtin: str, registry: Registry, days: Iterable[date]) -> Limits | None:
    for day in days:
        product = registry.product(gtin, day)
        standard = registry.production_standard(product.production_standard, day) if product else None
        if standard is not None:
            return Limits(
                _fraction(standard.storage_min_c),
                _fraction(standard.storage_max_c),
                Fraction(standard.tolerated_degree_minutes),
                standard.cool_within_minutes,
            )
    return None


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _begins(history: History, limits: Limits) -> Callable[[str], int | None]:
    """From when a thing must be cold: so long after the first fruit in it was picked; without such a time, or a
    picking, from when the thing that is asked about came to be."""
    made = min((stay.since_ms for stay in history.cold if stay.thing == history.key), default=None)
    picked: dict[str, int] = {}
    for pick, _ in picks_of(history):
        for key in pick.event.object_keys | pick.event.items_by_lot.keys():
            picked[key] = min(picked.get(key, pick.event.time_ms), picked_by_ms(pick))

    @cache
    def begins(thing: str) -> int | None:
        if limits.cool_within is None or not picked:
            return made
        first = min((picked[lot] for lot in _came_from(thing, history.made_of) if lot in picked), default=None)
        return made if first is None else first + limits.cool_within * MINUTE_MS

    return begins


def _came_from(thing: str, made_of: Mapping[str, frozenset[str]]) -> set[str]:
    found, left = {thing}, [thing]
    while left:
        for source in made_of.get(left.pop(), ()):
            if source not in found:
                found.add(source)
                left.append(source)
    return found


def _shops(registry: Registry, today: date) -> Callable[[str], bool]:
    @cache
    def is_shop(place: str) -> bool:
        sites = (registry.site(id_, today) for id_ in with_whole(place))
        return any(site is not None and site.kind == "shop" for site in sites)

    return is_shop


def _with_loggers(stay: ColdStay, registry: Registry) -> ColdStay:
    """With the loggers that are registered to be where it was, each for the days on which they are."""
    there = {found for one in stay.within for found in _registered(one, registry)}
    known = {one.asset for one in stay.joined}
    added = sorted((one for one in there if one.asset not in known), key=lambda one: (one.since_ms, one.asset))
    return replace(stay, joined=(*stay.joined, *added))


def _registered(one: Within, registry: Registry) -> Iterator[Within]:
    days = list(days_of(one.since_ms - 16 * 60 * MINUTE_MS, one.until_ms + 8 * 60 * MINUTE_MS))
    asked = days if len(days) <= MOST_DAYS_LOOKED_AT else [days[0], days[-1]]
    found = [{logger.id for logger in registry.loggers_at(one.asset, day)} for day in asked]
    if len(asked) < len(days):
        yield from (Within(id_, one.since_ms, one.until_ms) for id_ in found[0] | found[-1])
        return
    begins = (china_midnight(day) for day in days)
    present: dict[str, list[Span]] = {}
    for begin, ids in zip(begins, found, strict=True):
        for id_ in ids:
            present.setdefault(id_, []).append((begin, begin + 1440 * MINUTE_MS))
    for id_, spans in present.items():
        for since, until in common(merged(spans), [(one.since_ms, one.until_ms)]):
            yield Within(id_, since, until)


def interval_of(registry: Registry, device: str, on: date) -> int | None:
    """Seconds between the readings of a logger, as registered on a day; None where it is not."""
    logger = registry.logger(device, on) if device else None
    return logger.interval_seconds if logger else None
