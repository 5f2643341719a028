"""`suyuan cold-chain`: whether a thing was kept cold, where not, and how much of the time is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import endpoints
from cli.codes import Where, asked
from cli.failures import NO, Failure
from cli.language import N_, headed, joined, pick, say
from cli.output import print_json, print_table
from provenance.days import CHINA
from provenance.short_names import short

if TYPE_CHECKING:
    from cli.rpc import ColdChain

_MARKS = {"kept": N_("✓ kept"), "broken": N_("✗ broken"), "unknown": N_("? not known")}
_BARS = "▁▂▃▄▅▆▇█"
_COLUMNS = 60


def cold_chain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Lot, item or pallet, as scanned or typed.")],
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON, for programs.")] = False,
    traceability: endpoints.Traceability = None,
    labels: endpoints.Labels = None,
    token: endpoints.Token = None,
) -> None:
    """Say whether a thing was kept cold: kept, broken or unknown.

    With it every excursion (where, from, to, how far in °C, degree-minutes), and for each place it was in how much of
    the time is known. Times are those of China. Exit code 1 where the chain is broken.

    \b
    Examples:
      suyuan cold-chain G0914
      suyuan cold-chain https://id.gs1.org/01/19520001000017/21/BX0001 --json
    """
    from cli import rpc

    where = Where.of(traceability, labels, token)
    found = asked(code, lambda text: rpc.cold_chain(where.traceability, where.token, text), where)
    if json:
        print_json(_as_json(found))
    else:
        _print(found)
    if found.verdict == "broken":
        raise Failure(say("{key} was not kept cold", key=found.key), NO)


def _as_json(found: ColdChain) -> dict[str, Any]:
    body = {name: getattr(found, name) for name in ("key", "verdict", "why", "sentence_zh", "sentence_en")}
    limits = {"least_c": _number(found.least_c), "most_c": _number(found.most_c)}
    limits["tolerated_degree_minutes"] = _number(found.tolerated_degree_minutes)
    numbers = {"degree_minutes": _number(found.degree_minutes), "known": _number(found.known)}
    counts = {name: getattr(found, name) for name in ("late", "readings", "lost", "alarms", "strange")}
    cool_by = {"cool_by": _time(found.cool_by_ms).isoformat()} if found.cool_by_ms else {}
    listed = {"excursions": list(map(_excursion, found.excursions)), "stays": list(map(_leg, found.legs))}
    return {**body, "range": limits, **numbers, **cool_by, **counts, **listed, "events": list(found.event_ids)}


def _excursion(one: Any) -> dict[str, Any]:
    times = {"from": _time(one.from_ms).isoformat(), "to": _time(one.to_ms).isoformat()}
    how = {"furthest_c": _number(one.furthest_c), "degree_minutes": _number(one.degree_minutes)}
    return {"where": one.asset, "thing": one.thing, **times, **how, "events": list(one.event_ids)}


def _leg(leg: Any) -> dict[str, Any]:
    times = {"from": _time(leg.from_ms).isoformat(), "to": _time(leg.to_ms).isoformat()}
    measured = {"known": _number(leg.known), "least_c": _number(leg.least_c), "most_c": _number(leg.most_c)}
    return {"thing": leg.thing, "within": list(leg.within), **times, **measured, "readings": leg.readings}


def _print(found: ColdChain) -> None:
    mark = say(_MARKS.get(found.verdict, found.verdict))
    print(f"{found.key}\n{headed(mark, pick(found.sentence_zh, found.sentence_en))}")
    if found.cool_by_ms:
        print(_cool_by(found.cool_by_ms, datetime.now(CHINA)))
    if found.lost:
        print(say("reports with an unknown unit or impossible values, which do not count: {count}", count=found.lost))
    if found.strange:
        print(
            say("readings of others, who had nothing to do with it, which do not count: {count}", count=found.strange)
        )
    if found.alarms:
        print(say("readings with an alarm of the logger's own: {count}", count=found.alarms))
    if found.curve:
        print(f"\n{spark(found.curve)}  {_span(_least(found), _most(found))} °C")
    if found.excursions:
        print()
        header = (say("from"), say("to"), say("out of range by"), say("degree-minutes"), say("where"))
        print_table(header, [_row(found, one) for one in found.excursions])
    if found.legs:
        print()
        columns = (say("from"), say("to"), say("known"), say("readings"), "°C", say("what"), say("inside"))
        print_table(columns, [_place(found, leg) for leg in found.legs])


def _cool_by(time_ms: int, now: datetime) -> str:
    when = _short(time_ms)
    coming = _time(time_ms) > now
    return say("has to be cold from {when}", when=when) if coming else say("had to be cold from {when}", when=when)


def spark(curve: Sequence[Any], columns: int = _COLUMNS) -> str:
    """The highest of each part of the time; a blank where nothing was measured."""
    begin, end = curve[0].from_ms, max(point.to_ms for point in curve) + 1
    highest: list[float | None] = [None] * columns
    for point in curve:
        first, last = ((ms - begin) * columns // (end - begin) for ms in (point.from_ms, point.to_ms))
        for place in range(first, last + 1):
            known = highest[place]
            highest[place] = float(point.most_c) if known is None else max(known, float(point.most_c))
    return "".join(_bars(highest))


def _bars(highest: Sequence[float | None]) -> Iterator[str]:
    known = [value for value in highest if value is not None]
    least, span = min(known), (max(known) - min(known)) or 1.0
    for value in highest:
        yield " " if value is None else _BARS[round((value - least) / span * (len(_BARS) - 1))]


def _row(found: ColdChain, one: Any) -> tuple[str, ...]:
    far = f"{float(one.furthest_c):+.1f} °C"
    return _short(one.from_ms), _short(one.to_ms), far, f"{float(one.degree_minutes):g}", _named(found, one.asset)


def _place(found: ColdChain, leg: Any) -> tuple[str, ...]:
    measured = _span(f"{float(leg.least_c):g}", f"{float(leg.most_c):g}") if leg.least_c else "?"
    where = joined(_named(found, asset) for asset in leg.within) or "?"
    times = _short(leg.from_ms), _short(leg.to_ms)
    return (*times, f"{float(leg.known):.0%}", str(leg.readings), measured, short(leg.thing), where)


def _named(found: ColdChain, asset: str) -> str:
    place = dict(found.places).get(asset)
    return (pick(place.name_zh, place.name_en) if place else "") or short(asset)


def _span(least: str, most: str) -> str:
    return say("{least} to {most}", least=least, most=most)


def _least(found: ColdChain) -> str:
    return f"{min(float(point.least_c) for point in found.curve):g}"


def _most(found: ColdChain) -> str:
    return f"{max(float(point.most_c) for point in found.curve):g}"


def _number(text: str) -> float | None:
    return float(text) if text else None


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, CHINA)


def _short(ms: int) -> str:
    return _time(ms).strftime("%m-%d %H:%M")
