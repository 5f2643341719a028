"""Histories as messages, without names. What a reader may see is decided by the caller.

Masses and fractions travel as decimal texts: exact fractions rounded to 12 places, without trailing zeros for masses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from produce.v1 import traceability_pb2 as pb

from epcis.canonical_json import part_bytes
from epcis.events import Item
from provenance.access.public_view import public_view
from provenance.days import day_at
from provenance.graph.gaps import Gap
from provenance.histories.history import History, Holder, Share, Step
from provenance.quantities import plain_text

StepMessage: TypeAlias = pb.Step
HistoryMessage: TypeAlias = pb.History

PLACES = 12

DIRECTIONS: Mapping[str, pb.Direction.ValueType] = {"back": pb.DIRECTION_BACK, "forward": pb.DIRECTION_FORWARD}


def decimal_text(value: Fraction | Decimal | None, *, fixed: bool = False) -> str:
    """At most 12 places, half to even; empty for None. `fixed` keeps the trailing zeros."""
    return "" if value is None else plain_text(value, PLACES, fixed=fixed)


def step_message(step: Step, recorded: bytes) -> pb.Step:
    """All of a step. `recorded` is the event's bytes."""
    event, first = step.event, step.document.first
    message = _step(step, recorded)
    message.sources.extend(_typed(event.sources))
    message.destinations.extend(_typed(event.destinations))
    message.transactions.extend(_typed(event.transactions))
    message.capturer, message.record_time_ms = first.capturer, first.record_time_ms
    return message


def public_step(step: Step, recorded: bytes) -> pb.Step:
    """What the public sees of it: the listed fields of the event (`provenance.access.public_view.PUBLIC_FIELDS`), and
    what was read out of them. Not who it came from and goes to, its papers, and who reported it when."""
    return _step(step, part_bytes(public_view(step.event), step.event.body, recorded))


def _step(step: Step, shown: bytes) -> pb.Step:
    event = step.event
    return pb.Step(
        event_id=step.event_id,
        record_id=step.document.record_id,
        kind=step.kind,
        event_type=event.type,
        action=event.action or "",
        biz_step=event.biz_step or "",
        disposition=event.disposition or "",
        time_ms=event.time_ms,
        offset=event.offset,
        read_point=event.read_point or "",
        biz_location=event.biz_location or "",
        objects=_amounts(event.objects),
        inputs=_amounts(event.inputs),
        outputs=_amounts(event.outputs),
        children=_amounts(event.children),
        parent=event.parent or "",
        certificates=event.certificates,
        carried=step.carried,
        standing=step.standing,
        related_event_ids=step.related_event_ids,
        counting_event_ids=step.counting,
        counts_again=step.counts_again,
        event=shown,
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """A history without names, and the day of the registry's records by which each place and party of it is named.

    A day is that of the last step that names it; None, where only a share, a holder or a certificate does, stands for
    today.
    """

    message: pb.History
    places: Mapping[str, date | None]
    parties: Mapping[str, date | None]


def gap_message(gap: Gap) -> pb.Gap:
    return pb.Gap(key=gap.key, code=gap.code, message=gap.message, event_ids=gap.event_ids)


def facts_of(
    history: History, steps: Iterable[pb.Step], holders: Iterable[Holder], losses: Iterable[Holder] = ()
) -> Facts:
    """`steps`, `holders` and `losses` as the reader may see them."""
    message = pb.History(
        key=history.key,
        direction=DIRECTIONS[history.direction],
        steps=steps,
        shares=(_share(share) for share in history.shares),
        holders=(holder_message(holder) for holder in holders),
        gaps=map(gap_message, history.gaps),
        conflicts=(pb.Conflict(event_id=c.event_id, record_ids=c.record_ids) for c in history.conflicts),
        kilograms=decimal_text(history.kilograms),
        lost_kg=decimal_text(history.lost_kg),
        losses=(holder_message(loss) for loss in losses),
    )
    places, parties = _named(message)
    vouched = dict.fromkeys(id_ for c in history.certificates for id_ in (c.issuer, *c.scope))
    return Facts(message, vouched | places, vouched | parties)


def _named(message: pb.History) -> tuple[dict[str, date | None], dict[str, date | None]]:
    """Every place and every party the message names, each with the day of the last step that does."""
    places: dict[str, date | None] = dict.fromkeys(share.plot for share in message.shares)
    parties: dict[str, date | None] = dict.fromkeys(share.grower for share in message.shares)
    for holder in (*message.holders, *message.losses):
        places[holder.site] = parties[holder.party] = None
    for step in message.steps:
        on = day_at(step.time_ms, step.offset)
        _note(places, (step.read_point, step.biz_location), on)
        _note(parties, (step.capturer,), on)
        for end in (*step.sources, *step.destinations):
            _note(places if end.type == "location" else parties, (end.id,), on)
    for named in (places, parties):
        named.pop("", None)
    return places, parties


def _note(last: dict[str, date | None], ids: Iterable[str], on: date) -> None:
    for id_ in ids:
        known = last.get(id_)
        last[id_] = on if known is None else max(known, on)


def _typed(ends: Iterable[tuple[str | None, str]]) -> Iterable[pb.TypedId]:
    return (pb.TypedId(type=kind or "", id=id_) for kind, id_ in ends)


def _amounts(items: Iterable[Item]) -> Iterable[pb.Amount]:
    return [
        pb.Amount(key=item.key, quantity="" if item.quantity is None else f"{item.quantity:f}", uom=item.uom or "")
        for item in items
    ]


def _share(share: Share) -> pb.Share:
    return pb.Share(
        lot=share.lot,
        fraction=decimal_text(share.fraction, fixed=True),
        kilograms=decimal_text(share.kilograms),
        grower=share.grower,
        plot=share.plot,
    )


def holder_message(holder: Holder) -> pb.Holder:
    return pb.Holder(
        site=holder.site,
        party=holder.party,
        kilograms=decimal_text(holder.kilograms),
        keys=holder.keys,
        state=holder.state,
    )
