"""Who may report what, for itself and under a mandate: one table, and the one question asked of it.

Leaves to `runtime.auth` who somebody is, to `provenance.access.readership` who may read, to `provenance.standing`
what an error declaration is worth, and to `provenance.rules.claims` what a label may rest on: a report about a party
or place that nobody registered is allowed here, and believed by no rule there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from epcis.events import Event
from epcis.identifiers import canonical
from provenance.access.acting import Actor, Days, acting, with_whole
from provenance.access.activities import Activity, activity_of
from provenance.access.declaring import lacks_the_role
from provenance.registry.records import Registry


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: a party's canonical id ("" for the public) and its roles. Roles we do not know grant nothing."""

    party: str
    roles: frozenset[str]
    # The party that made the grower's card it calls with; "" for any other caller.
    card_by: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "party", canonical(self.party))
        object.__setattr__(self, "card_by", canonical(self.card_by))


PUBLIC = Principal("", frozenset({"public"}))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, said to the person who asked. `pointer` is RFC 6901 into the event.

    `rests_on_registry`: another state of the registry, a mandate above all, might have allowed it.
    """

    pointer: str
    code: str
    message: str
    rests_on_registry: bool = True


class Scope(IntEnum):
    """For whom a role may report an activity; the more, the wider."""

    NOBODY = 0
    ITSELF = 1
    MANDATE = 2
    ANYBODY = 3


_LETTERS = {".": Scope.NOBODY, "o": Scope.ITSELF, "m": Scope.MANDATE, "a": Scope.ANYBODY}

# A column for each activity, in the order of `Activity`. `.` may not, `o` for itself only, `m` for itself and under a
# mandate, `a` for anybody. Stations and packers inspect and certify what they commit to themselves (承诺达标合格证):
# what that is worth is a claim rule's affair. An importer reports for its partners, and the operator mends (ADR 0040).
_TABLE = """
    #             pick input sample inspect cert hold pool process pack store ship receive read sell lose other
    grower        o    o     .      .       o    o    .    o       o    o     o    o       o    o    o    o
    station       m    m     m      m       m    m    m    m       m    m     m    m       m    m    m    m
    packer        .    .     m      m       m    m    m    m       m    m     m    m       m    m    m    m
    carrier       .    .     .      .       .    .    .    .       m    m     m    m       m    .    m    m
    shop          .    .     .      m       .    m    .    m       m    m     m    m       m    m    m    m
    inspector     .    .     a      a       a    a    .    .       .    .     .    .       a    .    .    .
    laboratory    .    .     a      a       m    a    .    .       .    .     .    .       .    .    .    .
    regulator     .    .     a      a       a    a    .    .       .    .     .    .       .    .    .    .
    importer      a    a     a      a       a    a    a    a       a    a     a    a       a    a    a    a
    operator      a    a     a      a       a    a    a    a       a    a     a    a       a    a    a    a
    brand_office  .    .     .      .       .    .    .    .       .    .     .    .       .    .    .    .
    registrar     .    .     .      .       .    .    .    .       .    .     .    .       .    .    .    .
    cardholder    .    .     .      .       .    .    .    .       .    .     .    .       .    .    .    .
    public        .    .     .      .       .    .    .    .       .    .     .    .       .    .    .    .
"""


def _read(table: str) -> Mapping[str, Mapping[Activity, Scope]]:
    rows = (line.split() for line in table.strip().splitlines()[1:])
    return {role: dict(zip(Activity, (_LETTERS[cell] for cell in cells), strict=True)) for role, *cells in rows}


MAY_REPORT: Mapping[str, Mapping[Activity, Scope]] = _read(_TABLE)
ROLES = frozenset(MAY_REPORT)

MANDATE_ACTIONS = frozenset({"report", "read", "ship", "receive", "label"})
_ACTIONS_FOR: Mapping[Activity, frozenset[str]] = {
    Activity.DISPATCHING: frozenset({"report", "ship"}),
    Activity.RECEIVING: frozenset({"report", "receive"}),
}
_REPORT_ONLY = frozenset({"report"})


def scope_of(principal: Principal, activity: Activity) -> Scope:
    """The widest scope that any of its roles gives."""
    rows = (MAY_REPORT[role] for role in principal.roles if role in MAY_REPORT)
    return max((row[activity] for row in rows), default=Scope.NOBODY)


def reports_at_all(principal: Principal) -> bool:
    """Whether any report can come from it; a caller of whom this is false is told so once, not for every event."""
    return any(scope_of(principal, activity) for activity in Activity)


def may_report(principal: Principal, event: Event, registry: Registry, days: Days) -> Refusal | None:
    """None where `principal` may report `event` by the registry of these days; else the sentence that says why not.

    An error declaration is taken from anybody who reports at all: whether it counts is decided when it is read, against
    the capturer of the original (architecture.md, rule 4), which may not have arrived yet. Where it would count on
    anybody's report, the token's role must be an office's too (docs/adr/0129).
    """
    if event.error_declaration is not None:
        return _may_declare(principal, registry, days)
    activity = activity_of(event)
    scope = scope_of(principal, activity)
    if scope is Scope.NOBODY:
        return _role_refusal(principal, activity)
    if scope is Scope.ANYBODY:
        return None
    others = (actor for actor in acting(event, registry, days) if actor.party != principal.party)
    return next(filter(None, (_for_another(principal, activity, scope, actor, registry) for actor in others)), None)


def _may_declare(principal: Principal, registry: Registry, days: Days) -> Refusal | None:
    if not reports_at_all(principal):
        return _role_refusal(principal, "error declarations")
    if lacks_the_role(registry, principal.party, principal.roles, days):
        message = (
            f"the word of {principal.party} counts on anybody's report, so it declares one wrong in the role inspector"
            f" or operator, and yours are {', '.join(sorted(principal.roles))}"
        )
        return Refusal("/errorDeclaration", "not-in-this-role", message)
    return None


def _for_another(
    principal: Principal, activity: Activity, scope: Scope, actor: Actor, registry: Registry
) -> Refusal | None:
    if scope is Scope.ITSELF:
        message = f"your roles may report {activity} only for {principal.party} itself, and this is {actor.party}'s"
        return Refusal(actor.pointer, "not-your-own", message)
    actions = _ACTIONS_FOR.get(activity, _REPORT_ONLY)
    if mandated(actor.party, principal.party, actions, actor.place, registry, actor.on):
        return None
    message = f"{actor.party} gave {principal.party} no mandate to report {activity}{_at(actor)} on {actor.on}"
    return Refusal(actor.pointer, "no-mandate", message)


def _at(actor: Actor) -> str:
    return "" if actor.place == actor.party else f" at {actor.place}"


def _role_refusal(principal: Principal, what: str) -> Refusal:
    roles = ", ".join(sorted(principal.roles)) or "none"
    return Refusal(
        "/bizStep", "role-may-not", f"none of your roles ({roles}) may report {what}", rests_on_registry=False
    )


def mandated(from_party: str, to_party: str, actions: frozenset[str], site: str, registry: Registry, on: date) -> bool:
    """Whether a mandate of that day gives one of `actions` for all sites, for this one or for its whole."""
    return any(
        mandate.to_party == to_party
        and not actions.isdisjoint(mandate.actions)
        and (not mandate.sites or not mandate.sites.isdisjoint(with_whole(site)))
        for mandate in registry.mandates(from_party, on)
    )
