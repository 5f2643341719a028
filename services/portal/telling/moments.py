"""The way of the goods as moments: steps that belong together for a reader, one line of the timeline each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel.dates import format_time

from services.portal.languages import Language
from services.portal.telling.days import day, on_its_clock
from services.portal.telling.histories import History, Hold, Step
from services.portal.telling.moment_notes import notes_of
from services.portal.telling.moment_tests import Tested, tests_of
from services.portal.telling.naming import name_of, near
from services.portal.telling.step_words import STANDINGS, TITLES, title_of

Group = Sequence[Step]
"""Steps of one kind on one day at one place."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: a group of steps, or in brief all groups of a stay at one place."""

    kind: str
    title: str
    when: str
    iso: str
    where: str
    region: str
    route: str
    who: str
    notes: tuple[str, ...]
    tests: tuple[Tested, ...]
    count: int
    carried: bool
    standing: str
    event_ids: tuple[str, ...]


def moments_of(history: History, language: Language, *, brief: bool) -> list[Moment]:
    """In order of time. `brief` makes one moment of a day's picking, however many orchards it was in, and one of what
    was done at one place until the goods left it."""
    holds = {one.event_id: one for one in history.holds}
    groups = list(_groups(history.steps, brief, holds))
    stays = _stays(groups) if brief else ([group] for group in groups)
    return [_moment(stay, history, holds, language) for stay in stays]


def _stays(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    """Groups at one place one after another; readings without a place belong to where the goods were."""
    stay: list[Group] = []
    for group in groups:
        if stay and not _is_same_stay(stay, group):
            yield stay
            stay = []
        stay.append(group)
    if stay:
        yield stay


def _is_same_stay(stay: Sequence[Group], group: Group) -> bool:
    before, now = stay[0][0], group[0]
    apart = "harvest" in (before.kind, now.kind) or before.standing != now.standing
    here = {_place_key(part[0]) for part in stay} - {""}
    return not apart and (not _place_key(now) if now.kind == "reading" else _place_key(now) in here)


def _groups(steps: Sequence[Step], brief: bool, holds: Mapping[str, Hold]) -> Iterator[Group]:
    """Neighbours in time of one title, day, place and standing; versions of one report are never one. Readings are one
    group while nothing else happens."""
    instead = Counter(id_ for step in steps for id_ in step.counting_event_ids)

    def same(step: Step) -> tuple[object, ...]:
        if step.kind == "reading":
            return ("reading", step.standing)
        place = "" if brief and step.kind == "harvest" else _place_key(step)
        version = step.event_id if any(instead[id_] > 1 for id_ in step.counting_event_ids) else ""
        said = (step.kind, title_of(step, holds.get(step.event_id)))
        return (*said, on_its_clock(step).date(), place, step.standing, step.counts_again, version, step.carried)

    for _, group in groupby(sorted(steps, key=_order_of(brief)), same):
        yield list(group)


def _order_of(brief: bool) -> Callable[[Step], tuple[object, ...]]:
    """By time; in brief, a day's picking that stands comes together and first, before what was corrected of it, and
    both before what was made of it."""

    def order(step: Step) -> tuple[object, ...]:
        picked = brief and step.kind == "harvest"
        start = on_its_clock(step).date().toordinal()
        standing = (step.standing != "in_force", step.standing) if picked else (False, "")
        return (start, not picked, standing, step.time_ms, step.record_id)

    return order


def _place_key(step: Step) -> str:
    return step.read_point or step.biz_location


def _moment(stay: Sequence[Group], history: History, holds: Mapping[str, Hold], language: Language) -> Moment:
    first, steps = stay[0][0], [step for group in stay for step in group]
    places = list(dict.fromkeys(key for step in steps if (key := _place_key(step))))
    regions = dict.fromkeys(near(history.places[key], language) for key in places if key in history.places)
    told = (group[0] for group in stay if len(stay) == 1 or group[0].kind != "reading")
    titles = dict.fromkeys(title_of(step, holds.get(step.event_id)) for step in told)
    separator = " · " if language.code == "en" else "、"
    return Moment(
        kind=_telling(stay),
        title=separator.join(language.text(title) for title in titles) or language.text(title_of(first)),
        when=_when(steps, language),
        iso=on_its_clock(first).isoformat(timespec="minutes"),
        where=name_of(places[0], history, language) if len(places) == 1 else "",
        region=separator.join(text for text in regions if text),
        route=_route(first, history, language) if len(stay) == 1 else "",
        who=name_of(first.capturer, history, language) if first.capturer in history.parties else "",
        tests=tuple(tests_of(steps, history, language)),
        notes=tuple(dict.fromkeys(notes_of(stay, history, language))),
        count=len(steps),
        carried=all(step.carried for step in steps),
        standing=language.text(STANDINGS.get(first.standing, "")),
        event_ids=tuple(step.event_id for step in steps),
    )


def _telling(stay: Sequence[Group]) -> str:
    """The kind that marks the line: a stay that ends in a sale is one."""
    kinds = [group[0].kind for group in stay]
    first = kinds[0] if kinds[0] in TITLES else "other"
    return next((kind for kind in ("sale", "destroying", "loss") if kind in kinds), first)


def _when(steps: Sequence[Step], language: Language) -> str:
    first, last = on_its_clock(steps[0]), on_its_clock(steps[-1])
    if first.date() != last.date():
        return f"{day(first, language)} – {day(last, language)}"
    return f"{day(first, language)} {format_time(first, 'HH:mm', tzinfo=first.tzinfo)}"


def _route(step: Step, history: History, language: Language) -> str:
    start = next((end.id for end in step.sources if end.type == "location"), "")
    goal = next((end.id for end in step.destinations if end.type == "location"), "")
    if not goal or goal == step.read_point:
        return ""
    names = (name_of(start, history, language) if start else "", name_of(goal, history, language))
    return " → ".join(name for name in names if name)
