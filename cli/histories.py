"""A history as the command prints it: JSON for programs, a timeline for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cli.output import print_table
from provenance.codes import read
from provenance.short_names import short

CHINA = "+08:00"
"""Of what has no clock of its own here: the states of a certificate."""

if TYPE_CHECKING:
    from cli.rpc import FoundCode, History


def back(found: History) -> dict[str, Any]:
    """`events`, `carried` and `shares` of a history back."""
    named = _ids(step.event_id for step in found.steps if not step.carried)
    return _head(found) | {
        "events": named,
        "carried": [id_ for id_ in _ids(step.event_id for step in found.steps if step.carried) if id_ not in named],
        "shares": {share.lot: float(share.fraction) for share in found.shares},
        "gaps": _gaps(found),
        "conflicts": [conflict.event_id for conflict in found.conflicts],
    }


def forward(found: History) -> dict[str, Any]:
    """`events` and `holders` of a history forward."""
    return _head(found) | {
        "events": _ids(step.event_id for step in found.steps),
        "holders": _holders(found),
        "states": _states(found),
        **({"lost_kg": float(found.lost_kg)} if found.lost_kg else {}),
        "gaps": _gaps(found),
        "conflicts": [conflict.event_id for conflict in found.conflicts],
    }


def as_choice(code: str, candidates: Sequence[FoundCode]) -> dict[str, Any]:
    """What a code may mean that says only half of it, the newest first."""
    listed = [{"key": one.key, "name": one.name_zh or one.name_en} for one in candidates]
    return {"code": code, "candidates": [{name: text for name, text in one.items() if text} for one in listed]}


def which(code: str, candidates: Sequence[FoundCode]) -> str:
    """The same as a sentence."""
    listed = "; ".join(" ".join(filter(None, (one.key, one.name_zh or one.name_en))) for one in candidates)
    what = f"{code} is a product" if read(code).product else f"{code} may be any of {len(candidates)} things"
    return f"{what}: say which, the newest first: {listed}"


def _head(found: History) -> dict[str, Any]:
    kilograms = {"kilograms": float(found.kilograms)} if found.kilograms else {}
    return {"code": found.code, "key": found.key, **kilograms}


def _holders(found: History) -> dict[str, float | None]:
    """Kilograms by site, or party where the site is not known; None where the mass is not."""
    held: dict[str, float | None] = {}
    for holder in found.holders:
        place = holder.site or holder.party
        before = held.get(place, 0.0)
        held[place] = None if before is None or not holder.kilograms else before + float(holder.kilograms)
    return held


def _states(found: History) -> dict[str, dict[str, float | None]]:
    """By site or party as `holders`: the kilograms in each state, None where one of its masses is not known."""
    held: dict[str, dict[str, float | None]] = {}
    for holder in found.holders:
        states, state = held.setdefault(holder.site or holder.party, {}), holder.state or "there"
        before = states.get(state, 0.0)
        states[state] = None if before is None or not holder.kilograms else before + float(holder.kilograms)
    return held


def _ids(listed: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(listed))


def _gaps(found: History) -> list[dict[str, Any]]:
    return [{"key": gap.key, "code": gap.code, "message": gap.message} for gap in found.gaps]


def print_history(found: History, *, origins: bool) -> None:
    """For people; `origins` adds the shares, else the holders."""
    mass = f", {_number(found.kilograms)} kg" if found.kilograms else ""
    print(f"{found.key}{mass}\n")
    print_table(("when", "step", "where", ""), [_step(found, step) for step in found.steps])
    if origins and found.shares:
        print()
        rows = [(_percent(s.fraction), _number(s.kilograms), s.lot, _place(found, s.plot)) for s in found.shares]
        print_table(("share", "kg", "harvest lot", "plot"), rows)
    if not origins and found.holders:
        print()
        print_table(("kg", "holder", "of it"), _held(found))
    if not origins and found.withheld_holders:
        kilograms = f", {_number(found.withheld_kg)} kg" if found.withheld_kg else ""
        print(f"\nand {found.withheld_holders} more that this token may not see{kilograms}")
    if not origins and found.lost_kg:
        print(f"\nlost on the way: {_number(found.lost_kg)} kg")
        if found.losses:
            print_table(("kg", "lost at"), [(_number(h.kilograms), _holder(found, h)) for h in found.losses])
    if found.gaps:
        print()
        print_table(("not known",), [(line,) for line in _not_known(found)])
    for conflict in found.conflicts:
        print(f"\nseveral reports stand under one event id: {conflict.event_id}")


def where_and_when(found: History, event_ids: Iterable[str], otherwise: str) -> Iterator[tuple[str, str]]:
    """The kind of each of these reports, and a line that says when and where it was, in the order of time.

    `otherwise` is what a report is called that the history does not tell of.
    """
    told = {step.event_id: (step.time_ms, _step(found, step)[:3]) for step in found.steps}
    for certificate in found.certificates:
        for change in certificate.states:
            when = _local_time(change.time_ms, CHINA)
            words = (when, "certificate", f"{certificate.number or short(certificate.id)} {change.state}")
            told.setdefault(change.event_id, (change.time_ms, words))
    known = [(*told.get(id_, (0, ("", otherwise, ""))), id_) for id_ in event_ids]
    for _, (when, kind, where), id_ in sorted(known):
        yield kind, " ".join(filter(None, (when, kind, where, id_)))


def _not_known(found: History) -> Iterator[str]:
    """A line for each thing that is missing; ten boxes of one shipment are one."""
    alike: dict[str, dict[str, str]] = {}
    for gap in found.gaps:
        alike.setdefault(gap.message.replace(gap.key, ""), {}).setdefault(gap.key, gap.message)
    for messages in alike.values():
        (_, first), *others = messages.items()
        yield first + (f" And {len(others)} more: {' '.join(short(key) for key, _ in others)}" if others else "")


def _held(found: History) -> list[tuple[str, str, str]]:
    """A line for each site or party: all it has, and what became of that."""
    holders, rows = _holders(found), []
    for place, states in _states(found).items():
        of_it = ", ".join(f"{_mass(mass)} {_state(found, place, state)}" for state, mass in states.items())
        name = _place(found, place) if place in found.places else _party(found, place)
        rows.append((_mass(holders[place]), name, of_it))
    return rows


def _mass(kilograms: float | None) -> str:
    return "?" if kilograms is None else _number(str(kilograms))


def _state(found: History, place: str, state: str) -> str:
    if state == "there":
        return "on the shelf" if place in found.places and found.places[place].kind == "shop" else "in stock"
    return state.replace("_", " ")


def _step(found: History, step: Any) -> tuple[str, str, str, str]:
    remarks = [step.standing] if step.standing not in ("", "in_force") else []
    remarks += ["in the container"] if step.carried else []
    where = _place(found, step.biz_location or step.read_point)
    return _local_time(step.time_ms, step.offset), step.kind.replace("_", " "), where, ", ".join(remarks)


def _local_time(time_ms: int, offset: str) -> str:
    """As the reporter's clock showed it."""
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    shift = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * sign
    return (datetime.fromtimestamp(time_ms / 1000, UTC) + shift).strftime("%Y-%m-%d %H:%M")


def _place(found: History, key: str) -> str:
    if key not in found.places:
        return key
    place = found.places[key]
    return " ".join(filter(None, (place.county_zh, place.village, place.name_zh or place.name_en))) or key


def _holder(found: History, holder: Any) -> str:
    return _place(found, holder.site) or _party(found, holder.party)


def _party(found: History, key: str) -> str:
    return found.parties[key].name_zh or key if key in found.parties else key


def _percent(fraction: str) -> str:
    return f"{float(fraction) * 100:.2f} %"


def _number(text: str) -> str:
    return f"{float(text):,.3f}".rstrip("0").rstrip(".") if text else "?"
