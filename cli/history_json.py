"""A history as programs read it: ids of events, shares, and the kilograms each holder has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

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
        "holders": holders(found),
        "states": states(found),
        **({"lost_kg": float(found.lost_kg)} if found.lost_kg else {}),
        "gaps": _gaps(found),
        "conflicts": [conflict.event_id for conflict in found.conflicts],
    }


def as_choice(code: str, candidates: Sequence[FoundCode]) -> dict[str, Any]:
    """What a code may mean that says only half of it, the newest first."""
    listed = [{"key": one.key, "name": one.name_zh or one.name_en} for one in candidates]
    return {"code": code, "candidates": [{name: text for name, text in one.items() if text} for one in listed]}


def _head(found: History) -> dict[str, Any]:
    kilograms = {"kilograms": float(found.kilograms)} if found.kilograms else {}
    held = {"recalled": in_force(found, "recall"), "held": in_force(found, "hold")}
    return {"code": found.code, "key": found.key, **kilograms, **{name: keys for name, keys in held.items() if keys}}


def in_force(found: History, kind: str) -> list[str]:
    """What is recalled, or held back."""
    return _ids(key for one in found.holds if one.kind == kind for key in one.keys)


def holders(found: History) -> dict[str, float | None]:
    """Kilograms by site, or party where the site is not known; None where the mass is not."""
    held: dict[str, float | None] = {}
    for holder in found.holders:
        place = holder.site or holder.party
        before = held.get(place, 0.0)
        held[place] = None if before is None or not holder.kilograms else before + float(holder.kilograms)
    return held


def states(found: History) -> dict[str, dict[str, float | None]]:
    """By site or party as `holders`: the kilograms in each state, None where one of its masses is not known."""
    held: dict[str, dict[str, float | None]] = {}
    for holder in found.holders:
        here, state = held.setdefault(holder.site or holder.party, {}), holder.state or "there"
        before = here.get(state, 0.0)
        here[state] = None if before is None or not holder.kilograms else before + float(holder.kilograms)
    return held


def _ids(listed: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(listed))


def _gaps(found: History) -> list[dict[str, Any]]:
    return [{"key": gap.key, "code": gap.code, "message": gap.message} for gap in found.gaps]
