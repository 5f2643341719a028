"""What a set of payment records amounts to: which are in force, what the payees say, where records contradict.

A pure function of the set: any order and any number of repeats give the same answer. Under one id, records of one
content are repeats; of several contents the one recorded first is effective and the others are conflicts, to be shown.
Corrections follow the rule of events (docs/adr/0081): what is corrected again does not come back, and a payment whose
correction was withdrawn is in force again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from provenance.access.declaring import may_declare as declares
from provenance.cycles import components
from provenance.payments.records import Answer, Payment, Recorded, Withdrawal, about
from provenance.registry.records import Registry
from provenance.standing import MayDeclare, nobody

OFFICES = frozenset({"brand_office", "regulator", "operator"})
"""Kinds of party through whose cards a grower's answer counts: they neither pay nor sell (ADR 0089)."""

IsOffice = Callable[[str, date], bool]
State = Literal["in_force", "corrected", "withdrawn", "not_counted"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one payment. A correction by who may not correct is not counted, nor what corrects that: it stays
    to be seen, and is no payment of its own. `because` are the reasons of the records that took it out of force.
    `uncounted` is what was said since `answer` through a card whose answers do not count.

    `conflicting` are record ids of several contents under its id, or ids of several corrections of it.
    """

    payment: Payment
    recorded: Recorded
    state: State
    answer: Answer | None = None
    corrected_by: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    conflicting: tuple[str, ...] = ()
    uncounted: Answer | None = None

    @property
    def in_force(self) -> bool:
        return self.state == "in_force"


def standings_by(registry: Registry, recorded: Iterable[Recorded]) -> dict[str, Standing]:
    """`standings` by what the registry says of each party on the day that a record of it was made."""
    return standings(recorded, may_declare=partial(declares, registry), is_office=partial(_is_office, registry))


def _is_office(registry: Registry, party: str, on: date) -> bool:
    record = registry.party(party, on)
    return record is not None and record.kind in OFFICES


def standings(
    recorded: Iterable[Recorded], *, may_declare: MayDeclare = nobody, is_office: IsOffice = nobody
) -> dict[str, Standing]:
    """The standing of every payment among the records, by id. A correction or withdrawal counts from whoever recorded
    the one it speaks of, from its payer, and from whom `may_declare` names; where that one is not here, as it comes.
    An answer through a card counts where an office made the card, or the issuer."""
    every: dict[str, Recorded] = {}
    for one in recorded:
        known = every.get(one.record_id)
        if known is None or one.first < known.first:
            every[one.record_id] = one
    by_id: defaultdict[str, list[Recorded]] = defaultdict(list)
    for one in sorted(every.values(), key=lambda each: (each.first, each.record_id)):
        by_id[one.said.id].append(one)
    effective = {id_: documents[0] for id_, documents in by_id.items()}
    against = _against(effective, may_declare)
    instead = _instead(effective, against)
    outdone = _outdone(against, instead)
    instead = {id_: outdone.get(after, after) for id_, after in instead.items()}
    answers, uncounted = _answers(effective, is_office), _uncounted(effective, against)
    return {
        id_: _standing(
            *(one, one.said, by_id[id_], against.get(id_, ()), instead, answers[id_]), counts=id_ not in uncounted
        )
        for id_, one in effective.items()
        if isinstance(one.said, Payment)
    }


Against = Mapping[str, tuple[Recorded, ...]]
"""The corrections and withdrawals that count against each id, in order of recording."""


def _against(effective: Mapping[str, Recorded], may_declare: MayDeclare) -> Against:
    found: defaultdict[str, list[Recorded]] = defaultdict(list)
    for one in effective.values():
        target = "" if isinstance(one.said, Answer) else about(one.said)
        if target and _counts(one, effective.get(target), may_declare):
            found[target].append(one)
    return {id_: tuple(sorted(all_, key=lambda one: (one.first, one.record_id))) for id_, all_ in found.items()}


def _counts(one: Recorded, target: Recorded | None, may_declare: MayDeclare) -> bool:
    who = one.first.capturer
    if target is None or isinstance(target.said, Answer):
        return target is None
    entitled = {target.first.capturer} | ({target.said.payer} if isinstance(target.said, Payment) else set())
    return who in entitled or may_declare(who, one.first.day)


def _uncounted(effective: Mapping[str, Recorded], against: Against) -> frozenset[str]:
    """Corrections of something here against which they do not count, and what corrects those."""
    targets = {id_: about(one.said) for id_, one in effective.items() if isinstance(one.said, Payment)}
    counted = {one.said.id for all_ in against.values() for one in all_}
    found = {id_ for id_, target in targets.items() if target in effective and id_ not in counted}
    left = list(found)
    while left:
        after = {one.said.id for one in against.get(left.pop(), ())} - found
        found |= after
        left += after
    return frozenset(found)


Instead = Mapping[str, str]
"""What stands in the place of each id: itself, nothing (""), or what its corrections came to."""


def _instead(effective: Mapping[str, Recorded], against: Against) -> dict[str, str]:
    """Circles are void. A withdrawal outweighs corrections, and of rival corrections the one recorded last holds: money
    was not paid twice because it was corrected twice."""
    instead: dict[str, str] = {}
    leads = {id_: [one.said.id for one in against.get(id_, ())] for id_ in {*effective, *against}}
    for members in components(sorted(leads), lambda id_: leads[id_]):
        circular = len(members) > 1 or members[0] in leads[members[0]]
        for id_ in members:
            instead[id_] = "" if circular else _in_place_of(id_, against.get(id_, ()), instead)
    return instead


def _in_place_of(id_: str, against: Iterable[Recorded], instead: Instead) -> str:
    standing = [one for one in against if instead[one.said.id]]
    if any(isinstance(one.said, Withdrawal) for one in standing):
        return ""
    return instead[standing[-1].said.id] if standing else id_


def _outdone(against: Against, instead: Instead) -> dict[str, str]:
    """Corrections that stand for themselves, and lost to a rival or to a withdrawal of what they correct."""
    found = {
        instead[one.said.id]: instead[id_]
        for id_, all_ in against.items()
        for one in all_
        if isinstance(one.said, Payment) and instead[one.said.id] not in ("", instead[id_])
    }
    return {id_: _last(winner, found) for id_, winner in found.items()}


def _last(id_: str, outdone: Mapping[str, str]) -> str:
    while id_ in outdone:
        id_ = outdone[id_]
    return id_


Answers = tuple[Answer | None, Answer | None]
"""What counts, and what was said since and does not."""


def _answers(effective: Mapping[str, Recorded], is_office: IsOffice) -> defaultdict[str, Answers]:
    """The last words of each payment's own payee."""
    found: defaultdict[str, Answers] = defaultdict(lambda: (None, None))
    for one in sorted(effective.values(), key=_when):
        of = effective.get(one.said.payment) if isinstance(one.said, Answer) else None
        if of is None or not isinstance(of.said, Payment) or of.said.payee != one.first.capturer:
            continue
        if isinstance(said := one.said, Answer):
            is_heard = _is_heard(said, one.first.day, {of.said.payer, of.first.capturer}, is_office)
            found[of.said.id] = (said, None) if is_heard else (found[of.said.id][0], said)
    return found


def _is_heard(said: Answer, on: date, interested: Collection[str], is_office: IsOffice) -> bool:
    """Through his own card, or a rival's, nobody answers for the grower; nor does an office confirm what it paid."""
    if not said.card_by:
        return True
    return is_office(said.card_by, on) and (said.answer == "disputed" or said.card_by not in interested)


def _when(one: Recorded) -> tuple[int, str]:
    return (one.said.time_ms if isinstance(one.said, Answer) else 0), one.record_id


def _standing(
    one: Recorded,
    payment: Payment,
    documents: list[Recorded],
    against: tuple[Recorded, ...],
    instead: Instead,
    answers: Answers,
    *,
    counts: bool,
) -> Standing:
    after = instead[payment.id]
    standing = [each for each in against if instead[each.said.id]]
    rivals = [each.said.id for each in against if isinstance(each.said, Payment) and not _withdrawn(each, instead)]
    several = [each.record_id for each in documents] if len({each.said for each in documents}) > 1 else []
    state: State = "in_force" if after == payment.id else "corrected" if after else "withdrawn"
    if not counts and state != "withdrawn":
        state = "not_counted"
    return Standing(
        payment,
        one,
        state,
        answers[0],
        (after,) if state == "corrected" else (),
        () if state == "in_force" else tuple(dict.fromkeys(_reason(each) for each in standing)),
        tuple(several + (rivals if len(rivals) > 1 else [])),
        answers[1],
    )


def _withdrawn(one: Recorded, instead: Instead) -> bool:
    return not instead[one.said.id]


def _reason(one: Recorded) -> str:
    return "" if isinstance(one.said, Answer) else one.said.reason
