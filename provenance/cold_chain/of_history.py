"""The cold chain of one history: which limits, from when it had to be cold, where it ended, what loggers were there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from provenance.access.acting import with_whole
from provenance.cold_chain.asset_days import AssetDay, Days
from provenance.cold_chain.counting import EndedAt, counting
from provenance.cold_chain.hearing import Hearing
from provenance.cold_chain.limits import NOT_SET, Limits
from provenance.cold_chain.rooms import Within, moves
from provenance.cold_chain.stays import ColdStay, clipped
from provenance.cold_chain.verdict import QUIET_MS, ColdChain, Why, judged
from provenance.days import DAY_MS, MINUTE_MS, china_day, china_midnight, each_day
from provenance.graph.gathering import is_lot
from provenance.histories.harvest_days import picked_by_ms
from provenance.histories.history import History, came_from
from provenance.histories.picked import picks_of
from provenance.registry.records import Registry
from provenance.spans import Span, common, merged
from provenance.weights import gtin_of

MOST_DAYS_LOOKED_AT = 400
"""Days of a stay for each of which the registry is asked which loggers were there: the last, of a longer one."""


@dataclass(frozen=True, slots=True)
class ColdPlan:
    """What is to be judged: `stays` as far as they count, until now, by readings of those whom `hearing` counts.
    `heard_ms` is when the goods were last told to be anywhere; `over` how their cold chain ended, if it did before it
    began."""

    limits: Limits
    stays: tuple[ColdStay, ...]
    cool_by_ms: int | None
    heard_ms: int
    hearing: Hearing
    over: Why = "not-begun"


def cold_plan(history: History, registry: Registry, now_ms: int) -> ColdPlan:
    limits = _limits(history, registry, now_ms)
    hearing = Hearing(history.measurers, registry, china_day(now_ms))
    if not limits.is_set:
        return ColdPlan(limits, (), None, now_ms, hearing)
    begins, ended_at = _begins(history, limits), _shops(registry, china_day(now_ms))
    stays = counting(
        history.cold,
        begins=begins,
        now_ms=now_ms,
        ended_at=ended_at,
        alone=not is_lot(history.key),
    )
    cool_by = begins(history.key) if limits.cool_within is not None else None
    heard_ms = max((s.event.time_ms for s in history.steps if s.in_force and moves(s.event)), default=now_ms)
    there = _loggers(registry)
    followed = tuple(_with_loggers(stay, there) for stay in stays)
    over = _over([stay for stay in history.cold if stay.since_ms < now_ms], ended_at)
    return ColdPlan(limits, followed, cool_by, min(heard_ms, now_ms), hearing, over)


def _over(stays: Sequence[ColdStay], ended_at: EndedAt) -> Why:
    """What is told where none of these counts, though it had to be cold by now."""
    if any(ended_at(one) for stay in stays for one in stay.within):
        return "in-shop-before"
    return "gone-before" if stays else "not-begun"


def cold_chain(plan: ColdPlan, days: Days, now_ms: int) -> ColdChain:
    """Where a thing is still there, its time goes to the last that was heard of it or of the place while that is not
    long ago (QUIET_MS), and else to now: who says nothing any more does not say that it is cold. When the reports came
    in does not matter: a season told late is as silent as one told at once."""
    by_asset: dict[str, list[AssetDay]] = {}
    for day in days.values():
        by_asset.setdefault(day.asset, []).append(day)
    stays = tuple(kept for stay in plan.stays if (kept := _heard(stay, by_asset, plan.heard_ms, now_ms)))
    found = judged(stays, days, plan.limits, cool_by_ms=plan.cool_by_ms)
    return replace(found, why=_before(plan, now_ms)) if found.why == "not-begun" else found


def _before(plan: ColdPlan, now_ms: int) -> Why:
    """Why no time counts."""
    if plan.stays:
        return "just-begun"
    due = plan.cool_by_ms is None or now_ms > plan.cool_by_ms
    return plan.over if due else "not-begun"


def _heard(stay: ColdStay, days: Mapping[str, Sequence[AssetDay]], heard_ms: int, now_ms: int) -> ColdStay | None:
    if stay.until_ms < now_ms:
        return stay
    measured = [
        until
        for one in stay.everything
        for day in days.get(one.asset, ())
        for _, until in common(day.covered, [(one.since_ms, one.until_ms)])
    ]
    end_ms = min(max([heard_ms, *measured]), now_ms)
    if now_ms - end_ms > QUIET_MS:
        return stay
    return clipped(stay, (stay.since_ms, end_ms)) if stay.since_ms < end_ms else None


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
        return NOT_SET
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
        first = min((picked[lot] for lot in came_from([thing], history.made_of) if lot in picked), default=None)
        return made if first is None else first + limits.cool_within * MINUTE_MS

    return begins


def _shops(registry: Registry, today: date) -> EndedAt:
    """By the record of the day on which the goods came there, or of today: a shop may be registered late, and close."""

    @cache
    def is_shop(place: str, on: date) -> bool:
        sites = (registry.site(id_, on) for id_ in with_whole(place))
        return any(site is not None and site.kind == "shop" for site in sites)

    return lambda one: is_shop(one.asset, china_day(one.since_ms)) or is_shop(one.asset, today)


def _loggers(registry: Registry) -> Callable[[str, date, date], Mapping[str, Sequence[Span]]]:
    """When each logger was registered to be in a place, from one day to another."""

    @cache
    def there(place: str, first: date, last: date) -> Mapping[str, Sequence[Span]]:
        days = list(each_day(first, last))[-MOST_DAYS_LOOKED_AT:]
        present: defaultdict[str, list[Span]] = defaultdict(list)
        for day in days:
            for logger in registry.loggers_at(place, day):
                present[logger.id].append((china_midnight(day), china_midnight(day) + DAY_MS))
        return {id_: merged(spans) for id_, spans in present.items()}

    return there


def _with_loggers(stay: ColdStay, there: Callable[[str, date, date], Mapping[str, Sequence[Span]]]) -> ColdStay:
    """With the loggers that are registered to be where it was, each for the days on which they are."""
    known = {one.asset for one in stay.joined}
    places = [one for one in stay.within if one.asset != stay.thing]
    added = {
        Within(id_, since, until)
        for one in places
        for id_, spans in there(one.asset, china_day(one.since_ms), china_day(one.until_ms)).items()
        if id_ not in known
        for since, until in common(spans, [(one.since_ms, one.until_ms)])
    }
    return replace(stay, joined=(*stay.joined, *sorted(added, key=lambda one: (one.since_ms, one.asset))))
