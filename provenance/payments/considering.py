"""What would be in doubt about payments and withdrawals, were they recorded now: before one has to be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from provenance.payments.doubts import Doubt, Known, doubts
from provenance.payments.records import Answer, Payment, Recorded, Withdrawal
from provenance.payments.standing import Standing, State, standings_by
from provenance.registry.records import Registry
from provenance.short_names import Words

Standings = Mapping[str, Standing]

_IN_VAIN: Mapping[State, Words] = {
    "withdrawn": Words(
        "所更正的付款已经撤回，这次更正不会生效。", "What it corrects is taken back: this does not count."
    ),
    "corrected": Words(
        "所更正的付款另有更正，这次更正不会生效。", "What it corrects is corrected otherwise: this does not count."
    ),
    "not_counted": Words(
        "只有付款方、上报人、检验员或管理方可以更正这笔付款，这次更正不会生效。",
        "Only who paid or reported it, an inspector or the operator corrects this payment: this does not count.",
    ),
}
_UNKNOWN = Words("没有您可以看到的这笔付款。", "No such payment is recorded that you may read.")
_SAME_ID = Words(
    "这个编号已用于内容不同的一笔付款，这笔不会生效。",
    "This id is that of another payment: this one does not count.",
)
_TAKEN_BACK = Words("这笔付款已经撤回，再撤回没有作用。", "It is taken back already; a second time changes nothing.")
_NOT_HIS = Words(
    "只有付款方、上报人、检验员或管理方可以撤回，这次撤回不会生效。",
    "Only who paid or reported it, an inspector or the operator takes it back: this does not count.",
)


def considered(
    given: Sequence[Recorded], stored: Iterable[Recorded], known: Known, registry: Registry
) -> tuple[tuple[Doubt, ...], ...]:
    """One for each that is given, in order; what is stored already is in no doubt for being sent again."""
    before = {one.record_id: one for one in stored}
    latest = max((one.first.record_time_ms for one in before.values()), default=0)
    new = [_after(latest, one) for one in given if one.record_id not in before]
    was, will_be = (standings_by(registry, some) for some in (before.values(), [*before.values(), *new]))
    ids = {one.said.id for one in (*before.values(), *new)}
    found = doubts(will_be.values(), known)

    def of(one: Recorded) -> tuple[Doubt, ...]:
        match one.said:
            case Payment():
                return _of_payment(one, one.said, will_be, ids) or found.get(one.said.id, ())
            case Withdrawal():
                return _of_withdrawal(one.said, was, will_be, ids)
            case Answer():
                return ()

    return tuple(of(one) if one.record_id not in before else () for one in given)


def _after(latest_ms: int, one: Recorded) -> Recorded:
    """Recorded last, whatever the clocks say."""
    return replace(one, first=one.first._replace(record_time_ms=max(one.first.record_time_ms, latest_ms + 1)))


def _of_payment(one: Recorded, said: Payment, will_be: Standings, ids: set[str]) -> tuple[Doubt, ...]:
    """What keeps it from counting at all."""
    own = will_be[said.id]
    if own.recorded.record_id != one.record_id:
        return (Doubt("same-id", "/id", said.id, _SAME_ID),)
    if said.replaces and said.replaces not in ids:
        return (Doubt("unknown-payment", "/replaces", said.replaces, _UNKNOWN),)
    return () if own.in_force else (Doubt("in-vain", "/replaces", said.replaces, _IN_VAIN[own.state]),)


def _of_withdrawal(said: Withdrawal, was: Standings, will_be: Standings, ids: set[str]) -> tuple[Doubt, ...]:
    target = was.get(said.withdraws)
    if said.withdraws not in ids:
        return (Doubt("unknown-payment", "/withdraws", said.withdraws, _UNKNOWN),)
    if target is None:
        return ()  # of a withdrawal, or of what is sent along
    if target.state == "withdrawn":
        return (Doubt("taken-back-already", "/withdraws", said.withdraws, _TAKEN_BACK),)
    mine = will_be[said.withdraws].state == "withdrawn"
    return () if mine else (Doubt("in-vain", "/withdraws", said.withdraws, _NOT_HIS),)
